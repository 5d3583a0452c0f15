// The topic that is written to: found, made by the brokers where they do that,
// and what must be known of it.
import { ClientError } from "../errors/client_error.ts";
import { rootCause } from "../errors/causes.ts";
import type { Admin, Kafka } from "../kafkajs/library.ts";
import { retryFor } from "../waiting/retry.ts";
import { nearest } from "../errors/nearest.ts";

/** How long a cluster that answers may take to create a topic, in ms. */
const START_TIMEOUT = 30_000;
/** `config_resource` of a topic. */
const TOPIC_RESOURCE = 2;

/** What a producer must know of its topic. */
export interface ProducedTopic {
  readonly partitions: number;
  /** Partitions that have no leader. */
  readonly leaderless: readonly number[];
}

/**
 * Finds the topic. Brokers with `auto.create.topics.enable` create it, which is said.
 *
 * @throws {ClientError} It does not exist, and the brokers do not create it.
 */
export async function findOrCreateTopic(
  kafka: Kafka,
  topic: string,
  say: (line: string) => void,
): Promise<ProducedTopic> {
  return await withAdmin(kafka, async (admin) => {
    try {
      return await describe(admin, topic);
    } catch (error) {
      if (!isMissingTopic(error)) throw error;
    }
    const others = (await admin.listTopics()).filter((name) => !name.startsWith("__"));
    const near = nearest(topic, others);
    const meant = near === undefined ? "" : `Did you mean ${near}?`;
    await askForTopic(kafka, topic, meant);
    const created = await retryFor(START_TIMEOUT, () => describe(admin, topic));
    const count = created.partitions;
    const shape = `${count} partition${count === 1 ? "" : "s"}`;
    say(`Topic ${topic} did not exist: it is being created, with ${shape}. ${meant}`.trimEnd());
    return created;
  });
}

/** How many partitions the topic has now. */
export async function countPartitions(kafka: Kafka, topic: string): Promise<number> {
  return (await withAdmin(kafka, (admin) => describe(admin, topic))).partitions;
}

/** The topic's `max.message.bytes`; `undefined` when the brokers do not tell it. */
export async function fetchMaxMessageBytes(
  kafka: Kafka,
  topic: string,
): Promise<number | undefined> {
  const name = "max.message.bytes";
  try {
    const { resources } = await withAdmin(kafka, (admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: TOPIC_RESOURCE, name: topic, configNames: [name] }],
      }));
    const found = resources[0]?.configEntries.find(({ configName }) => configName === name);
    return found === undefined ? undefined : Number(found.configValue);
  } catch {
    // It only completes what is said anyway.
    return undefined;
  }
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

async function describe(admin: Admin, topic: string): Promise<ProducedTopic> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitions = topics[0]?.partitions ?? [];
  return {
    partitions: partitions.length,
    leaderless: partitions.filter(({ leader }) => leader < 0).map((p) => p.partitionId),
  };
}

/** Asks for the metadata of a topic in the way that creates it. */
async function askForTopic(kafka: Kafka, topic: string, meant: string) {
  const creator = kafka.producer({ allowAutoTopicCreation: true });
  try {
    await creator.connect();
    await creator.send({ topic, messages: [] });
  } catch (error) {
    if (!isMissingTopic(error)) throw error;
    throw new ClientError(`Topic ${topic} does not exist, and the brokers do not create topics`, {
      hint: `${meant} Create it: deno task topic:create --topic ${topic}`.trimStart(),
      cause: error,
    });
  } finally {
    await creator.disconnect().catch(() => {});
  }
}

function isMissingTopic(error: unknown): boolean {
  return rootCause(error).type === "UNKNOWN_TOPIC_OR_PARTITION";
}
