// One scrape of the lag exporter: asks the brokers for no longer than Prometheus waits, and only
// once for all who ask meanwhile.
import { ClientError } from "../kafka/errors/client_error.ts";
import { gapsText } from "../kafka/errors/gaps.ts";
import type { Lag } from "../kafka/groups/lag.ts";
import { endsWithin } from "../kafka/waiting/pause.ts";

/** What Prometheus is told where not all is known. */
const DOWN = "kafka_lag_exporter_up is 0";

/** What {@linkcode createScrape} needs. */
export interface ScrapeOptions {
  /** Asks the brokers. A `ClientError` means that they do not answer; it must end in some time. */
  readonly collect: () => Promise<Lag>;
  /** How long a scrape may take, in ms. */
  readonly deadline: number;
  /** Told that brokers do not answer, or not all, and that they do again: once each time. */
  readonly say: (line: string) => void;
}

/** What a scrape found. */
export interface Scraped {
  /** `undefined`: the brokers did not answer. */
  readonly lag: Lag | undefined;
  /** How long it took. */
  readonly seconds: number;
}

/**
 * Makes the function that scrapes. One collection is under way at most: who asks meanwhile gets its
 * result. One that outlives the deadline is left to end by itself, and nobody begins another.
 *
 * The function throws what is no `ClientError`: a fault of ours is no state of the brokers.
 */
export function createScrape({ collect, deadline, say }: ScrapeOptions): () => Promise<Scraped> {
  let running: Promise<Lag> | undefined;
  let failing = false;
  const tell = (failure: string | undefined) => {
    const fails = failure !== undefined;
    if (fails && !failing) say(failure);
    if (!fails && failing) say("The brokers answer again");
    failing = fails;
  };
  const look = async () => {
    const collecting = running ??= collect().finally(() => running = undefined);
    try {
      if (!await endsWithin(deadline, collecting)) {
        throw new ClientError(`nothing within ${deadline / 1000} s`);
      }
      const lag = await collecting;
      const { gaps } = lag;
      tell(gaps.length > 0 ? `Not all is known, ${DOWN}: ${gapsText(gaps)}` : undefined);
      return lag;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      tell(`The brokers do not answer, ${DOWN}: ${error.message}`);
      return undefined;
    }
  };
  return async () => {
    const start = performance.now();
    const lag = await look();
    return { lag, seconds: (performance.now() - start) / 1000 };
  };
}
