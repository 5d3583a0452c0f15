// Which partitions cannot be read for now, and what is said of that: once when it lasts, and once
// when it is over.
// This module is pure: no Deno APIs, no I/O.

/** Why a partition cannot be read. */
export interface Reason {
  /** In words: `no leader`. */
  readonly why: string;
  /** How long it may last without a word, in ms: most is over before somebody can do anything. */
  readonly grace: number;
}

/** See {@linkcode createReach}. */
export interface Reach {
  /** A partition cannot be read. */
  lost(partition: number, reason: Reason): void;
  /** It was read. */
  found(partition: number): void;
  /** Only these are ours now. */
  keep(partitions: readonly number[]): void;
  /** Says what has lasted long enough, and what is over. */
  tell(): void;
  /** Those that cannot be read, by number. */
  away(): number[];
  /** Whether that has been said of a partition. */
  told(partition: number): boolean;
}

/** @param say Writes a line of talk. */
export function createReach(
  topic: string,
  say: (line: string) => void,
  now: () => number = Date.now,
): Reach {
  const away = new Map<number, { readonly since: number; reason: Reason; told: boolean }>();
  let back: number[] = [];
  const name = (partitions: readonly number[]) =>
    `Partition${partitions.length === 1 ? "" : "s"} ${
      [...partitions].sort((a, b) => a - b).join(", ")
    } of ${topic}`;
  return {
    lost(partition, reason) {
      const known = away.get(partition);
      if (!known) away.set(partition, { since: now(), reason, told: false });
      else if (!known.told) known.reason = reason;
    },
    found(partition) {
      if (away.get(partition)?.told) back.push(partition);
      away.delete(partition);
    },
    keep(partitions) {
      for (const partition of away.keys()) {
        if (!partitions.includes(partition)) away.delete(partition);
      }
    },
    tell() {
      if (back.length > 0) say(`${name(back)} can be read again: reading on.`);
      back = [];
      const late = [...away].filter(([, { since, reason, told }]) =>
        !told && now() - since >= reason.grace
      );
      for (const [why, same] of Map.groupBy(late, ([, { reason }]) => reason.why)) {
        for (const [, state] of same) state.told = true;
        say(`${name(same.map(([partition]) => partition))} cannot be read (${why}): trying on.`);
      }
    },
    away: () => [...away.keys()].sort((a, b) => a - b),
    told: (partition) => away.get(partition)?.told ?? false,
  };
}
