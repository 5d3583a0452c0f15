// Writing to a topic through kafkajs, one send per partition. Connects, sees to
// the topic, and says what it does on the way.
import type { Producer } from "../kafkajs/library.ts";
import { COMPRESSION, type Compression } from "../protocol/compression.ts";
import { type ClientOptions, createClient } from "../kafkajs/client.ts";
import type { Batch } from "./batch.ts";
import { explain } from "../errors/explain.ts";
import { ClientError, MISSING_PARTITION } from "../errors/client_error.ts";
import { toLibraryHeaders } from "../kafkajs/patches/header_order.ts";
import { groupedForPartition } from "../kafkajs/patches/record_groups.ts";
import { mayBeWritten } from "../kafkajs/patches/unacknowledged_records.ts";
import {
  countPartitions,
  fetchMaxMessageBytes,
  findOrCreateTopic,
  type ProducedTopic,
} from "./produced_topic.ts";
import { unlessAborted } from "../waiting/pause.ts";
import { retryFor } from "../waiting/retry.ts";

/** How to write to a topic. */
export interface ProducerOptions extends ClientOptions {
  readonly topic: string;
  readonly compression: Compression;
  /** Interrupts the attempt to connect: its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** A connected producer of one topic. */
export interface RunningProducer extends ProducedTopic {
  /**
   * Writes a batch with acks=all. Resolves to the offset of its first record.
   *
   * @throws {ClientError} Of type `MISSING_PARTITION`: the topic has fewer partitions than before.
   */
  send(batch: Batch): Promise<bigint>;
  /** Whether a broker may have written a batch that {@linkcode send} failed for. */
  mayBeWritten(batch: Batch): boolean;
  /** How many partitions the topic has now. */
  countPartitions(): Promise<number>;
  /** The topic's `max.message.bytes`; `undefined` when the brokers do not tell it. */
  maxMessageBytes(): Promise<number | undefined>;
  disconnect(): Promise<void>;
}

/** How long a cluster that answers may take to give a producer id, in ms. */
const START_TIMEOUT = 30_000;

/**
 * Connects a producer, and lets the brokers create the topic if they do that.
 *
 * It is idempotent (`enable.idempotence`, KIP-98): a batch that is sent again
 * after a lost answer is not written twice.
 *
 * @throws {ClientError} When no broker can be reached, or the topic does not exist.
 */
export async function startProducer(options: ProducerOptions): Promise<RunningProducer> {
  const { topic, connection, compression, signal, say = () => {} } = options;
  signal?.throwIfAborted();
  let connected = false;
  const kafka = await createClient({
    ...options,
    // At the start the error says it; later only this line does.
    say: (line) => (connected || options.verbose) && say(line),
  });
  const producer = kafka.producer({
    idempotent: true,
    // While brokers come back one by one, the first would be asked to create the topic.
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 8 },
  });
  const begin = async () => {
    await connectProducer(producer);
    return await findOrCreateTopic(kafka, topic, say);
  };
  try {
    const found = await unlessAborted(signal, begin());
    connected = true;
    return {
      ...found,
      send: async (batch) => {
        const [answer] = await producer.send({
          topic,
          acks: -1,
          compression: COMPRESSION[compression],
          messages: groupedForPartition(messagesOf(batch), batch.partition),
        });
        if (answer?.baseOffset !== undefined) return BigInt(answer.baseOffset);
        throw new ClientError(`Topic ${topic} has no partition ${batch.partition} any more`, {
          type: MISSING_PARTITION,
        });
      },
      mayBeWritten: (batch) => mayBeWritten(messagesOf(batch)),
      countPartitions: () => countPartitions(kafka, topic),
      maxMessageBytes: () => fetchMaxMessageBytes(kafka, topic),
      disconnect: () => producer.disconnect(),
    };
  } catch (error) {
    const disconnected = producer.disconnect().catch(() => {});
    // It waits for answers that may never come.
    signal?.throwIfAborted();
    await disconnected;
    throw explain(error, connection);
  }
}

type Messages = Parameters<Producer["send"]>[0]["messages"];

const converted = new WeakMap<Batch, Messages>();

/** The records of a batch as kafkajs takes them: the same list however often it is sent. */
function messagesOf(batch: Batch): Messages {
  if (!batch.records.some(({ headers }) => headers)) return batch.records as unknown as Messages;
  const known = converted.get(batch);
  if (known) return known;
  const messages = batch.records.map(({ key, value, partition, headers }) => ({
    ...{ key, value, partition: partition! },
    ...(headers ? { headers: toLibraryHeaders(headers) } : {}),
  }));
  converted.set(batch, messages);
  return messages;
}

/** The producer id comes from the controller, which may be moving while the cluster answers. */
async function connectProducer(producer: Producer) {
  let reached = false;
  producer.on(producer.events.CONNECT, () => reached = true);
  try {
    await producer.connect();
  } catch (error) {
    if (!reached) throw error;
    await retryFor(START_TIMEOUT, () => producer.connect());
  }
}
