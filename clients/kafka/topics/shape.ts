// What a topic should look like, and how one that is there differs from it.
// This module is pure: no Deno APIs, no I/O.
import type { TopicDescription } from "./topics.ts";

/** What a topic is created with. */
export interface TopicShape {
  readonly partitions: number;
  /** `undefined`: 3, or as many as there are brokers. */
  readonly replicationFactor: number | undefined;
  readonly config: Readonly<Record<string, string>>;
}

/** Configs of topics that are lists, whose order means nothing. */
const LISTS = [
  "cleanup.policy",
  "follower.replication.throttled.replicas",
  "leader.replication.throttled.replicas",
];

function sameItems(a: string, b: string): boolean {
  const items = (list: string) => [...new Set(list.split(",").map((item) => item.trim()))].sort();
  return items(a).join() === items(b).join();
}

/**
 * How a topic differs from a shape, in words: `3 partitions, not 5`.
 *
 * @param brokers How many are registered, for a shape without a replication factor. A topic with 3
 * replicas fits that too: it was made when there were more brokers.
 */
export function differences(
  { partitions, configs }: TopicDescription,
  shape: TopicShape,
  brokers: number,
): string[] {
  const replicas = partitions[0]?.replicas.length ?? 0;
  const wanted = shape.replicationFactor ?? Math.min(3, brokers);
  const fits = replicas === wanted || (shape.replicationFactor === undefined && replicas === 3);
  return [
    ...partitions.length === shape.partitions
      ? []
      : [`${partitions.length} partitions, not ${shape.partitions}`],
    ...fits ? [] : [`replication factor ${replicas}, not ${wanted}`],
    ...Object.entries(shape.config).flatMap(([name, value]) => {
      const there = configs.find((config) => config.name === name)?.value;
      const same = there === value ||
        (typeof there === "string" && LISTS.includes(name) && sameItems(there, value));
      return same ? [] : [`${name}=${there ?? "(unset)"}, not ${value}`];
    }),
  ];
}
