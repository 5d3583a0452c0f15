// Batches of records, each of one partition: a send that spans several brokers
// loses acknowledged records on failover (kafkajs issue 1303).
// This module is pure: no Deno APIs, no I/O.
import { partitionOf } from "./partitioner.ts";
import type { ProducerRecord } from "./record.ts";

/** Records of one partition that are sent together, in order. */
export interface Batch {
  readonly partition: number;
  readonly records: ProducerRecord[];
  /** Estimated size in bytes. */
  bytes: number;
}

/** More in a batch is no faster, and harder to spread over the brokers. */
const MAX_RECORDS = 1000;
/** A batch must fit the broker's `message.max.bytes`, 1,048,588 by default. */
const MAX_BYTES = 900_000;
/** What a record takes beside its key, value and headers, about. */
const RECORD_OVERHEAD = 10;

/** Estimated size of a record in a batch, in bytes. */
export function sizeOf({ key, value, headers = [] }: ProducerRecord): number {
  let size = RECORD_OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, value] of headers) size += 3 * name.length + (value?.length ?? 0) + 10;
  return size;
}

/** Splits a batch that a broker finds too large in two. */
export function halves({ partition, records }: Batch): Batch[] {
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)].map((half) => ({
    partition,
    records: half,
    bytes: half.reduce((sum, record) => sum + sizeOf(record), 0),
  }));
}

/**
 * Puts records in batches. A key decides the partition as in Java; records
 * without a key stay together until their batch is taken, then the next
 * partition has its turn (KIP-480), so that what came at once stays in order.
 */
export class Batcher {
  #lanes = new Map<number, Batch[]>();
  #avoided = new Set<number>();
  #sticky: number;
  readonly #fixed: number | undefined;
  /** How many partitions the topic has. */
  partitions: number;

  /**
   * @param options.partition The partition for all records, whatever their key.
   * @param options.first The partition at which records without a key begin.
   */
  constructor(partitions: number, options: { partition?: number; first?: number } = {}) {
    this.partitions = partitions;
    this.#fixed = options.partition;
    this.#sticky = (options.first ?? 0) % partitions;
  }

  /** Adds a record to the last batch of its partition, or to a new one when that is full. */
  add(record: ProducerRecord, size = sizeOf(record)) {
    let partition = this.#fixed ?? (record.key ? partitionOf(record.key, this.partitions) : -1);
    if (partition < 0) {
      if (this.#avoided.has(this.#sticky)) this.#advance();
      const batch = this.#lanes.get(this.#sticky)?.at(-1);
      if (batch && isFull(batch, size)) this.#advance();
      partition = this.#sticky;
    }
    record.partition = partition;
    const lane = this.#lanes.get(partition) ?? [];
    if (lane.length === 0) this.#lanes.set(partition, lane);
    let batch = lane.at(-1);
    if (!batch || isFull(batch, size)) lane.push(batch = { partition, records: [], bytes: 0 });
    batch.records.push(record);
    batch.bytes += size;
  }

  /** Partitions that have a batch waiting. */
  waiting(): number[] {
    return [...this.#lanes.keys()];
  }

  /** Takes the oldest batch of a partition. */
  take(partition: number): Batch | undefined {
    const lane = this.#lanes.get(partition);
    const batch = lane?.shift();
    if (lane?.length === 0) {
      this.#lanes.delete(partition);
      if (partition === this.#sticky) this.#advance();
    }
    return batch;
  }

  /** Whether records without a key are to go to other partitions, as long as there are some. */
  avoid(partition: number, avoided: boolean) {
    if (avoided) this.#avoided.add(partition);
    else this.#avoided.delete(partition);
  }

  /**
   * Gives a batch's records to other partitions.
   *
   * @returns Whether that is done: a key or the user may have decided the partition.
   */
  move({ records }: Batch): boolean {
    const free = this.#fixed === undefined && this.#avoided.size < this.partitions &&
      records.every(({ key }) => key === null);
    if (free) { for (const record of records) this.add(record); }
    return free;
  }

  /** The topic has another number of partitions: spreads `more` and all that waits over them. */
  resize(partitions: number, more: Batch) {
    const waiting = [more, ...[...this.#lanes.values()].flat()];
    this.#lanes.clear();
    this.#avoided.clear();
    this.partitions = partitions;
    this.#sticky %= partitions;
    for (const { records } of waiting) for (const record of records) this.add(record);
  }

  /** The partition of all records, if the user has chosen one. */
  get fixed(): number | undefined {
    return this.#fixed;
  }

  #advance() {
    for (let tries = 0; tries < this.partitions; tries++) {
      this.#sticky = (this.#sticky + 1) % this.partitions;
      if (!this.#avoided.has(this.#sticky)) return;
    }
  }
}

function isFull(batch: Batch, more: number): boolean {
  return batch.records.length >= MAX_RECORDS || batch.bytes + more > MAX_BYTES;
}
