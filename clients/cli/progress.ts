// What a long run says about itself while it goes on.
// This module is pure: no Deno APIs, no I/O.

/** Figures of a run. */
export interface Figures {
  readonly records: number;
  readonly bytes: number;
  /** Since the start, in ms. */
  readonly elapsed: number;
}

/** `1,000,000 records, 95.4 MB in 10.2 s (98,039 records/s, 9.4 MB/s)`; MB are 1024² bytes. */
export function describeFigures({ records, bytes, elapsed }: Figures): string {
  const seconds = Math.max(elapsed, 1) / 1000;
  const megabytes = bytes / 1024 / 1024;
  const whole = (n: number) => Math.round(n).toLocaleString("en-US");
  const rate = `${whole(records / seconds)} records/s, ${(megabytes / seconds).toFixed(1)} MB/s`;
  return `${plural(records, "record")}, ${megabytes.toFixed(1)} MB in ${
    seconds.toFixed(1)
  } s (${rate})`;
}

/** `1 record`, `2,000 records`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Writes a line that redraws itself in a terminal, and elsewhere one every ten seconds. */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #terminal: boolean;
  #next: number;
  #drawn = 0;

  constructor(write: (text: string) => void, options: { terminal: boolean; now: number }) {
    this.#write = write;
    this.#terminal = options.terminal;
    this.#next = options.now + this.#interval;
  }

  get #interval() {
    return this.#terminal ? 200 : 10_000;
  }

  /** Shows a text if it is time to; `now` in ms. */
  show(text: () => string, now: number) {
    if (now < this.#next) return;
    this.#next = now + this.#interval;
    const line = text();
    this.#write(this.#terminal ? `\r${line.padEnd(this.#drawn)}` : `${line}\n`);
    this.#drawn = line.length;
  }

  /** Removes the line that redraws itself. */
  clear() {
    if (this.#terminal && this.#drawn > 0) this.#write(`\r${" ".repeat(this.#drawn)}\r`);
    this.#drawn = 0;
  }
}
