// Compares what a consumer has read with what brokers have, in another way than reading: a reader
// that gets nothing while records are there must not be quiet about it.
import type { Connections } from "./connections.ts";
import type { Positions } from "./positions.ts";
import { endsOf, type TopicView } from "./topic_view.ts";

/** What {@linkcode createMissedRecordsCheck} needs. */
export interface MissedRecordsOptions {
  readonly topic: string;
  readonly positions: Positions;
  readonly connections: Connections;
  /** When this side was last slow, in ms since 1970. */
  readonly lastSlow: () => number;
  readonly say: (line: string) => void;
  /** In ms since 1970. */
  readonly now?: () => number;
}

/** Time between two looks, in ms. */
const INTERVAL = 10_000;

/**
 * Looks at most once each {@linkcode INTERVAL}.
 *
 * @returns A look. It resolves to `true`, and says so, when records of a partition were there at
 * this look and the one before, and nothing was read between.
 */
export function createMissedRecordsCheck(
  options: MissedRecordsOptions,
): (view: TopicView) => Promise<boolean> {
  const { topic, positions, connections, lastSlow, say, now = Date.now } = options;
  let looked = now();
  let waiting = new Map<number, bigint>();
  return async (view) => {
    if (now() - looked < INTERVAL) return false;
    const since = looked;
    looked = now();
    const before = waiting;
    waiting = new Map();
    for (const [partition, end] of await endsOf(connections, topic, view)) {
      const at = positions.next(partition);
      if (typeof at === "bigint" && at < end) waiting.set(partition, at);
    }
    if (lastSlow() > since) return false;
    const missed = [...waiting].filter(([partition, at]) => before.get(partition) === at);
    if (missed.length === 0) return false;
    const names = missed.map(([partition, at]) => `${partition} (from offset ${at})`).join(", ");
    say(
      `Partition${missed.length === 1 ? "" : "s"} ${names} of ${topic}: records are there, and ` +
        `none has come for ${INTERVAL / 1000} s. Reconnecting.`,
    );
    return true;
  };
}
