// The answer to a Fetch request, version 10, with its records left as bytes: the client library's
// own decoder takes any record with four zero bytes as its key for the end of a transaction, and
// checks nothing.
// This module is pure: no Deno APIs, no I/O.
import type { Buffer } from "node:buffer";
import { ByteReader } from "./byte_reader.ts";
import type { AbortedTransaction } from "./committed_records.ts";

/** The version of the request and its answer: the first in which brokers hand out zstd (KIP-110). */
export const FETCH_VERSION = 10;

/** What came of one partition. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** Up to here records are on all replicas in sync; −1 with an error. */
  readonly highWatermark: bigint;
  /** Up to here all transactions have ended: a reader of committed records gets no further. */
  readonly lastStableOffset: bigint;
  /** Transactions that were aborted, among those whose records came. */
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, a view of the answer. */
  readonly records: Buffer;
}

/** What a broker answered. */
export interface FetchAnswer {
  readonly errorCode: number;
  readonly clientSideThrottleTime: number;
  readonly partitions: readonly FetchedPartition[];
}

/** Decodes an answer's body. */
export function decodeFetchAnswer(data: Buffer): FetchAnswer {
  const reader = new ByteReader(data);
  const clientSideThrottleTime = reader.int32();
  const errorCode = reader.int16();
  reader.int32(); // session id
  const partitions = reader.array(() => {
    const topic = reader.string();
    return reader.array((): FetchedPartition => {
      const partition = reader.int32();
      const errorCode = reader.int16();
      const highWatermark = reader.int64();
      const lastStableOffset = reader.int64();
      reader.int64(); // log start offset
      const aborted = reader.array(() => ({
        producerId: reader.int64(),
        firstOffset: reader.int64(),
      }));
      const records = reader.bytes(reader.int32());
      return { topic, partition, errorCode, highWatermark, lastStableOffset, aborted, records };
    });
  }).flat();
  return { errorCode, clientSideThrottleTime, partitions };
}
