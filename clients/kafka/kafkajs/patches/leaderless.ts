// Mends of kafkajs 2.2.4 for partitions without a leader: one of them makes it
// refuse the whole topic, others included. Each is made on an object that
// `_kafka.ts` hands in.
// This module is pure: no Deno APIs, no I/O.

interface PartitionMetadata {
  readonly partitionErrorCode: number;
  readonly partitionId: number;
  readonly leader: number;
}

interface MetadataAnswer {
  readonly topicMetadata: readonly { readonly partitionMetadata: readonly PartitionMetadata[] }[];
}

interface MetadataResponse {
  readonly decode: (data: unknown) => Promise<MetadataAnswer>;
  readonly parse: (answer: MetadataAnswer) => Promise<unknown>;
}

/** The part of the Metadata request that is mended. */
export interface MetadataRequest {
  protocol(version: { version: number }): (
    body: unknown,
  ) => { request: unknown; response: MetadataResponse };
}

/**
 * As published, the answer about a topic counts as failed when one of its partitions has no leader
 * (`LEADER_NOT_AVAILABLE`). What is wrong with the topic itself still does.
 */
export function mendMetadata(request: MetadataRequest) {
  const { protocol } = request;
  request.protocol = (version) => (body) => {
    const made = protocol(version)(body);
    const parse = async (answer: MetadataAnswer) => {
      const topicMetadata = answer.topicMetadata.map((topic) => ({
        ...topic,
        partitionMetadata: topic.partitionMetadata.map((p) => ({ ...p, partitionErrorCode: 0 })),
      }));
      await made.response.parse({ ...answer, topicMetadata });
      return answer;
    };
    return { request: made.request, response: { decode: made.response.decode, parse } };
  };
}

/** The part of the cluster that is mended. */
export interface Cluster {
  readonly brokerPool: { metadataExpireAt: number | null };
  findTopicPartitionMetadata(topic: string): readonly PartitionMetadata[];
  findLeaderForPartitions(topic: string, partitions: readonly (string | number)[]): unknown;
}

/** The `name` of the error for a partition without a leader. Nothing was sent to it. */
export const NO_LEADER = "KafkaJSNoLeader";

/**
 * As published it looks for a broker −1. Now it says what is the matter, at once, and whoever asks
 * again gets new metadata.
 */
export function mendCluster(prototype: Cluster) {
  const { findLeaderForPartitions } = prototype;
  prototype.findLeaderForPartitions = function (topic, partitions) {
    const known = this.findTopicPartitionMetadata(topic);
    for (const id of partitions) {
      const partition = Number(id);
      if (known.find(({ partitionId }) => partitionId === partition)?.leader !== -1) continue;
      this.brokerPool.metadataExpireAt = null;
      throw Object.assign(new Error(`Partition ${partition} of topic ${topic} has no leader`), {
        name: NO_LEADER,
        retriable: false,
      });
    }
    return findLeaderForPartitions.call(this, topic, partitions);
  };
}

/** The part of a broker that is mended. */
export interface Broker {
  produce(
    request: { topicData: { partitions: { messages: readonly unknown[] }[] }[] },
  ): Promise<unknown>;
}

/** Answers that say that nothing was written. */
const REFUSED = [
  ...["NOT_LEADER_FOR_PARTITION", "UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE"],
  ...["NOT_ENOUGH_REPLICAS", "MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"],
];

/** Lists of records that a broker may have written, without our hearing of it. */
const maybeWritten = new WeakSet<readonly unknown[]>();

/** Remembers which records have been handed to a connection. */
export function mendBroker(prototype: Broker) {
  const { produce } = prototype;
  prototype.produce = async function (request) {
    const fresh = request.topicData.flatMap(({ partitions }) =>
      partitions.map(({ messages }) => messages)
    ).filter((messages) => !maybeWritten.has(messages));
    for (const messages of fresh) maybeWritten.add(messages);
    try {
      return await produce.call(this, request);
    } catch (error) {
      if (REFUSED.includes((error as { type?: string }).type ?? "")) {
        for (const messages of fresh) maybeWritten.delete(messages);
      }
      throw error;
    }
  };
}

/** Whether a broker may have written these records, though it has not acknowledged them. */
export function mayBeWritten(records: readonly unknown[]): boolean {
  return maybeWritten.has(records);
}
