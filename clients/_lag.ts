// How far consumer groups are behind: their offsets, and both ends of all partitions.
import { EARLIEST, LATEST } from "./_api.ts";
import type { Cluster } from "./cluster.ts";
import { keyOf, listOffsets, type TopicPartition } from "./_offsets.ts";
import { describeGroups, type GroupDescription } from "./groups.ts";
import { listTopics } from "./topics.ts";

/** The ends of a partition. Both are `undefined` while it has no leader. */
export interface PartitionEnds extends TopicPartition {
  /** Of the oldest record that is kept. */
  readonly oldest: bigint | undefined;
  /** Of the next record to be written. */
  readonly logEnd: bigint | undefined;
}

/** A topic with the ends of its partitions, in their order. */
export interface TopicEnds {
  readonly topic: string;
  readonly partitions: readonly PartitionEnds[];
}

/** Lag of a cluster at one moment. */
export interface Lag {
  /** By name. Offsets on topics that are deleted are left out. */
  readonly groups: readonly GroupDescription[];
  /** By name. Internal topics only where a group has offsets on them. */
  readonly topics: readonly TopicEnds[];
}

/**
 * Asks for the offsets of all groups and topics.
 *
 * @throws The library's errors, for a broker that does not answer or a leader that has just moved.
 */
export async function collectLag(cluster: Cluster): Promise<Lag> {
  const described = await describeGroups(cluster);
  const all = await listTopics(cluster);
  const there = new Set(all.map(({ topic }) => topic));
  const groups = described.map((group) => ({
    ...group,
    // The coordinator forgets what was committed for a deleted topic, but not at once.
    offsets: group.offsets.filter(({ topic }) => there.has(topic)),
  }));
  const offsets = groups.flatMap(({ offsets }) => offsets);
  const read = new Set(offsets.map(({ topic }) => topic));
  const topics = all.filter(({ topic }) => !topic.startsWith("__") || read.has(topic));
  // A log end offset is asked for once: it is to agree with the lag that was made of it.
  const known = new Map(
    offsets.flatMap((p) => p.logEnd === undefined ? [] : [[keyOf(p), p.logEnd] as const]),
  );
  const wanted = topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition }) => ({ topic, partition }))
  );
  const unknown = wanted.filter((partition) => !known.has(keyOf(partition)));
  const [ends, oldest] = await Promise.all([
    listOffsets(cluster, topics, unknown, LATEST),
    listOffsets(cluster, topics, wanted, EARLIEST),
  ]);
  return {
    groups,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => {
        const key = keyOf({ topic, partition });
        return {
          topic,
          partition,
          oldest: oldest.get(key),
          logEnd: known.get(key) ?? ends.get(key),
        };
      }),
    })),
  };
}
