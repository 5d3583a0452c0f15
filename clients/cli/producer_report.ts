// What the producer tells its user: a line per record, or progress and a sum.
import type { Batch } from "../kafka/producer/batch.ts";
import { describeFailure } from "../kafka/errors/explain.ts";
import { isLeaderless, rootCause } from "../kafka/errors/causes.ts";
import { MISSING_PARTITION } from "../kafka/errors/client_error.ts";
import { DEFAULT_FORMAT, parseFormat } from "./record_format.ts";
import { describeFigures, type Figures, Progress } from "./progress.ts";
import { Output, writeErr } from "./stdio.ts";

/** From here on records are counted, not shown, unless all are to be. */
export const LARGE = 1000;
/** How often it is said that records wait to be acknowledged, in ms. */
const RETRY_INTERVAL = 10_000;

const show = parseFormat(DEFAULT_FORMAT);

/** Reports a run, on stdout what is acknowledged, on stderr the rest. */
export class Report {
  readonly #topic: string;
  readonly #all: boolean;
  readonly #started = Date.now();
  readonly #progress = new Progress(writeErr, {
    terminal: Deno.stderr.isTerminal(),
    now: this.#started,
  });
  readonly #leaderless = new Set<number>();
  #topicIsAway = false;
  #retryTold = 0;
  #writing = new Set<Promise<unknown>>();
  /** Where the records are shown. */
  readonly output: Output;
  /** Records of the run so far. */
  added = 0;
  /** How many acknowledged records have not been shown. */
  hidden = 0;

  /** @param options.all Whether to show every record, however many. */
  constructor(topic: string, options: { all: boolean; output?: Output }) {
    this.#topic = topic;
    this.#all = options.all;
    this.output = options.output ?? new Output();
  }

  /** Shows the records of an acknowledged batch, or that it goes on. Its troubles fail nothing. */
  async acknowledged({ records, partition }: Batch, baseOffset: bigint, sum: () => string) {
    this.#topicIsAway = false;
    if (this.#leaderless.delete(partition)) {
      this.line(`Partition ${partition} of topic ${this.#topic} has a leader again.`);
    }
    if (!this.#all && this.added > LARGE) {
      this.hidden += records.length;
      this.#progress.show(sum, Date.now());
      return;
    }
    const writing = this.output.write(records.map(({ key, value }, index) => {
      const offset = String(baseOffset + BigInt(index));
      return show({
        ...{ topic: this.#topic, partition, offset, timestamp: "", key, value },
        headers: [],
      });
    }));
    this.#writing.add(writing);
    await writing;
    this.#writing.delete(writing);
  }

  /** Resolves to whether something was being written, once that is done, however slow its reader is. */
  async written(): Promise<boolean> {
    const writing = [...this.#writing];
    await Promise.all(writing);
    return writing.length > 0;
  }

  /** Tells once that partitions have no leader, and what becomes of their records. */
  leaderless(partitions: readonly number[]) {
    const news = partitions.filter((partition) => !this.#leaderless.has(partition));
    if (news.length === 0) return;
    for (const partition of news) this.#leaderless.add(partition);
    const [who, them] = news.length === 1
      ? [`Partition ${news[0]} of topic ${this.#topic} has no leader`, "it"]
      : [`Partitions ${news.join(", ")} of topic ${this.#topic} have no leader`, "them"];
    this.line(`${who}: records for ${them} wait until the broker is back, the others go on.`);
  }

  /** Tells why a partition has not acknowledged yet: a lasting reason once, others now and then. */
  retried(partition: number, error: unknown) {
    const { type } = rootCause(error);
    if (isLeaderless(error)) return this.leaderless([partition]);
    if (type === MISSING_PARTITION) return;
    if (type === "UNKNOWN_TOPIC_OR_PARTITION") {
      if (!this.#topicIsAway) {
        this.line(`Topic ${this.#topic} does not exist any more: waiting until it is back.`);
      }
      this.#topicIsAway = true;
      return;
    }
    if (Date.now() - this.#retryTold < RETRY_INTERVAL) return;
    this.#retryTold = Date.now();
    this.line(
      `Partition ${partition} of topic ${this.#topic} has not acknowledged yet: ` +
        `${describeFailure(error)}. Retrying.`,
    );
  }

  /** Writes a line of talk. */
  line(text: string) {
    this.#progress.clear();
    writeErr(`${text}\n`);
  }

  /** Removes what redraws itself. */
  end() {
    this.#progress.clear();
  }

  /** Records, bytes and their rates since the start. */
  figures(sum: Omit<Figures, "elapsed">): string {
    return describeFigures({ ...sum, elapsed: Date.now() - this.#started });
  }
}
