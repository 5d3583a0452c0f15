// Which consumer groups there are: asked of every broker that coordinates some.
import { ERROR } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type Gap, gapOf, type WithGaps } from "../errors/gaps.ts";
import type { Group } from "./group.ts";
import { groupPerPartition } from "./group_partition.ts";
import { type DescribedGroups, describeMembers } from "./members.ts";
import {
  addressOf,
  isOffline,
  type Member,
  OFFSETS_TOPIC,
  type Partition,
  PROOF_PREFIX,
} from "../cluster/metadata.ts";

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
): Promise<DescribedGroups> {
  const what = `the groups that broker ${member.id} coordinates`;
  try {
    const broker = await cluster.broker(addressOf(member));
    // A coordinator that has just moved lists no groups before it has heard of it and loaded them.
    const unready = await firstUnready(broker, names);
    const { errorCode, groups } = await broker.request("ListGroups", {});
    const listed = groups.filter(({ groupId }) => !groupId.startsWith(PROOF_PREFIX));
    const found = await describeMembers(broker, member, listed);
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
