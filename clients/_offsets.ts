// Offsets of partitions, asked of their leaders.
import { ERROR } from "./_api.ts";
import type { Cluster } from "./cluster.ts";
import { addressOf, isOffline, type Topic } from "./_metadata.ts";

/** A partition by name. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Key of a partition in maps: unlike a number pair it compares by value. */
export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

/**
 * The offset of the first record of each partition that is not older than `timestamp`.
 *
 * @param timestamp Milliseconds since the epoch; −1 is the log end offset, −2 the earliest offset.
 * @returns By {@linkcode keyOf}; −1 where all records are older. Partitions that do not exist or
 * have no leader are left out.
 */
export async function listOffsets(
  cluster: Cluster,
  topics: readonly Topic[],
  wanted: readonly TopicPartition[],
  timestamp: string,
): Promise<ReadonlyMap<string, bigint>> {
  const keys = new Set(wanted.map(keyOf));
  const placed = topics.flatMap(({ topic, partitions }) =>
    partitions.filter((p) => keys.has(keyOf({ topic, ...p })) && !isOffline(p))
      .map(({ partition, leader }) => ({ topic, partition, leader }))
  );
  const byLeader = Map.groupBy(placed, ({ leader }) => leader);
  const members = await cluster.members();
  const offsets = new Map<string, bigint>();
  await Promise.all([...byLeader].map(async ([id, partitions]) => {
    const member = members.find((member) => member.id === id);
    if (!member) return;
    const broker = await cluster.broker(addressOf(member));
    const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
    const { responses } = await broker.request("ListOffsets", {
      isolationLevel: 0,
      topics: [...byTopic].map(([topic, own]) => ({
        topic,
        partitions: own.map(({ partition }) => ({ partition, timestamp })),
      })),
    });
    for (const { topic, partitions } of responses) {
      for (const { partition, errorCode, offset } of partitions) {
        if (errorCode !== ERROR.none) throw broker.error(errorCode);
        offsets.set(keyOf({ topic, partition }), BigInt(offset));
      }
    }
  }));
  return offsets;
}

/** Orders partitions by topic, then by number. */
export function byName(a: TopicPartition, b: TopicPartition): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;
}
