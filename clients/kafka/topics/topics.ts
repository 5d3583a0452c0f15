// Administration of topics: list, describe, create, alter, delete.
import { CONFIG_OPERATION, ERROR, TOPIC_RESOURCE } from "../protocol/requests.ts";
import { type Cluster, fetchMetadata } from "../cluster/cluster.ts";
import { until } from "../waiting/retry.ts";
import { explain } from "../errors/explain.ts";
import { ClientError } from "../errors/client_error.ts";
import { type Gap, gapOf, gapText, type WithGaps } from "../errors/gaps.ts";
import { network } from "../kafkajs/library.ts";
import { addressOf, isOffline, type Metadata, type Topic } from "../cluster/metadata.ts";
import { answerFor, change, CHANGE_TIMEOUT, checkAnswer } from "./changes.ts";
import { configText, describeConfigs, nearConfig, type TopicConfig } from "./configs.ts";
import { differences, type TopicShape } from "./shape.ts";
import { nearest } from "../errors/nearest.ts";

export { isUnderReplicated, type Partition, type Topic } from "../cluster/metadata.ts";
export type { TopicConfig } from "./configs.ts";
export type { TopicShape } from "./shape.ts";

/** A topic with all its configs. */
export interface TopicDescription extends Topic {
  readonly configs: readonly TopicConfig[];
}

/** A value before and after a change. */
export interface Change {
  /** Name of a config, or `partitions`. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Topics by name, and what is not known of others. */
export interface Topics<T extends Topic = Topic> extends WithGaps {
  readonly topics: readonly T[];
}

/** All topics by name, Kafka's own included: one request to one broker. */
export async function listTopics(cluster: Cluster): Promise<readonly Topic[]> {
  return (await fetchTopicList(cluster)).topics;
}

/** The same, with what the broker does not tell. */
export async function fetchTopicList(cluster: Cluster): Promise<Topics> {
  const { topics, errors } = await cluster.metadata();
  return { topics, gaps: await topicGaps(errors) };
}

/**
 * Topics with their configs; all when none are named.
 *
 * @throws {ClientError} There is no such topic: the nearest is named.
 */
export async function describeTopics(
  cluster: Cluster,
  names?: readonly string[],
): Promise<Topics<TopicDescription>> {
  const all = await fetchTopicList(cluster);
  const topics = names?.map((name) => findTopic(all.topics, name)) ?? all.topics;
  const { configs, gaps } = await describeConfigs(cluster, topics.map(({ topic }) => topic));
  const described = topics.map((topic) => ({ ...topic, configs: configs.get(topic.topic) ?? [] }));
  return { topics: described, gaps: [...names ? [] : all.gaps, ...gaps] };
}

/** One topic with its configs. */
async function describeTopic(cluster: Cluster, name: string): Promise<TopicDescription> {
  const { topics: [topic], gaps: [gap] } = await describeTopics(cluster, [name]);
  if (gap) throw new ClientError(gapText(gap));
  return topic!;
}

/**
 * Creates a topic, unless it is there with the same shape. Resolves once every broker knows it
 * and all its partitions have a leader.
 *
 * @param shape Without a replication factor it is 3, or as many as there are brokers.
 * @throws {ClientError} It is there with another shape, or Kafka refuses it: why.
 */
export async function createTopic(
  cluster: Cluster,
  topic: string,
  shape: TopicShape,
): Promise<{ readonly created: boolean; readonly topic: Topic }> {
  const brokers = (await cluster.members()).length;
  const replicationFactor = shape.replicationFactor ?? Math.min(3, brokers);
  const create = change(cluster, async (controller) => {
    const { topicErrors } = await controller.request("CreateTopics", {
      topics: [{
        topic,
        numPartitions: shape.partitions,
        replicationFactor,
        configEntries: Object.entries(shape.config).map(([name, value]) => ({ name, value })),
      }],
      timeout: CHANGE_TIMEOUT,
    });
    const { errorCode } = answerFor(topic, topicErrors);
    if (errorCode === ERROR.topicExists) return false;
    checkAnswer(controller, topic, topicErrors);
    return true;
  });
  const created = await explainConfig(create, cluster, Object.keys(shape.config));
  await onEveryBroker(
    cluster,
    topic,
    (seen) => seen?.partitions.every((p) => !isOffline(p)) === true,
    `Topic ${topic} has no leader for each partition yet`,
  );
  const found = await describeTopic(cluster, topic);
  const other = created ? [] : differences(found, shape, brokers);
  if (other.length > 0) {
    throw new ClientError(`Topic ${topic} exists, with another shape: ${other.join(", ")}`, {
      hint: "deno task topic:alter changes configs and adds partitions;\n" +
        "deno task topic:delete removes the topic with its records.",
    });
  }
  return { created, topic: found };
}

/** What to change of a topic. */
export interface TopicChanges {
  /** Configs to set. */
  readonly set: Readonly<Record<string, string>>;
  /** Configs to take back to the broker's setting. */
  readonly remove: readonly string[];
  /** New number of partitions: more than there are. */
  readonly partitions: number | undefined;
}

/**
 * Changes configs (KIP-339: those that are not named stay as they are) and adds partitions.
 *
 * @returns What was named, before and after.
 * @throws {ClientError} There is no such topic, or Kafka refuses a change: why.
 */
export async function alterTopic(
  cluster: Cluster,
  topic: string,
  changes: TopicChanges,
): Promise<Change[]> {
  const { set, remove, partitions } = changes;
  const configs = [
    ...Object.entries(set).map(([name, value]) => ({
      name,
      operation: CONFIG_OPERATION.set,
      value,
    })),
    ...remove.map((name) => ({ name, operation: CONFIG_OPERATION.delete, value: null })),
  ];
  const before = await describeTopic(cluster, topic);
  if (configs.length > 0) {
    const alter = change(cluster, async (controller) => {
      const { resources } = await controller.request("IncrementalAlterConfigs", {
        resources: [{ type: TOPIC_RESOURCE, name: topic, configs }],
      });
      checkAnswer(controller, topic, resources.map((r) => ({ ...r, topic: r.resourceName })));
    });
    await explainConfig(alter, cluster, configs.map(({ name }) => name));
  }
  if (partitions !== undefined) await addPartitions(cluster, topic, partitions);
  const after = await describeTopic(cluster, topic);
  return [
    ...configs.map(({ name }) => ({
      name,
      before: configText(before.configs, name),
      after: configText(after.configs, name),
    })),
    ...partitions === undefined ? [] : [{
      name: "partitions",
      before: String(before.partitions.length),
      after: String(after.partitions.length),
    }],
  ];
}

/**
 * Deletes a topic. Resolves once no broker knows it any more.
 *
 * @throws {ClientError} There is no such topic: the nearest is named.
 */
export async function deleteTopic(cluster: Cluster, topic: string): Promise<void> {
  findTopic(await listTopics(cluster), topic);
  await change(cluster, async (controller) => {
    const { topicErrors } = await controller.request("DeleteTopics", {
      topics: [topic],
      timeout: CHANGE_TIMEOUT,
    });
    const { errorCode } = answerFor(topic, topicErrors);
    if (errorCode === ERROR.requestTimedOut) throw stillThere(topic);
    // By a request whose answer did not arrive.
    if (errorCode === ERROR.unknownTopic) return;
    checkAnswer(controller, topic, topicErrors);
  });
  await onEveryBroker(cluster, topic, (seen) => seen === undefined, stillThere(topic).message);
}

/** The topic of that name, or an error that names the nearest one. */
export function findTopic(topics: readonly Topic[], name: string): Topic {
  const found = topics.find(({ topic }) => topic === name);
  if (found) return found;
  const near = nearest(name, topics.map(({ topic }) => topic));
  throw new ClientError(`There is no topic ${name}`, {
    hint: near ? `Did you mean ${near}?` : "deno task topic:list shows all topics.",
  });
}

/** Names the config that is meant, where Kafka refuses one that it does not know. */
async function explainConfig<T>(
  change: Promise<T>,
  cluster: Cluster,
  names: readonly string[],
): Promise<T> {
  return await change.catch(async (error) => {
    if (error.type !== "INVALID_CONFIG") throw error;
    const hint = await nearConfig(cluster, names);
    if (!hint) throw error;
    // A broker has answered: no address is to be named.
    const { message } = explain(error, { bootstrapServers: [] });
    throw new ClientError(message, { hint, cause: error });
  });
}

async function topicGaps(errors: Metadata["errors"]): Promise<Gap[]> {
  if (errors.length === 0) return [];
  const { createErrorFromCode } = await network();
  return errors.map(({ topic, errorCode }) =>
    gapOf(`the partitions of topic ${topic}`, createErrorFromCode(errorCode))
  );
}

function stillThere(topic: string) {
  return new ClientError(`Topic ${topic} is marked for deletion, and still there`, {
    hint: "It goes once each broker with a replica of it is up: deno task status",
  });
}

async function addPartitions(cluster: Cluster, topic: string, count: number) {
  await change(cluster, async (controller) => {
    const { topicErrors } = await controller.request("CreatePartitions", {
      topicPartitions: [{ topic, count }],
      timeout: CHANGE_TIMEOUT,
    });
    checkAnswer(controller, topic, topicErrors);
  });
  await onEveryBroker(
    cluster,
    topic,
    (seen) => seen?.partitions.length === count && !seen.partitions.some(isOffline),
    `Topic ${topic} has no leader for each partition yet`,
  );
}

/** Waits until every broker that can be reached sees the topic as `wanted`. */
async function onEveryBroker(
  cluster: Cluster,
  topic: string,
  wanted: (seen: Topic | undefined) => boolean,
  otherwise: string,
) {
  const look = async () => {
    const members = await cluster.members();
    const views = await Promise.allSettled(members.map(async (member) => {
      const { topics } = await fetchMetadata(await cluster.broker(addressOf(member)), [topic]);
      return wanted(topics[0]);
    }));
    return views.every((view) => view.status === "rejected" || view.value) || undefined;
  };
  await until(
    look,
    CHANGE_TIMEOUT,
    () =>
      new ClientError(`${otherwise} after ${CHANGE_TIMEOUT / 1000} s`, {
        hint: "Is a broker down? deno task status",
      }),
  );
}
