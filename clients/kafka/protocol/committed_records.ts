// What a reader of committed records sees of an answer to a fetch (`isolation.level=read_committed`):
// no record of a transaction that was aborted, no marker.
// This module is pure: no Deno APIs, no I/O.
import type { Buffer } from "node:buffer";
import type { ConsumerRecord } from "./record.ts";
import { batchesOf, isAbortMarker, type Place, recordsOf } from "./record_batch.ts";

/** A transaction that was aborted, as the answer to a fetch lists it. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  /** Of its first record. */
  readonly firstOffset: bigint;
}

/** A part of what was fetched. */
export interface Part {
  /** Possibly none: all of it was aborted, is markers, or was compacted away. */
  readonly records: readonly ConsumerRecord[];
  /** The offset at which reading goes on after it. */
  readonly next: bigint;
  /** What the records take, decompressed. */
  readonly bytes: number;
}

/**
 * Goes through the batches of one partition, batch by batch.
 *
 * A producer has at most one open transaction in a partition: from the first offset that `aborted`
 * names to the abort marker, whatever other producers do between, all transactional records of that
 * producer are aborted.
 *
 * @param data The answer's records.
 * @param from The offset that was asked for: what is before it in its batch is left out.
 * @throws {DamagedBatch} A batch cannot be decoded. All parts before it have come.
 */
export function* committedRecords(
  data: Buffer,
  where: Place & { readonly from: bigint; readonly aborted: readonly AbortedTransaction[] },
): Generator<Part> {
  const { from } = where;
  const pending = [...where.aborted]
    .sort((a, b) => a.firstOffset < b.firstOffset ? -1 : a.firstOffset > b.firstOffset ? 1 : 0);
  const aborting = new Set<bigint>();
  for (const batch of batchesOf(data, from)) {
    const { producerId, lastOffset } = batch;
    while (pending[0] !== undefined && pending[0].firstOffset <= lastOffset) {
      aborting.add(pending.shift()!.producerId);
    }
    const next = lastOffset + 1n > from ? lastOffset + 1n : from;
    if (batch.control) {
      if (aborting.has(producerId) && isAbortMarker(batch)) aborting.delete(producerId);
      yield { records: [], next, bytes: 0 };
    } else if (lastOffset < from || batch.transactional && aborting.has(producerId)) {
      yield { records: [], next, bytes: 0 };
    } else yield { ...recordsOf(batch, where, from), next };
  }
}
