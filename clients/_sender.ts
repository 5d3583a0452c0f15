// Delivers records: one batch in flight per partition, so that order holds and
// a batch that is sent again is the same batch; repeated until acknowledged or
// until the delivery time-out; bounded in memory.
// This module is pure: no Deno APIs, no I/O.
import { type Batch, Batcher, halves, sizeOf } from "./_batch.ts";
import { isTransient, rootCause } from "./_errors.ts";
import type { ProducerRecord } from "./_record.ts";

/** How a {@linkcode Sender} reaches the brokers and the user. */
export interface SenderOptions {
  /** Writes a batch with acks=all. Resolves to the offset of its first record. */
  readonly send: (batch: Batch) => Promise<bigint>;
  /** Called for each acknowledged batch; the next one of the partition waits for it. */
  readonly onAcknowledged: (batch: Batch, baseOffset: bigint) => Promise<void> | void;
  /** Called when a batch is about to be sent again. */
  readonly onRetry?: (batch: Batch, error: unknown) => void;
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

/** Sends what is added, and knows exactly what has been acknowledged. */
export class Sender {
  readonly #batcher: Batcher;
  readonly #options: Required<SenderOptions>;
  readonly #busy = new Set<number>();
  #pendingBytes = 0;
  #error: unknown;
  #change: PromiseWithResolvers<void> | undefined;
  /** Records that the brokers have acknowledged. */
  acknowledged = 0;
  /** Estimated bytes of these in their batches, before compression. */
  acknowledgedBytes = 0;
  /** Records that were added and are not acknowledged. */
  pending = 0;

  constructor(batcher: Batcher, options: SenderOptions) {
    this.#batcher = batcher;
    this.#options = {
      onRetry: () => {},
      deliveryTimeout: 120_000,
      now: Date.now,
      delay: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      ...options,
    };
  }

  /** Adds a record; {@linkcode pump} sends it. */
  add(record: ProducerRecord) {
    const size = sizeOf(record);
    this.#batcher.add(record, size);
    this.#pendingBytes += size + OBJECT_BYTES;
    this.pending++;
  }

  /**
   * Starts to send what can be sent, and resolves when there is room for more.
   *
   * @throws What made a batch fail for good.
   */
  async pump(): Promise<void> {
    if (this.#error === undefined) {
      for (const partition of this.#batcher.waiting()) this.#launch(partition);
    }
    await this.#until(() => this.#error !== undefined || this.#pendingBytes < MAX_PENDING_BYTES);
    if (this.#error !== undefined) await this.flush();
  }

  /**
   * Resolves when everything that was added is acknowledged.
   *
   * @throws What made a batch fail for good, once nothing is in flight any more.
   */
  async flush(): Promise<void> {
    if (this.#error === undefined) await this.pump();
    await this.#until(() =>
      this.pending === 0 || (this.#error !== undefined && this.#busy.size === 0)
    );
    if (this.#error !== undefined) throw this.#error;
  }

  async #launch(partition: number) {
    if (this.#busy.has(partition)) return;
    this.#busy.add(partition);
    try {
      for (let batch; !this.#error && (batch = this.#batcher.take(partition));) {
        await this.#deliver(batch);
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
        const tooLarge = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];
        if (tooLarge.includes(rootCause(error).type ?? "") && batch.records.length > 1) {
          // The topic's max.message.bytes is below the default: nothing was written.
          for (const half of halves(batch)) await this.#deliver(half);
          return;
        }
        if (!isTransient(error) || now() >= deadline || this.#error) throw error;
        onRetry(batch, error);
        await delay(RETRY_BACKOFF);
      }
    }
    this.acknowledged += batch.records.length;
    this.acknowledgedBytes += batch.bytes;
    await onAcknowledged(batch, baseOffset);
    this.pending -= batch.records.length;
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
