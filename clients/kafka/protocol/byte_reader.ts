// Reads the fields of an answer of Kafka's protocol, one after another.
// This module is pure: no Deno APIs, no I/O.
import type { Buffer } from "node:buffer";

/** A place in some bytes. Reading past their end throws. */
export class ByteReader {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  int8(): number {
    return this.#data.readInt8((this.#at += 1) - 1);
  }
  int16(): number {
    return this.#data.readInt16BE((this.#at += 2) - 2);
  }
  int32(): number {
    return this.#data.readInt32BE((this.#at += 4) - 4);
  }
  int64(): bigint {
    return this.#data.readBigInt64BE((this.#at += 8) - 8);
  }

  /** A view of the next bytes; none for a negative length, which stands for `null`. */
  bytes(length: number): Buffer {
    const start = this.#at;
    this.#at += Math.max(0, length);
    if (this.#at > this.#data.length) throw new RangeError("the answer is cut");
    return this.#data.subarray(start, this.#at);
  }

  string(): string {
    return this.bytes(this.int16()).toString();
  }

  array<T>(item: () => T): T[] {
    const items: T[] = [];
    for (let left = this.int32(); left > 0; left--) items.push(item());
    return items;
  }
}
