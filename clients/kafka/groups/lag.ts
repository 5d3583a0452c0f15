// How far consumer groups are behind: their offsets, and both ends of all partitions.
import { EARLIEST, LATEST } from "../protocol/requests.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Gap, WithGaps } from "../errors/gaps.ts";
import { keyOf, listOffsets, type TopicPartition } from "../cluster/offsets.ts";
import { fetchGroupDescriptions, type GroupDescription } from "./groups.ts";
import { listTopics } from "../topics/topics.ts";

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

/** Lag of a cluster at one moment, and what brokers did not tell of it. */
export interface Lag extends WithGaps {
  /** By name. Offsets on topics that are deleted are left out. */
  readonly groups: readonly GroupDescription[];
  /** By name. Internal topics only where a group has offsets on them. */
  readonly topics: readonly TopicEnds[];
}

/**
 * Asks for the offsets of all groups and topics, at one look.
 *
 * @throws The library's errors, where no broker answers.
 */
export async function collectLag(cluster: Cluster): Promise<Lag> {
  const described = await fetchGroupDescriptions(cluster);
  const all = await listTopics(cluster);
  const there = new Set(all.map(({ topic }) => topic));
  const groups = described.groups.map((group) => ({
    ...group,
    // The coordinator forgets what was committed for a deleted topic, but not at once.
    offsets: group.offsets.filter(({ topic }) => there.has(topic)),
  }));
  const offsets = groups.flatMap(({ offsets }) => offsets);
  const read = new Set(offsets.map(({ topic }) => topic));
  const topics = all.filter(({ topic }) => !topic.startsWith("__") || read.has(topic));
  // Both ends are asked for once: they are to agree with the lag that was made of them.
  const known = new Map(
    offsets.filter(({ logStart, logEnd }) => logStart !== undefined && logEnd !== undefined)
      .map((p) => [keyOf(p), { oldest: p.logStart, logEnd: p.logEnd }]),
  );
  const unknown = topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition }) => ({ topic, partition }))
  ).filter((partition) => !known.has(keyOf(partition)));
  const [ends, oldest] = await Promise.all([
    listOffsets(cluster, topics, unknown, LATEST),
    listOffsets(cluster, topics, unknown, EARLIEST),
  ]);
  const gaps = new Map<string, Gap>(
    [...described.gaps, ...ends.gaps.values(), ...oldest.gaps.values()].map((g) => [g.what, g]),
  );
  return {
    groups,
    gaps: [...gaps.values()],
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => {
        const key = keyOf({ topic, partition });
        const own = known.get(key) ??
          { oldest: oldest.known.get(key), logEnd: ends.known.get(key) };
        return { topic, partition, ...own };
      }),
    })),
  };
}
