// How far a consumer group is in a partition.
// This module is pure: no Deno APIs, no I/O.

/**
 * Where a committed offset lies in the log of its partition: `inside` it, its end included;
 * `below-start`: records that were not read are gone; `beyond-end`: there is no such record yet, as
 * when the topic was created again. `no-leader`, `no-partition`: there is nobody to ask, and nothing.
 */
export type Position = "inside" | "below-start" | "beyond-end" | "no-leader" | "no-partition";

/** Offsets of a partition, each `undefined` where it is not known or there is none. */
export interface Ends {
  readonly committed: bigint | undefined;
  /** Of the oldest record that is kept (`log-start-offset`). */
  readonly logStart: bigint | undefined;
  /** Of the next record to be written. */
  readonly logEnd: bigint | undefined;
}

/** How far a group is. */
export interface Progress {
  /** Records that it has still to read: only those that are there. */
  readonly lag: bigint | undefined;
  /** `undefined` where the offsets do not tell. */
  readonly position: Position | undefined;
}

/** Works out how far a group is. */
export function howFar({ committed, logStart, logEnd }: Ends): Progress {
  if (committed === undefined || logEnd === undefined) {
    return { lag: undefined, position: undefined };
  }
  if (committed > logEnd) return { lag: 0n, position: "beyond-end" };
  if (logStart === undefined) return { lag: logEnd - committed, position: undefined };
  if (committed < logStart) return { lag: logEnd - logStart, position: "below-start" };
  return { lag: logEnd - committed, position: "inside" };
}

/** What is odd about a committed offset, in words; `undefined`: nothing. */
export function positionText(
  { position, committed, logStart, logEnd }: Ends & { readonly position: Position | undefined },
): string | undefined {
  switch (position) {
    case "below-start": {
      const gone = logStart! - committed!;
      const records = gone === 1n ? "1 record is" : `${gone} records are`;
      return `below the log's start (${logStart}): ${records} gone`;
    }
    case "beyond-end":
      return `beyond the log's end (${logEnd})`;
    case "no-leader":
      return "no leader: its ends are not known";
    case "no-partition":
      return "there is no such partition any more";
  }
}
