// Which consumer groups there are: asked of every broker that coordinates some.
import { ERROR } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type Gap, gapOf, type WithGaps } from "../errors/gaps.ts";
import { groupPerPartition } from "./group_partition.ts";
import { network } from "../kafkajs/library.ts";
import {
  addressOf,
  isOffline,
  type Member,
  OFFSETS_TOPIC,
  type Partition,
  PROOF_PREFIX,
} from "../cluster/metadata.ts";
import { byName, type TopicPartition } from "../cluster/offsets.ts";

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
  /** `Stable`, `Empty`, `PreparingRebalance`, `CompletingRebalance` or `Dead`. */
  readonly state: string;
  /** The broker that coordinates it. */
  readonly coordinator: Member;
  readonly members: readonly GroupMember[];
}

/** Groups by name, and what is not known of them. */
export interface Groups extends WithGaps {
  readonly groups: readonly Group[];
}

/** Errors of a coordinator that does not know its groups yet, or any more. */
const NOT_READY: readonly number[] = [
  ERROR.coordinatorLoading,
  ERROR.coordinatorNotAvailable,
  ERROR.notCoordinator,
];

/** All groups at one look. */
export async function fetchGroupList(cluster: Cluster): Promise<Groups> {
  const { brokers, topics, errors } = await cluster.metadata([OFFSETS_TOPIC]);
  const partitions = topics[0]?.partitions ?? [];
  const names = groupPerPartition(PROOF_PREFIX, partitions.length);
  const led = ({ id }: Member) => partitions.filter(({ leader }) => leader === id);
  // Who may not see the topic, asks all brokers.
  const asked = errors.length > 0 ? brokers : brokers.filter((member) => led(member).length > 0);
  const answers = await Promise.all(
    asked.map((member) =>
      groupsOf(cluster, member, led(member).map(({ partition }) => names[partition]!))
    ),
  );
  return {
    groups: answers.flatMap(({ groups }) => groups).sort((a, b) => a.group < b.group ? -1 : 1),
    gaps: [...lost(partitions), ...answers.flatMap(({ gaps }) => gaps)],
  };
}

/** Groups that no broker coordinates: their partition of the offsets topic has no leader. */
function lost(partitions: readonly Partition[]): Gap[] {
  const numbers = partitions.filter(isOffline).map(({ partition }) => partition);
  if (numbers.length === 0) return [];
  const which = numbers.slice(0, 3).join(", ") + (numbers.length > 3 ? ", …" : "");
  const what = `the groups of ${numbers.length} of ${partitions.length} partitions of ` +
    `${OFFSETS_TOPIC} (${which})`;
  return [{ what, why: "they have no leader", passing: false }];
}

/**
 * The groups that a broker coordinates.
 *
 * @param names One group for each partition of the offsets topic that it leads; nobody uses them.
 */
async function groupsOf(
  cluster: Cluster,
  member: Member,
  names: readonly string[],
): Promise<{ readonly groups: Group[]; readonly gaps: Gap[] }> {
  const what = `the groups that broker ${member.id} coordinates`;
  try {
    const broker = await cluster.broker(addressOf(member));
    // A coordinator that has just moved lists no groups before it has heard of it and loaded them.
    const unready = await firstUnready(broker, names);
    const { errorCode, groups } = await broker.request("ListGroups", {});
    const ids = groups.map(({ groupId }) => groupId).filter((id) => !id.startsWith(PROOF_PREFIX));
    const found = await fetchGroups(broker, member, ids);
    const code = errorCode === ERROR.none ? unready : errorCode;
    if (code !== undefined) found.gaps.push(gapOf(what, broker.error(code)));
    return found;
  } catch (error) {
    return { groups: [], gaps: [gapOf(what, error)] };
  }
}

async function firstUnready(broker: Broker, groupIds: readonly string[]) {
  if (groupIds.length === 0) return undefined;
  const { groups } = await broker.request("DescribeGroups", { groupIds });
  return groups.find(({ errorCode }) => NOT_READY.includes(errorCode))?.errorCode;
}

async function fetchGroups(broker: Broker, coordinator: Member, groupIds: readonly string[]) {
  const found: Group[] = [];
  const gaps: Gap[] = [];
  if (groupIds.length === 0) return { groups: found, gaps };
  const [{ MemberAssignment }, { groups }] = await Promise.all([
    network(),
    broker.request("DescribeGroups", { groupIds }),
  ]);
  const partitionsOf = (assignment: Uint8Array): TopicPartition[] => {
    let assigned: Record<string, number[]>;
    try {
      assigned = MemberAssignment.decode(assignment)?.assignment ?? {};
    } catch {
      // Written by a client of its own kind.
      return [];
    }
    return Object.entries(assigned).flatMap(([topic, ids]) =>
      ids.map((partition) => ({ topic, partition }))
    ).sort(byName);
  };
  for (const { errorCode, groupId, state, protocolType, members } of groups) {
    if (errorCode === ERROR.groupNotFound) continue; // Deleted since it was listed.
    if (errorCode !== ERROR.none) {
      gaps.push(gapOf(`the state and members of group ${groupId}`, broker.error(errorCode)));
      continue;
    }
    found.push({
      group: groupId,
      state,
      coordinator,
      members: members.map(({ memberId, clientId, clientHost, memberAssignment }) => ({
        memberId,
        clientId,
        host: clientHost.replace(/^\//, ""),
        partitions: protocolType === "consumer" ? partitionsOf(memberAssignment) : [],
      })),
    });
  }
  return { groups: found, gaps };
}
