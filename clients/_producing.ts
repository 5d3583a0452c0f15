// Writing to a topic through kafkajs, one send per partition. Connects, sees to
// the topic, and says what it does on the way.
import { COMPRESSION, connect, type ConnectOptions, type Kafka, type Producer } from "./_kafka.ts";
import type { Batch } from "./_batch.ts";
import { retryFor } from "./_retry.ts";
import type { ProducerRecord } from "./_record.ts";
import { ClientError, explain, rootCause } from "./_errors.ts";

/** How to write to a topic. */
export interface ProducingOptions extends ConnectOptions {
  readonly topic: string;
  readonly compression: keyof typeof COMPRESSION;
}

/** A connected producer of one topic. */
export interface Producing {
  /** How many partitions the topic has. */
  readonly partitions: number;
  /** Writes a batch with acks=all. Resolves to the offset of its first record. */
  send(batch: Batch): Promise<bigint>;
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
export async function startProducing(options: ProducingOptions): Promise<Producing> {
  const { topic, bootstrapServers, compression } = options;
  let connected = false;
  const kafka = await connect({
    ...options,
    // At the start the error says it; later only this line does.
    say: (line) => (connected || options.verbose) && options.say?.(line),
  });
  const producer = kafka.producer({
    idempotent: true,
    // While brokers come back one by one, the first would be asked to create the topic.
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 8 },
  });
  try {
    await connectProducer(producer);
    const partitions = await findTopic(kafka, topic);
    connected = true;
    return {
      partitions,
      send: async (batch) => {
        const [answer] = await producer.send({
          topic,
          acks: -1,
          compression: COMPRESSION[compression],
          messages: ofOnePartition(batch),
        });
        return BigInt(answer!.baseOffset!);
      },
      disconnect: () => producer.disconnect(),
    };
  } catch (error) {
    await producer.disconnect().catch(() => {});
    throw explain(error, bootstrapServers);
  }
}

/**
 * The records of a batch as kafkajs groups them by partition. Its own way copies
 * the group for each record, which is quadratic; ours are in one group already.
 */
function ofOnePartition({ partition, records }: Batch): ProducerRecord[] {
  return Object.assign([...records], { reduce: () => ({ [partition]: records }) });
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

/** How many partitions the topic has. Brokers with `auto.create.topics.enable` may create it. */
async function findTopic(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  const count = async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]!.partitions.length;
  };
  try {
    await admin.connect();
    return await count().catch(async (error) => {
      if (!isMissingTopic(error)) throw error;
      await askForTopic(kafka, topic);
      return await retryFor(START_TIMEOUT, count);
    });
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/** Asks for the metadata of a topic in the way that creates it. */
async function askForTopic(kafka: Kafka, topic: string) {
  const creator = kafka.producer({ allowAutoTopicCreation: true });
  try {
    await creator.connect();
    await creator.send({ topic, messages: [] });
  } catch (error) {
    if (!isMissingTopic(error)) throw error;
    throw new ClientError(`Topic ${topic} does not exist, and the brokers do not create topics`, {
      hint: `Create it: deno task topic:create --topic ${topic}`,
      cause: error,
    });
  } finally {
    await creator.disconnect().catch(() => {});
  }
}

function isMissingTopic(error: unknown): boolean {
  return rootCause(error).type === "UNKNOWN_TOPIC_OR_PARTITION";
}
