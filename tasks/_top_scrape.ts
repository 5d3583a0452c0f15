// Asks the exporters of a stack.
import { endsWithin } from "../clients/kafka/waiting/pause.ts";
import type { Host } from "../infra/engine/host/host.ts";
import { httpGet } from "../infra/engine/host/http.ts";
import { type Address, type Service } from "../infra/render/mod.ts";
import { type Observed, type Round, SLOW } from "../monitoring/top/build.ts";
import { parseMetrics } from "../monitoring/top/metrics.ts";
import { type Kind, readSample, WANTED } from "../monitoring/top/samples.ts";

/** A service whose exporter can be asked. */
export interface Target {
  readonly name: string;
  readonly kind: Kind;
  readonly exporter: Address;
}

/** What is read of the metrics of each job of Prometheus; of others nothing. */
const KINDS: Readonly<Record<string, Kind>> = {
  zookeeper: "zookeeper",
  kafka: "broker",
  kafka_controller: "controller",
  kafka_lag: "lag",
};

/** The services with metrics that are shown; none: the stack has no monitoring. */
export function targetsOf(services: readonly Service[]): Target[] {
  return services.flatMap(({ name, metrics }) => {
    const kind = metrics && KINDS[metrics.job];
    return kind ? [{ name, kind, exporter: metrics.address }] : [];
  });
}

/** So long a service may take to answer, in ms. */
export const ANSWER_MS = 10_000;

/**
 * Makes the question to all exporters at once. It takes no longer than it is told to: the answer
 * of a slow service comes in with a later round, and it is not asked anew meanwhile.
 */
export function scraper(host: Host, targets: readonly Target[]) {
  const asked = new Map<string, Promise<Observed>>();
  return async (waitMs: number): Promise<Round> => {
    const at = Date.now();
    const services = await Promise.all(targets.map(async (target): Promise<Observed> => {
      const { name, kind } = target;
      const answer = asked.get(name) ?? ask(host, target);
      asked.set(name, answer);
      if (!await endsWithin(waitMs, answer)) {
        return { name, kind, at: performance.now(), failure: SLOW };
      }
      asked.delete(name);
      return await answer;
    }));
    return { at, services };
  };
}

async function ask(host: Host, { name, kind, exporter }: Target): Promise<Observed> {
  const query = WANTED[kind].map((metric) => `name[]=${metric}`).join("&");
  const path = `/metrics${query === "" ? "" : `?${query}`}`;
  const begin = performance.now();
  const answer = await httpGet(host, exporter, path, { timeoutMs: ANSWER_MS });
  const at = performance.now();
  if (!answer) return { name, kind, at, failure: at - begin < ANSWER_MS ? "down" : SLOW };
  try {
    if (answer.status !== 200) throw new SyntaxError(`status ${answer.status}`);
    return { name, kind, at, sample: readSample(kind, parseMetrics(answer.body)) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { name, kind, at, failure: "unreadable" };
  }
}
