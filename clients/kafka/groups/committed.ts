// What consumer groups have committed.
import { ERROR } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import { type Gap, gapOf, type WithGaps } from "../errors/gaps.ts";
import { keyOf, type TopicPartition } from "../cluster/offsets.ts";

/** What a group has committed. */
export interface Committed extends WithGaps {
  /** By {@linkcode keyOf}. */
  readonly offsets: ReadonlyMap<string, TopicPartition & { readonly offset: bigint }>;
}

/** What a group has committed; what its coordinator does not tell is a gap. */
export async function fetchCommitted(
  connect: () => Promise<Broker>,
  group: string,
): Promise<Committed> {
  const offsets = new Map<string, TopicPartition & { readonly offset: bigint }>();
  const gaps: Gap[] = [];
  try {
    const coordinator = await connect();
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
