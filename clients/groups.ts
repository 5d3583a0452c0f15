// Administration of consumer groups: list, describe.
import { ERROR, LATEST } from "./_api.ts";
import type { Broker } from "./_broker.ts";
import type { Cluster } from "./cluster.ts";
import { fetchCommitted } from "./_committed.ts";
import { ClientError } from "./_errors.ts";
import { network } from "./_kafka.ts";
import { addressOf, type Member, PROOF_PREFIX } from "./_metadata.ts";
import { byName, keyOf, listOffsets, type TopicPartition } from "./_offsets.ts";
import { nearest } from "./flags.ts";

export type { TopicPartition } from "./_offsets.ts";
export { parseDatetime, parseSelection, type ResetTarget, type TopicSelection } from "./_reset.ts";

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

/** How far a group is in a partition. */
export interface GroupOffset extends TopicPartition {
  /** Of the next record to read; `undefined` when nothing is committed. */
  readonly committed: bigint | undefined;
  /** Of the next record to be written; `undefined` without a leader. */
  readonly logEnd: bigint | undefined;
  /** Records that are not read yet; `undefined` without one of both offsets. */
  readonly lag: bigint | undefined;
  /** Who reads it, when somebody does. */
  readonly member: GroupMember | undefined;
}

/** A group with its offsets. */
export interface GroupDescription extends Group {
  /** By topic and partition. */
  readonly offsets: readonly GroupOffset[];
}

/** All groups by name. */
export async function listGroups(cluster: Cluster): Promise<Group[]> {
  const members = await cluster.members();
  const groups = await Promise.all(members.map(async (coordinator) => {
    const broker = await cluster.broker(addressOf(coordinator));
    const { errorCode, groups } = await broker.request("ListGroups", {});
    if (errorCode !== ERROR.none) throw broker.error(errorCode);
    const names = groups.map(({ groupId }) => groupId).filter((id) => !id.startsWith(PROOF_PREFIX));
    return await fetchGroups(broker, coordinator, names);
  }));
  return groups.flat().sort((a, b) => a.group < b.group ? -1 : 1);
}

/**
 * Groups with their offsets; all when none are named.
 *
 * @throws {ClientError} There is no such group: the nearest is named.
 */
export async function describeGroups(
  cluster: Cluster,
  names?: readonly string[],
): Promise<GroupDescription[]> {
  const all = await listGroups(cluster);
  const groups = names?.map((name) => findGroup(all, name)) ?? all;
  const committed = await Promise.all(
    groups.map(async ({ group, coordinator }) =>
      await fetchCommitted(await cluster.broker(addressOf(coordinator)), group)
    ),
  );
  const wanted = groups.map(({ members }, index) => {
    const assigned = members.flatMap(({ partitions }) => partitions);
    const own = new Map([...committed[index]!.values(), ...assigned].map((p) => [keyOf(p), p]));
    return [...own.values()].sort(byName);
  });
  const topics = await fetchTopics(cluster, wanted.flat());
  const ends = await listOffsets(cluster, topics, wanted.flat(), LATEST);
  return groups.map((group, index) => ({
    ...group,
    offsets: wanted[index]!.map((partition) => {
      const key = keyOf(partition);
      const offset = committed[index]!.get(key)?.offset;
      const logEnd = ends.get(key);
      const lag = offset === undefined || logEnd === undefined ? undefined : logEnd - offset;
      return {
        topic: partition.topic,
        partition: partition.partition,
        committed: offset,
        logEnd,
        lag: lag !== undefined && lag < 0n ? 0n : lag,
        member: group.members.find(({ partitions }) => partitions.some((p) => keyOf(p) === key)),
      };
    }),
  }));
}

function findGroup(groups: readonly Group[], name: string): Group {
  const found = groups.find(({ group }) => group === name);
  if (found) return found;
  const near = nearest(name, groups.map(({ group }) => group));
  throw new ClientError(`There is no consumer group ${name}`, {
    hint: near ? `Did you mean ${near}?` : "deno task group:list shows all groups.",
  });
}

async function fetchGroups(
  broker: Broker,
  coordinator: Member,
  groupIds: readonly string[],
): Promise<Group[]> {
  if (groupIds.length === 0) return [];
  const [{ MemberAssignment }, { groups }] = await Promise.all([
    network(),
    broker.request("DescribeGroups", { groupIds }),
  ]);
  return groups.map(({ groupId, state, protocolType, members }) => ({
    group: groupId,
    state,
    coordinator,
    members: members.map(({ memberId, clientId, clientHost, memberAssignment }) => {
      const assigned: Record<string, number[]> = protocolType === "consumer"
        ? MemberAssignment.decode(memberAssignment)?.assignment ?? {}
        : {};
      const partitions = Object.entries(assigned).flatMap(([topic, ids]) =>
        ids.map((partition) => ({ topic, partition }))
      );
      return {
        memberId,
        clientId,
        host: clientHost.replace(/^\//, ""),
        partitions: partitions.sort(byName),
      };
    }),
  }));
}

async function fetchTopics(cluster: Cluster, wanted: readonly TopicPartition[]) {
  const names = [...new Set(wanted.map(({ topic }) => topic))];
  return names.length === 0 ? [] : (await cluster.metadata(names)).topics;
}
