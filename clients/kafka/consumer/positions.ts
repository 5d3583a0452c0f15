// How far a member of a consumer group has read each of its partitions, and what of that the group
// has committed.
// This module is pure: no Deno APIs, no I/O.

/** An end of a partition's log (`auto.offset.reset`). */
export type LogEnd = "earliest" | "latest";

/** Where reading begins that nothing is committed of. */
export interface Beginning {
  /** Where a group without committed offsets begins. */
  readonly reset: LogEnd;
  /**
   * How many partitions the topic had when this consumer began. Those that came later are read
   * from their beginning: nobody could have read them before.
   */
  readonly partitions: number;
  /** The ends at that time: a consumer that began there does not begin at a later end. */
  readonly ends: ReadonlyMap<number, bigint>;
}

interface Position {
  /** The offset to read next, or the end of the log that must be asked for. */
  next: bigint | LogEnd;
  /** What the group has committed, as far as we know. */
  committed: bigint | undefined;
}

/** See {@linkcode createPositions}. */
export interface Positions {
  /**
   * Takes over the partitions that the group gave this member.
   *
   * @param committed What the group has committed of them now.
   */
  assign(partitions: readonly number[], committed: ReadonlyMap<number, bigint>): void;
  /** The partitions. */
  assigned(): number[];
  /** Where a partition is read next; `undefined` when it is not ours. */
  next(partition: number): bigint | LogEnd | undefined;
  /** What the group has committed of a partition. */
  committed(partition: number): bigint | undefined;
  /** All before `next` has been dealt with. */
  move(partition: number, next: bigint): void;
  /** What is not committed yet. A position at an unknown end is not: it must be asked for first. */
  uncommitted(): Map<number, bigint>;
  /** The group has committed it. */
  confirm(partition: number, offset: bigint): void;
  /** The topic was deleted. What comes under its name is new, and read from its beginning. */
  forget(): void;
}

/** Positions of a member that has no partitions yet. */
export function createPositions(beginning: Beginning): Positions {
  let { partitions: oldPartitions } = beginning;
  let known = new Map<number, Position>();
  const begin = (partition: number): bigint | LogEnd => {
    if (partition >= oldPartitions || beginning.reset === "earliest") return "earliest";
    return beginning.ends.get(partition) ?? "latest";
  };
  return {
    assign(partitions, committed) {
      known = new Map(partitions.map((partition) => {
        const own = known.get(partition);
        const offset = committed.get(partition);
        // What was dealt with and could not be committed is not read again, unless somebody
        // else has read the partition, or reset it, meanwhile.
        const next = own !== undefined && own.committed === offset
          ? own.next
          : offset ?? begin(partition);
        return [partition, { next, committed: offset }];
      }));
    },
    assigned: () => [...known.keys()],
    next: (partition) => known.get(partition)?.next,
    committed: (partition) => known.get(partition)?.committed,
    move(partition, next) {
      const position = known.get(partition);
      if (position) position.next = next;
    },
    uncommitted: () =>
      new Map(
        [...known].flatMap(([partition, { next, committed }]) =>
          typeof next === "bigint" && next !== committed ? [[partition, next] as const] : []
        ),
      ),
    confirm(partition, offset) {
      const position = known.get(partition);
      if (position) position.committed = offset;
    },
    forget() {
      oldPartitions = 0;
      known = new Map([...known.keys()].map((partition) => [
        partition,
        { next: "earliest", committed: undefined },
      ]));
    },
  };
}

/** Why a partition cannot be read where the group is, and where it is read on. */
export interface Jump {
  readonly to: bigint;
  /** In words. */
  readonly line: string;
}

/**
 * An offset that the log does not have any more, or not yet.
 *
 * @param where `begin` and `end` of the log.
 * @returns `undefined` when the log has it after all.
 */
export function jump(
  partition: { readonly topic: string; readonly partition: number; readonly group: string },
  where: { readonly at: bigint; readonly begin: bigint; readonly end: bigint },
  options: { readonly committed: bigint | undefined; readonly reset: LogEnd },
): Jump | undefined {
  const { at, begin, end } = where;
  if (at >= begin && at <= end) return;
  const to = options.reset === "latest" ? end : begin;
  const done = options.committed === at ? "has committed" : "was at";
  const found =
    `Partition ${partition.partition} of ${partition.topic}: group ${partition.group} ` +
    `${done} offset ${at}, and the log `;
  const on = options.reset === "latest"
    ? `Continuing at its end, ${to} (--latest)`
    : `Continuing at ${to}`;
  if (at > end) {
    const back = options.reset === "latest" ? "" : `, its first: ${count(end - begin)} come again`;
    return { to, line: `${found}ends at ${end}: it has lost what came after. ${on}${back}.` };
  }
  const left = options.reset === "latest" && end > begin
    ? `, past ${count(end - begin)} that ${end - begin === 1n ? "is" : "are"} there`
    : "";
  const gone = begin - at;
  return {
    to,
    line: `${found}begins at ${begin}: ${count(gone)} ${gone === 1n ? "is" : "are"} gone. ` +
      `${on}${left}.`,
  };
}

function count(records: bigint): string {
  return records === 1n ? "1 record" : `${records} records`;
}
