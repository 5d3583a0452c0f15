// Administration of consumer groups: list, describe.
import { EARLIEST, LATEST } from "../protocol/requests.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { fetchCommitted } from "./committed.ts";
import { ClientError } from "../errors/client_error.ts";
import { type Gap, gapsText, type WithGaps } from "../errors/gaps.ts";
import { howFar, type Position } from "./position.ts";
import type { Group, GroupMember } from "./group.ts";
import { fetchGroupList } from "./group_list.ts";
import { addressOf } from "../cluster/metadata.ts";
import { byName, keyOf, listOffsets, type TopicPartition } from "../cluster/offsets.ts";
import { retryWhileIncomplete } from "../waiting/retry.ts";
import { nearest } from "../errors/nearest.ts";

export type { Group, GroupMember, GroupType } from "./group.ts";

export type { TopicPartition } from "../cluster/offsets.ts";

/** How long what is missing is looked for again, in ms: a coordinator that has just moved loads its
 * groups first, and a broker that was killed is asked until others have what it led. */
const PATIENCE = 15_000;

/** How far a group is in a partition. */
export interface GroupOffset extends TopicPartition {
  /**
   * Of the next record to read; `undefined` when nothing is committed. Of a share group its start
   * offset: all records before it are done with.
   */
  readonly committed: bigint | undefined;
  /** Of the oldest record that is kept; `undefined` without a leader. */
  readonly logStart: bigint | undefined;
  /** Of the next record to be written; `undefined` without a leader. */
  readonly logEnd: bigint | undefined;
  /** Records that are there and not read yet; `undefined` without the offsets that tell it. */
  readonly lag: bigint | undefined;
  /** Where the committed offset lies; `undefined` without the offsets that tell it. */
  readonly position: Position | undefined;
  /** Who reads it, when somebody does; of a share group one of those who do. */
  readonly member: GroupMember | undefined;
}

/** A group with its offsets. */
export interface GroupDescription extends Group {
  /** By topic and partition. */
  readonly offsets: readonly GroupOffset[];
}

/** Groups with their offsets, and what is not known of them. */
export interface GroupDescriptions extends WithGaps {
  readonly groups: readonly GroupDescription[];
}

/**
 * Groups with their offsets; all when none are named. Looked for again for a while where a broker
 * does not tell.
 *
 * @throws {ClientError} There is no such group: the nearest is named.
 */
export async function describeGroups(
  cluster: Cluster,
  names?: readonly string[],
): Promise<GroupDescriptions> {
  const found = await retryWhileIncomplete(PATIENCE, () => fetchGroupDescriptions(cluster, names));
  for (const name of names ?? []) checkFound(found, name);
  return found;
}

/** The same at one look; named groups that were not found are left out. */
export async function fetchGroupDescriptions(
  cluster: Cluster,
  names?: readonly string[],
): Promise<GroupDescriptions & { readonly others: readonly string[] }> {
  const all = await fetchGroupList(cluster);
  const groups = all.groups.filter(({ group }) => names?.includes(group) ?? true);
  // What is not known of others does not matter where all that were asked for are there.
  const gaps: Gap[] = groups.length === names?.length ? [] : [...all.gaps];
  const committed = await Promise.all(
    groups.map(async (group) =>
      await fetchCommitted(() => cluster.broker(addressOf(group.coordinator)), group)
    ),
  );
  const wanted = groups.map(({ members }, index) => {
    const assigned = members.flatMap(({ partitions }) => partitions);
    const own = new Map(
      [...committed[index]!.offsets.values(), ...assigned].map((p) => [keyOf(p), p]),
    );
    return [...own.values()].sort(byName);
  });
  const partitions = wanted.flat();
  const topics = await fetchTopics(cluster, partitions);
  const [starts, ends] = await Promise.all([
    listOffsets(cluster, topics, partitions, EARLIEST),
    listOffsets(cluster, topics, partitions, LATEST),
  ]);
  gaps.push(
    ...committed.flatMap(({ gaps }) => gaps),
    ...new Map([...starts.gaps, ...ends.gaps]).values(),
  );
  return {
    others: all.groups.map(({ group }) => group),
    gaps,
    groups: groups.map((group, index) => ({
      ...group,
      offsets: wanted[index]!.map(({ topic, partition }): GroupOffset => {
        const key = keyOf({ topic, partition });
        const own = committed[index]!.offsets.get(key);
        const offsets = {
          committed: own?.offset,
          logStart: starts.known.get(key),
          logEnd: ends.known.get(key),
        };
        const member = group.members.find(({ partitions }) =>
          partitions.some((p) => keyOf(p) === key)
        );
        const { lag, position } = howFar(offsets);
        const place = ends.leaderless.has(key)
          ? "no-leader"
          : ends.absent.has(key)
          ? "no-partition"
          : position;
        return { topic, partition, ...offsets, lag: own?.lag ?? lag, position: place, member };
      }),
    })),
  };
}

function checkFound(
  { groups, gaps, others }: Awaited<ReturnType<typeof fetchGroupDescriptions>>,
  name: string,
): void {
  if (groups.some(({ group }) => group === name)) return;
  if (gaps.length > 0) {
    throw new ClientError(`Whether there is a group ${name} is not known: ${gapsText(gaps)}`, {
      hint: "Is a broker down? deno task status",
    });
  }
  const near = nearest(name, others);
  throw new ClientError(`There is no consumer group ${name}`, {
    hint: near ? `Did you mean ${near}?` : "deno task group:list shows all groups.",
  });
}

async function fetchTopics(cluster: Cluster, wanted: readonly TopicPartition[]) {
  const names = [...new Set(wanted.map(({ topic }) => topic))];
  return names.length === 0 ? [] : (await cluster.metadata(names)).topics;
}
