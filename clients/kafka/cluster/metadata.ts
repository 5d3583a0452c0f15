// What a broker knows of its cluster, in our words.
// This module is pure: no Deno APIs, no I/O.
import { formatAddress } from "../connection/address.ts";
import { type Api, ERROR } from "../protocol/requests.ts";
import { isInternalName } from "../topics/internal_topics.ts";

/** A registered broker at the address that it advertises. */
export interface Member {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

/** One partition; brokers by id, leader −1 when there is none. */
export interface Partition {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** A topic with its partitions in order. */
export interface Topic {
  readonly topic: string;
  /** Kafka's own (`__consumer_offsets`, `__transaction_state`). */
  readonly internal: boolean;
  readonly partitions: readonly Partition[];
}

/** A broker's view of its cluster. */
export interface Metadata {
  readonly clusterId: string;
  /** −1 when there is none. In KRaft mode any broker that lives. */
  readonly controllerId: number;
  /** By id. */
  readonly brokers: readonly Member[];
  /** By name. */
  readonly topics: readonly Topic[];
  /** Topics that are there, and of which the broker told an error instead. */
  readonly errors: readonly TopicError[];
}

/** Why a broker tells nothing of a topic. */
export interface TopicError {
  readonly topic: string;
  /** `error_code` of Kafka's protocol. */
  readonly errorCode: number;
}

/** Holds the offsets of groups. It is made when a group's coordinator is first asked for. */
export const OFFSETS_TOPIC = "__consumer_offsets";

/** Begins the names of the groups with which readiness is proven. */
export const PROOF_PREFIX = "__stack_ready_";

/** The answer to a Metadata request. */
export function toMetadata(answer: Api["Metadata"]["response"]): Metadata {
  return {
    clusterId: answer.clusterId,
    controllerId: answer.controllerId,
    brokers: answer.brokers
      .map(({ nodeId, host, port }) => ({ id: nodeId, host, port }))
      .sort((a, b) => a.id - b.id),
    errors: answer.topicMetadata
      .filter((topic) => !isDescribed(topic) && topic.topicErrorCode !== ERROR.unknownTopic)
      .map(({ topic, topicErrorCode }) => ({ topic, errorCode: topicErrorCode })),
    topics: answer.topicMetadata
      .filter(isDescribed)
      .map(({ topic, isInternal, partitionMetadata }) => ({
        topic,
        internal: isInternal || isInternalName(topic),
        partitions: partitionMetadata
          .map(({ partitionId, leader, replicas, isr }) => ({
            partition: partitionId,
            leader,
            replicas,
            isr,
          }))
          .sort((a, b) => a.partition - b.partition),
      }))
      .sort((a, b) => a.topic < b.topic ? -1 : 1),
  };
}

type TopicAnswer = Api["Metadata"]["response"]["topicMetadata"][number];

/** An error other than "no leader" means that there is nothing to tell of the topic. */
function isDescribed({ partitionMetadata }: TopicAnswer): boolean {
  return partitionMetadata.length > 0;
}

/** Whether a replica is not in sync. */
export function isUnderReplicated({ isr, replicas }: Partition): boolean {
  return isr.length < replicas.length;
}

/** Whether there is nobody to read from or to write to. */
export function isOffline({ leader }: Partition): boolean {
  return leader < 0;
}

/** `host:port` of a broker. */
export function addressOf({ host, port }: Omit<Member, "id">): string {
  return formatAddress({ host, port });
}

/** The address of the broker with this id, if it is registered. */
export function findAddress({ brokers }: Metadata, id: number | undefined): string | undefined {
  const member = brokers.find((broker) => broker.id === id);
  return member && addressOf(member);
}
