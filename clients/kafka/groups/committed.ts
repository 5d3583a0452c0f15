// What consumer groups have committed, and how far share groups are.
import { ERROR } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import { type Gap, gapOf, type WithGaps } from "../errors/gaps.ts";
import type { Group } from "./group.ts";
import { keyOf, type TopicPartition } from "../cluster/offsets.ts";

/** How far a group is in a partition. */
export interface CommittedOffset extends TopicPartition {
  /**
   * Of the next record to read; of a share group that before which all records are done with, if it
   * has read any.
   */
  readonly offset: bigint | undefined;
  /** What the coordinator itself counts as still to be read: of a share group, where it knows. */
  readonly lag?: bigint;
}

/** What a group has committed. */
export interface Committed extends WithGaps {
  /** By {@linkcode keyOf}. */
  readonly offsets: ReadonlyMap<string, CommittedOffset>;
}

/** What a group has committed; what its coordinator does not tell is a gap. */
export async function fetchCommitted(
  connect: () => Promise<Broker>,
  { group, type }: Pick<Group, "group" | "type">,
): Promise<Committed> {
  const offsets = new Map<string, CommittedOffset>();
  const gaps: Gap[] = [];
  try {
    const coordinator = await connect();
    if (type === "share") return await fetchShareOffsets(coordinator, group);
    const { errorCode, responses } = await coordinator.request("OffsetFetch", {
      groupId: group,
      topics: [],
    });
    if (errorCode !== ERROR.none) throw coordinator.error(errorCode);
    for (const { topic, partitions } of responses) {
      for (const { partition, errorCode, offset } of partitions) {
        const key = keyOf({ topic, partition });
        if (errorCode !== ERROR.none) {
          const what = `the committed offsets of group ${group} for ${key}`;
          gaps.push(gapOf(what, coordinator.error(errorCode)));
        } else if (BigInt(offset) >= 0n) {
          offsets.set(key, { topic, partition, offset: BigInt(offset) });
        }
      }
    }
  } catch (error) {
    gaps.push(gapOf(`the committed offsets of group ${group}`, error));
  }
  return { offsets, gaps };
}

async function fetchShareOffsets(coordinator: Broker, group: string): Promise<Committed> {
  const offsets = new Map<string, CommittedOffset>();
  const gaps: Gap[] = [];
  const answer = await coordinator.request("DescribeShareGroupOffsets", { groupId: group });
  if (answer.errorCode !== ERROR.none) {
    throw coordinator.error(answer.errorCode, answer.errorMessage);
  }
  for (const { topic, partition, startOffset, lag, errorCode, errorMessage } of answer.partitions) {
    const key = keyOf({ topic, partition });
    if (errorCode !== ERROR.none) {
      const what = `the start offset of group ${group} for ${key}`;
      gaps.push(gapOf(what, coordinator.error(errorCode, errorMessage)));
      continue;
    }
    const offset = startOffset < 0n ? undefined : startOffset;
    offsets.set(key, { topic, partition, offset, ...lag < 0n ? {} : { lag } });
  }
  return { offsets, gaps };
}
