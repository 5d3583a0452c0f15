// Delivers records: one batch in flight per partition, so that order holds and
// a batch that is sent again is the same batch; repeated until acknowledged or
// until the delivery time-out; bounded in memory.
import { type Batch, Batcher, halves, sizeOf } from "./batch.ts";
import { isLeaderless, isTransient, rootCause } from "../errors/causes.ts";
import { MISSING_PARTITION } from "../errors/client_error.ts";
import type { ProducerRecord } from "./record.ts";

/** How a {@linkcode Sender} reaches the brokers and the user. */
export interface SenderOptions {
  /** Writes a batch with acks=all. Resolves to the offset of its first record. */
  readonly send: (batch: Batch) => Promise<bigint>;
  /** Called for each acknowledged batch; the next one of the partition waits for it. */
  readonly onAcknowledged: (batch: Batch, baseOffset: bigint) => Promise<void> | void;
  /** Called when a batch is about to be sent again, or to another partition. */
  readonly onRetry?: (batch: Batch, error: unknown) => void;
  /** Called for a record that is larger than the topic takes. It is not delivered; others are. */
  readonly onTooLarge?: (record: ProducerRecord) => void;
  /** Whether a broker may have written a batch that it has not acknowledged. */
  readonly mayBeWritten?: (batch: Batch) => boolean;
  /** How many partitions the topic has now; asked when one is missing. */
  readonly partitions?: () => Promise<number>;
  /** How long a batch is tried, in ms: Kafka's `delivery.timeout.ms`. */
  readonly deliveryTimeout?: number;
  readonly now?: () => number;
  readonly delay?: (ms: number) => Promise<void>;
}

/** Input is read no further while this much is not acknowledged, in bytes. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;
/** What a record takes in memory beside its bytes, roughly. */
const OBJECT_BYTES = 200;
const RETRY_BACKOFF = 500;
/** How long a partition without a leader is not tried for records that may go elsewhere, in ms. */
const AVOID = 10_000;

/**
 * Sends what is added, and knows exactly what has been acknowledged.
 *
 * What cannot be delivered in time to one partition does not end the others: {@linkcode flush}
 * throws at the end. An error that no other partition would escape ends all.
 */
export class Sender {
  readonly #batcher: Batcher;
  readonly #options: Required<SenderOptions>;
  readonly #busy = new Set<number>();
  /** Partitions that have been given up, and why. */
  readonly #failed = new Map<number, unknown>();
  /** Partitions without a leader, and when they are tried again. */
  readonly #avoided = new Map<number, number>();
  #pendingBytes = 0;
  /** Of {@linkcode pending}, the records of partitions that have been given up. */
  #lost = 0;
  #error: unknown;
  #change: PromiseWithResolvers<void> | undefined;
  /** Records that the brokers have acknowledged. */
  acknowledged = 0;
  /** Estimated bytes of these in their batches, before compression. */
  acknowledgedBytes = 0;
  /** Records that were added, are not acknowledged and not too large. */
  pending = 0;
  /** Records that are larger than the topic takes. */
  tooLarge = 0;

  constructor(batcher: Batcher, options: SenderOptions) {
    this.#batcher = batcher;
    this.#options = {
      onRetry: () => {},
      onTooLarge: () => {},
      mayBeWritten: () => true,
      partitions: () => Promise.resolve(batcher.partitions),
      deliveryTimeout: 120_000,
      now: Date.now,
      delay: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      ...options,
    };
  }

  /** Adds a record; {@linkcode pump} sends it. */
  add(record: ProducerRecord) {
    for (const [partition, until] of this.#avoided) {
      if (this.#options.now() >= until) this.#avoid(partition, false);
    }
    const size = sizeOf(record);
    this.#batcher.add(record, size);
    this.#pendingBytes += size + OBJECT_BYTES;
    this.pending++;
  }

  /** Records without a key go to other partitions for a while: this one has no leader. */
  avoid(partition: number) {
    this.#avoid(partition, true);
  }

  /**
   * Starts to send what can be sent, and resolves when there is room for more.
   *
   * @throws What made it fail for good.
   */
  async pump(): Promise<void> {
    this.#launchAll();
    await this.#until(() => this.#error !== undefined || this.#pendingBytes < MAX_PENDING_BYTES);
    if (this.#error !== undefined) await this.flush();
  }

  /**
   * Resolves when everything that was added is acknowledged, or too large.
   *
   * @throws What made it fail for good, once nothing is in flight any more.
   */
  async flush(): Promise<void> {
    this.#launchAll();
    await this.#until(() =>
      this.#busy.size === 0 && (this.pending === this.#lost || this.#error !== undefined)
    );
    const [error = this.#error] = this.#failed.values();
    if (error !== undefined) throw error;
  }

  #launchAll() {
    if (this.#error !== undefined) return;
    for (const partition of this.#batcher.waiting()) this.#launch(partition);
  }

  async #launch(partition: number) {
    if (this.#busy.has(partition)) return;
    this.#busy.add(partition);
    try {
      for (let batch; !this.#error && (batch = this.#batcher.take(partition));) {
        if (this.#failed.has(partition)) this.#giveUp(batch);
        else await this.#deliver(batch);
      }
    } catch (error) {
      this.#error ??= error;
    } finally {
      this.#busy.delete(partition);
      this.#changed();
    }
  }

  async #deliver(batch: Batch): Promise<void> {
    const { send, onAcknowledged, onRetry, deliveryTimeout, now, delay } = this.#options;
    const deadline = now() + deliveryTimeout;
    let baseOffset: bigint;
    while (true) {
      try {
        baseOffset = await send(batch);
        break;
      } catch (error) {
        if (isTooLarge(error)) return await this.#split(batch);
        if (await this.#moveElsewhere(batch, error)) return;
        if (!isTransient(error) || this.#error) throw error;
        if (now() >= deadline) return this.#fail(batch, error);
        onRetry(batch, error);
        await delay(RETRY_BACKOFF);
      }
    }
    this.#avoid(batch.partition, false);
    this.acknowledged += batch.records.length;
    this.acknowledgedBytes += batch.bytes;
    this.pending -= batch.records.length;
    await onAcknowledged(batch, baseOffset);
    this.#release(batch);
  }

  /** Nothing of the batch was written: it is over the topic's `max.message.bytes`. */
  async #split(batch: Batch): Promise<void> {
    if (batch.records.length > 1) {
      for (const half of halves(batch)) await this.#deliver(half);
      return;
    }
    this.tooLarge++;
    this.pending--;
    this.#options.onTooLarge(batch.records[0]!);
    this.#release(batch);
  }

  /** Whether the batch is on its way to a partition that can take it. */
  async #moveElsewhere(batch: Batch, error: unknown): Promise<boolean> {
    const { partition } = batch;
    const { mayBeWritten, onRetry } = this.#options;
    if (rootCause(error).type === MISSING_PARTITION) {
      if (this.#batcher.fixed !== undefined) return false;
      await this.#options.delay(RETRY_BACKOFF);
      // A topic that is away just now, is what the next try finds.
      const partitions = await this.#options.partitions().catch(() => this.#batcher.partitions);
      this.#batcher.resize(partitions, batch);
    } else {
      if (!isLeaderless(error) || mayBeWritten(batch)) return false;
      this.#avoid(partition, true);
      if (!this.#batcher.move(batch)) return false;
    }
    onRetry(batch, error);
    this.#launchAll();
    return true;
  }

  #avoid(partition: number, avoided: boolean) {
    this.#batcher.avoid(partition, avoided);
    if (avoided) this.#avoided.set(partition, this.#options.now() + AVOID);
    else this.#avoided.delete(partition);
  }

  #fail(batch: Batch, error: unknown) {
    this.#failed.set(batch.partition, error);
    this.#giveUp(batch);
    const usable = this.#batcher.fixed === undefined ? this.#batcher.partitions : 1;
    if (this.#failed.size >= usable) this.#error ??= error;
  }

  #giveUp(batch: Batch) {
    this.#lost += batch.records.length;
    this.#release(batch);
  }

  #release(batch: Batch) {
    this.#pendingBytes -= batch.bytes + batch.records.length * OBJECT_BYTES;
    this.#changed();
  }

  #changed() {
    this.#change?.resolve();
    this.#change = undefined;
  }

  async #until(condition: () => boolean) {
    while (!condition()) await (this.#change ??= Promise.withResolvers<void>()).promise;
  }
}

function isTooLarge(error: unknown): boolean {
  return ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"].includes(rootCause(error).type ?? "");
}
