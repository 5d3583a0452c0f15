// Offsets of partitions, asked of their leaders.
import { ERROR } from "../protocol/requests.ts";
import type { Cluster } from "./cluster.ts";
import { type Gap, gapOf } from "../errors/gaps.ts";
import { addressOf, isOffline, type Topic } from "./metadata.ts";

/** A partition by name. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Key of a partition in maps: unlike a number pair it compares by value. */
export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

/** Offsets by {@linkcode keyOf}; each partition that was asked for is in one of the four. */
export interface Offsets {
  readonly known: ReadonlyMap<string, bigint>;
  /** Partitions of which nobody can be asked. */
  readonly leaderless: ReadonlySet<string>;
  /** Partitions that do not exist. */
  readonly absent: ReadonlySet<string>;
  /** What brokers did not tell of the others. */
  readonly gaps: ReadonlyMap<string, Gap>;
}

/**
 * The offset of the first record of each partition that is not older than `timestamp`.
 *
 * @param timestamp Milliseconds since the epoch; −1 is the log end offset, −2 the earliest offset.
 * @returns −1 where all records are older.
 */
export async function listOffsets(
  cluster: Cluster,
  topics: readonly Topic[],
  wanted: readonly TopicPartition[],
  timestamp: string,
): Promise<Offsets> {
  const known = new Map<string, bigint>();
  const leaderless = new Set<string>();
  const absent = new Set<string>();
  const gaps = new Map<string, Gap>();
  const there = new Map(
    topics.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => [keyOf({ topic, ...partition }), partition] as const)
    ),
  );
  // Several groups may read a partition; a broker refuses a request that names one twice.
  const once = [...new Map(wanted.map((partition) => [keyOf(partition), partition])).values()];
  const placed = once.flatMap(({ topic, partition }) => {
    const key = keyOf({ topic, partition });
    const found = there.get(key);
    if (found && !isOffline(found)) return [{ topic, partition, leader: found.leader }];
    (found ? leaderless : absent).add(key);
    return [];
  });
  const fail = (partition: TopicPartition, error: unknown) => {
    const key = keyOf(partition);
    gaps.set(key, gapOf(`the offsets of ${key}`, error));
  };
  const members = placed.length === 0 ? [] : await cluster.members();
  const byLeader = Map.groupBy(placed, ({ leader }) => leader);
  await Promise.all([...byLeader].map(async ([id, partitions]) => {
    const member = members.find((member) => member.id === id);
    const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
    try {
      if (!member) throw notRegistered(id);
      const broker = await cluster.broker(addressOf(member));
      const { responses } = await broker.request("ListOffsets", {
        isolationLevel: 0,
        topics: [...byTopic].map(([topic, own]) => ({
          topic,
          partitions: own.map(({ partition }) => ({ partition, timestamp })),
        })),
      });
      for (const { topic, partitions } of responses) {
        for (const { partition, errorCode, offset } of partitions) {
          if (errorCode === ERROR.none) known.set(keyOf({ topic, partition }), BigInt(offset));
          else fail({ topic, partition }, broker.error(errorCode));
        }
      }
    } catch (error) {
      partitions.forEach((partition) => fail(partition, error));
    }
  }));
  return { known, leaderless, absent, gaps };
}

/** Another leader is elected in a moment. */
function notRegistered(leader: number): Error {
  return Object.assign(new Error(`its leader, broker ${leader}, is not registered`), {
    name: "KafkaJSBrokerNotFound",
  });
}

/** Orders partitions by topic, then by number. */
export function byName(a: TopicPartition, b: TopicPartition): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;
}
