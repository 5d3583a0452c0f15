// Writes the offsets of groups.
import type { Broker } from "../connection/broker.ts";
import type { TopicPartition } from "../cluster/offsets.ts";
import { ERROR } from "../protocol/requests.ts";

/** Where a group is to go on. */
export interface NewOffset extends TopicPartition {
  readonly after: bigint;
}

/** Whether it does. */
export interface Answer extends TopicPartition {
  readonly errorCode: number;
  readonly errorMessage?: string | null;
}

/** Commits offsets from outside of a group, which must have no members. */
export async function commitOffsets(
  coordinator: Broker,
  group: string,
  offsets: readonly NewOffset[],
): Promise<Answer[]> {
  const { responses } = await coordinator.request("OffsetCommit", {
    groupId: group,
    groupGenerationId: -1,
    memberId: "",
    topics: byTopic(offsets, ({ partition, after }) => ({ partition, offset: String(after) })),
  });
  return responses.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, ...partition }))
  );
}

/** Sets the start offsets of a share group, which must have no members. */
export async function alterShareOffsets(
  coordinator: Broker,
  group: string,
  offsets: readonly NewOffset[],
): Promise<readonly Answer[]> {
  const { errorCode, errorMessage, partitions } = await coordinator.request(
    "AlterShareGroupOffsets",
    {
      groupId: group,
      topics: byTopic(offsets, ({ partition, after }) => ({ partition, offset: after })),
    },
  );
  if (errorCode === ERROR.none) return partitions;
  return offsets.map(({ topic, partition }) => ({ topic, partition, errorCode, errorMessage }));
}

function byTopic<T>(offsets: readonly NewOffset[], toPartition: (offset: NewOffset) => T) {
  return [...Map.groupBy(offsets, ({ topic }) => topic)]
    .map(([topic, own]) => ({ topic, partitions: own.map(toPartition) }));
}
