// Records that are larger than their topic takes: which, how large, what to do.
import { ClientError } from "../kafka/errors/client_error.ts";
import { plural } from "./progress.ts";
import type { ProducerRecord } from "../kafka/producer/record.ts";

/** So many are named one by one. */
const NAMED = 10;
/** What a batch of one record has beside key, value and headers, at most about, in bytes. */
const OVERHEAD = 200;

/** Tells of records that are too large, and what would make the topic take them. */
export class TooLarge {
  readonly #topic: string;
  readonly #limit: () => Promise<number | undefined>;
  readonly #say: (line: string) => void;
  #limitAsked: Promise<number | undefined> | undefined;
  #reporting: Promise<unknown> = Promise.resolve();
  #largest = 0;
  #count = 0;

  /** @param options.limit Asks for the topic's `max.message.bytes`. */
  constructor(
    topic: string,
    options: { limit: () => Promise<number | undefined>; say: (line: string) => void },
  ) {
    this.#topic = topic;
    this.#limit = options.limit;
    this.#say = options.say;
  }

  /** Says which record it is, how large, and the topic's limit. */
  add(record: ProducerRecord) {
    const size = bytesOf(record);
    this.#largest = Math.max(this.#largest, size);
    if (++this.#count > NAMED) return;
    this.#limitAsked ??= this.#limit();
    this.#reporting = Promise.all([this.#reporting, this.#limitAsked]).then(([, limit]) => {
      const takes = limit === undefined ? "" : ` (max.message.bytes=${limit})`;
      this.#say(
        `Line ${record.number} is too large for topic ${this.#topic}: ${number(size)} bytes, ` +
          `more than it takes${takes}. It is skipped, the others are sent.`,
      );
    });
  }

  /** Resolves when all has been said. */
  async reported(): Promise<void> {
    await this.#reporting;
  }

  /** The end of a run in which some were too large. @param delivered How many were not. */
  error(delivered: number): ClientError {
    const records = plural(this.#count, "record");
    const enough = 2 ** Math.ceil(Math.log2(this.#largest + OVERHEAD));
    return new ClientError(
      `${records} too large for topic ${this.#topic}, not delivered; ` +
        `${plural(delivered, "other")} acknowledged`,
      {
        hint: "To make the topic take them: deno task topic:alter --topic " +
          `${this.#topic} --config max.message.bytes=${enough}`,
      },
    );
  }
}

/** Key, value and headers. */
function bytesOf({ key, value, headers = [] }: ProducerRecord): number {
  const parts = [key, value, ...headers.flatMap(([name, value]) => [name, value])];
  return parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}

function number(n: number): string {
  return n.toLocaleString("en-US");
}
