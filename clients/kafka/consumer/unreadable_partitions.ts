// Which partitions cannot be read for now, and what is said of that: once when it lasts, and once
// when it is over.

/** Why a partition cannot be read. */
export interface Reason {
  /** In words: `no leader`. */
  readonly why: string;
  /** How long it may last without a word, in ms: most is over before somebody can do anything. */
  readonly grace: number;
}

/** See {@linkcode createUnreadablePartitions}. */
export interface UnreadablePartitions {
  /** A partition cannot be read. */
  add(partition: number, reason: Reason): void;
  /** It was read. */
  remove(partition: number): void;
  /** Only these are ours now. */
  keepOnly(partitions: readonly number[]): void;
  /** Says what has lasted long enough, and what is over. */
  report(): void;
  /** Those that cannot be read, by number. */
  list(): number[];
  /** Whether that has been said of a partition. */
  isReported(partition: number): boolean;
}

/** @param say Writes a line of talk. */
export function createUnreadablePartitions(
  topic: string,
  say: (line: string) => void,
  now: () => number = Date.now,
): UnreadablePartitions {
  const unreadable = new Map<
    number,
    { readonly since: number; reason: Reason; reported: boolean }
  >();
  let back: number[] = [];
  const name = (partitions: readonly number[]) =>
    `Partition${partitions.length === 1 ? "" : "s"} ${
      [...partitions].sort((a, b) => a - b).join(", ")
    } of ${topic}`;
  return {
    add(partition, reason) {
      const known = unreadable.get(partition);
      if (!known) unreadable.set(partition, { since: now(), reason, reported: false });
      else if (!known.reported) known.reason = reason;
    },
    remove(partition) {
      if (unreadable.get(partition)?.reported) back.push(partition);
      unreadable.delete(partition);
    },
    keepOnly(partitions) {
      for (const partition of unreadable.keys()) {
        if (!partitions.includes(partition)) unreadable.delete(partition);
      }
    },
    report() {
      if (back.length > 0) say(`${name(back)} can be read again: continuing.`);
      back = [];
      const late = [...unreadable].filter(([, { since, reason, reported }]) =>
        !reported && now() - since >= reason.grace
      );
      for (const [why, same] of Map.groupBy(late, ([, { reason }]) => reason.why)) {
        for (const [, state] of same) state.reported = true;
        say(`${name(same.map(([partition]) => partition))} cannot be read (${why}): retrying.`);
      }
    },
    list: () => [...unreadable.keys()].sort((a, b) => a - b),
    isReported: (partition) => unreadable.get(partition)?.reported ?? false,
  };
}
