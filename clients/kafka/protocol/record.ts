// A record as a consumer reads it.
// This module is pure: no Deno APIs, no I/O.
import type { Buffer } from "node:buffer";

/** A record as it was read. */
export interface ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  /** 64-bit, as decimal digits. */
  readonly offset: string;
  /** Milliseconds since 1970, as decimal digits. */
  readonly timestamp: string;
  readonly key: Buffer | null;
  /** `null` is a tombstone. */
  readonly value: Buffer | null;
  /** In the order in which they were written; names may repeat. */
  readonly headers: readonly Header[];
}

/** One header of a record. */
export type Header = readonly [name: string, value: Buffer | null];
