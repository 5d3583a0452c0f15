// State and members of groups, asked of their coordinator: each type of group has a request of its own.
import type { Broker } from "../connection/broker.ts";
import type { Member } from "../cluster/metadata.ts";
import { byName, type TopicPartition } from "../cluster/offsets.ts";
import { type Gap, gapOf } from "../errors/gaps.ts";
import { network } from "../kafkajs/library.ts";
import type { DescribedGroup } from "../protocol/group_requests.ts";
import { ERROR } from "../protocol/requests.ts";
import { type Group, type ListedGroup, typeOf } from "./group.ts";

/** What a coordinator tells of its groups, and what it does not. */
export interface DescribedGroups {
  readonly groups: Group[];
  readonly gaps: Gap[];
}

/** State and members of groups that `broker` coordinates. */
export async function describeMembers(
  broker: Broker,
  coordinator: Member,
  listed: readonly ListedGroup[],
): Promise<DescribedGroups> {
  const byType = Map.groupBy(listed, typeOf);
  const answers = await Promise.all([...byType].map(async ([type, own]) => {
    const groupIds = own.map(({ groupId }) => groupId);
    switch (type) {
      case "classic":
        return { type, described: await describeClassic(broker, groupIds) };
      case "consumer":
        return { type, described: await broker.request("ConsumerGroupDescribe", { groupIds }) };
      case "share":
        return { type, described: await broker.request("ShareGroupDescribe", { groupIds }) };
      case "streams":
        return { type, described: await broker.request("StreamsGroupDescribe", { groupIds }) };
      default:
        return { type, described: own.map(withoutMembers) };
    }
  }));
  const found: DescribedGroups = { groups: [], gaps: [] };
  for (const { type, described } of answers) {
    for (const { errorCode, errorMessage, groupId, state, members } of described) {
      if (errorCode === ERROR.groupNotFound) continue; // Deleted since it was listed.
      if (errorCode !== ERROR.none) {
        const error = broker.error(errorCode, errorMessage);
        found.gaps.push(gapOf(`the state and members of group ${groupId}`, error));
        continue;
      }
      found.groups.push({
        group: groupId,
        type,
        state,
        coordinator,
        members: members.map(({ memberId, clientId, clientHost, assigned }) => ({
          memberId,
          clientId,
          host: clientHost.replace(/^\//, ""),
          partitions: assigned.flatMap(({ topic, partitions }) =>
            partitions.map((partition): TopicPartition => ({ topic, partition }))
          ).sort(byName),
        })),
      });
    }
  }
  return found;
}

/** What the list says of a group of a type that is newer than we are. */
function withoutMembers({ groupId, state = "Unknown" }: ListedGroup): DescribedGroup {
  return { errorCode: ERROR.none, errorMessage: null, groupId, state, members: [] };
}

async function describeClassic(
  broker: Broker,
  groupIds: readonly string[],
): Promise<DescribedGroup[]> {
  const [{ MemberAssignment }, { groups }] = await Promise.all([
    network(),
    broker.request("DescribeGroups", { groupIds }),
  ]);
  const assigned = (assignment: Uint8Array) => {
    try {
      return Object.entries<number[]>(MemberAssignment.decode(assignment)?.assignment ?? {})
        .map(([topic, partitions]) => ({ topic, partitions }));
    } catch {
      // Written by a client of its own kind.
      return [];
    }
  };
  return groups.map(({ protocolType, members, ...group }) => ({
    ...group,
    errorMessage: null,
    members: members.map(({ memberAssignment, ...member }) => ({
      ...member,
      assigned: protocolType === "consumer" ? assigned(memberAssignment) : [],
    })),
  }));
}
