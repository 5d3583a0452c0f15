// A record as a producer writes it.
// This module is pure: no Deno APIs, no I/O.
import type { Buffer } from "node:buffer";

/** One header of a record; the value may be missing. */
export type ProducerHeader = readonly [name: string, value: Buffer | null];

/** A record to be written. */
export interface ProducerRecord {
  readonly key: Buffer | null;
  /** `null` is a tombstone: in a compacted topic it deletes the key. */
  readonly value: Buffer | null;
  /** In this order; names may repeat. */
  readonly headers?: readonly ProducerHeader[];
  /** Counted from 1: the line of the input that it was made of. */
  readonly number: number;
  /** Where it goes; the sender sets it. */
  partition?: number;
}
