// What the producer tells its user: a line per record, or progress and a sum.
import { Buffer } from "node:buffer";
import type { Batch } from "./_batch.ts";
import { describeFigures, type Figures, Progress } from "./_progress.ts";
import { writeErr, writeOut } from "./_stdio.ts";

/** From here on records are counted, not shown, unless all are to be. */
export const LARGE = 1000;
/** How often it is said that records wait to be acknowledged, in ms. */
const RETRY_INTERVAL = 10_000;

/** Reports a run, on stdout what is acknowledged, on stderr the rest. */
export class Report {
  readonly #topic: string;
  readonly #all: boolean;
  readonly #started = Date.now();
  readonly #progress = new Progress(writeErr, {
    terminal: Deno.stderr.isTerminal(),
    now: this.#started,
  });
  #retryTold = 0;
  #isRead = true;
  /** Records of the run so far. */
  added = 0;
  /** How many acknowledged records have not been shown. */
  hidden = 0;

  /** @param options.all Whether to show every record, however many. */
  constructor(topic: string, options: { all: boolean }) {
    this.#topic = topic;
    this.#all = options.all;
  }

  /** Shows the records of an acknowledged batch, or that it goes on. */
  async acknowledged({ records, partition }: Batch, baseOffset: bigint, sum: () => string) {
    if (!this.#all && this.added > LARGE) {
      this.hidden += records.length;
      this.#progress.show(sum, Date.now());
      return;
    }
    if (!this.#isRead) return;
    const lines = records.map(({ value }, index) => {
      const where = `Partition: ${partition} Offset: ${baseOffset + BigInt(index)}`;
      return `>>> ${where} Topic: ${this.#topic} Message: ${value}\n`;
    });
    this.#isRead = await writeOut(Buffer.from(lines.join("")));
  }

  /** Tells now and then why a partition has not acknowledged yet. */
  retried(partition: number, reason: string) {
    if (Date.now() - this.#retryTold < RETRY_INTERVAL) return;
    this.#retryTold = Date.now();
    this.line(`Partition ${partition} has not acknowledged yet: ${reason}. Trying on.`);
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
