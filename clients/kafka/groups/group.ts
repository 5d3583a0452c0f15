// A group of consumers, of whichever type.
// This module is pure: no Deno APIs, no I/O.
import type { Member } from "../cluster/metadata.ts";
import type { TopicPartition } from "../cluster/offsets.ts";

/**
 * How its members share the work: `classic`, each partition is read by one, which the members agree on;
 * `consumer`, the same, decided by the coordinator (`group.protocol=consumer`, KIP-848); `share`, each
 * record goes to one, whatever its partition (KIP-932); `streams`, Kafka Streams (KIP-1071).
 */
export type GroupType = "classic" | "consumer" | "share" | "streams";

/** A consumer of a group. */
export interface GroupMember {
  readonly memberId: string;
  /** `client.id` of the consumer. */
  readonly clientId: string;
  readonly host: string;
  readonly partitions: readonly TopicPartition[];
}

/** A consumer group. */
export interface Group {
  readonly group: string;
  readonly type: GroupType;
  /**
   * `Stable`, `Empty`, `Dead`; of a classic one also `PreparingRebalance` and `CompletingRebalance`, of
   * one whose coordinator decides `Assigning` and `Reconciling`, of Kafka Streams also `NotReady`.
   */
  readonly state: string;
  /** The broker that coordinates it. */
  readonly coordinator: Member;
  readonly members: readonly GroupMember[];
}

/** A group as a coordinator lists it. */
export interface ListedGroup {
  readonly groupId: string;
  /** Left out by brokers of before 2.6. */
  readonly state?: string;
  /** Left out by brokers that know classic ones only. */
  readonly type?: string;
}

/** The type of a listed group. */
export function typeOf({ type = "classic" }: ListedGroup): GroupType {
  return type.toLowerCase() as GroupType;
}
