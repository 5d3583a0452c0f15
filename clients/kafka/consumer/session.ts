// The life of a group's member: join, read until the group shares out its partitions anew, join
// again. Meanwhile it tells that it lives, and looks at the topic: for partitions that were added,
// for leaders that moved, for a topic that is gone or back.
import type { Broker } from "../connection/broker.ts";
import type { Connections } from "./connections.ts";
import { listEnds } from "./fetch.ts";
import type { ConsumerRecord } from "../protocol/record.ts";
import { createMissedRecordsCheck } from "./missed_records.ts";
import { type Member, type Membership, Rebalancing } from "./group_member.ts";
import { jump, type LogEnd, type Positions } from "./positions.ts";
import type { UnreadablePartitions } from "./unreadable_partitions.ts";
import { type Reader, startReader } from "./reader.ts";
import { aborted, pause } from "../waiting/pause.ts";
import type { IdleClock } from "./idle_clock.ts";
import { createTopicWatch, TopicDeleted } from "./topic_watch.ts";
import type { Finder } from "./topic_view.ts";

/** What {@linkcode createSession} needs. */
export interface SessionOptions {
  readonly topic: string;
  readonly group: string;
  readonly reset: LogEnd;
  readonly positions: Positions;
  readonly unreadable: UnreadablePartitions;
  readonly idleClock: IdleClock;
  readonly finder: Finder;
  readonly member: Member;
  /** For records, and for what is asked of leaders beside. */
  readonly records: Connections;
  readonly metadata: Connections;
  readonly handle: (records: readonly ConsumerRecord[]) => Promise<number>;
  readonly onJoin: (partitions: readonly number[]) => void;
  readonly say: (line: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** See {@linkcode createSession}. */
export interface Session {
  /** Resolves when it was ended; rejects when reading has failed for good. */
  run(): Promise<void>;
  /** Stops reading, and commits what was dealt with. */
  finish(): Promise<void>;
}

/** How often a member tells that it lives, in ms (`heartbeat.interval.ms`). */
const HEARTBEAT_INTERVAL = 3000;

/** A member that has not joined yet. */
export function createSession(options: SessionOptions): Session {
  const { topic, group, positions, unreadable, idleClock, finder, member, say, signal } = options;
  let membership: Membership | undefined;
  let reader: Reader | undefined;
  let finishing = false;
  let known = 0;
  /** Has the topic looked at soon. */
  let stale = (_unknownTopic: boolean) => {};

  const commit = async () => {
    const offsets = positions.uncommitted();
    if (membership === undefined || offsets.size === 0) return;
    for (const partition of await member.commit(membership, offsets)) {
      positions.confirm(partition, offsets.get(partition)!);
    }
  };

  const committedBefore = () =>
    positions.assigned().filter((partition) => positions.committed(partition) !== undefined);
  const watch = createTopicWatch({
    topic,
    finder,
    say,
    signal,
    // Brokers drop it with the topic.
    async committedIsGone() {
      const before = committedBefore();
      if (before.length === 0) return false;
      const committed = await member.committed();
      return before.some((partition) => !committed.has(partition));
    },
    hasCommitted: () => committedBefore().length > 0,
  });
  const checkMissedRecords = createMissedRecordsCheck({
    topic,
    positions,
    connections: options.metadata,
    lastSlow: () => idleClock.lastSlow(),
    say,
  });

  const onOutOfRange = async (partition: number, at: bigint, broker: Broker) => {
    await watch.checkMadeAnew();
    // A broker that led before, and has not heard that it no longer leads, has an older log.
    const { addresses, partitions } = await finder.viewOfAll(topic);
    if (addresses.get(partitions?.get(partition)?.leader ?? -1) !== broker.address) {
      return stale(false);
    }
    const [begin, end] = await Promise.all([
      listEnds(broker, topic, [partition], "earliest"),
      listEnds(broker, topic, [partition], "latest", "uncommitted"),
    ]);
    const log = { at, begin: begin.get(partition), end: end.get(partition) };
    if (log.begin === undefined || log.end === undefined) return;
    const moved = jump({ topic, partition, group }, { ...log, begin: log.begin, end: log.end }, {
      committed: positions.committed(partition),
      reset: options.reset,
    });
    if (moved === undefined || positions.next(partition) !== at) return;
    say(moved.line);
    positions.move(partition, moved.to);
    await commit();
  };

  /** Reads until the group must share out its partitions anew. */
  const read = async (membership: Membership) => {
    const { promise: rebalancing, reject } = Promise.withResolvers<never>();
    rebalancing.catch(() => {});
    const over = new AbortController();
    const ended = AbortSignal.any([over.signal, signal]);
    const own = startReader({
      ...options,
      connections: options.records,
      commit,
      onOutOfRange,
      onStale: (unknownTopic) => stale(unknownTopic),
      onEnd: reject,
    });
    reader = own;
    const beating = beat(membership, { onRebalancing: reject, signal: ended }).catch(reject);
    const watching = watch.look({
      partitions: known,
      onView: async (view) => {
        own.update(view);
        unreadable.report();
        if (await checkMissedRecords(view)) {
          finder.skipLast();
          await options.records.drop();
        }
        return unreadable.list().length > 0;
      },
      onWake: (wake) => stale = wake,
      signal: ended,
    }).catch(reject);
    try {
      await Promise.race([rebalancing, aborted(ended)]);
    } finally {
      // This member lives on until what is being handled is dealt with.
      await own.end();
      over.abort();
      await Promise.all([beating, watching]);
    }
  };

  const beat = async (
    membership: Membership,
    { onRebalancing, signal }: {
      readonly onRebalancing: (error: Rebalancing) => void;
      readonly signal: AbortSignal;
    },
  ) => {
    while (!signal.aborted) {
      await pause(HEARTBEAT_INTERVAL, signal);
      if (signal.aborted) return;
      try {
        await member.heartbeat(membership);
      } catch (error) {
        if (!(error instanceof Rebalancing)) throw error;
        onRebalancing(error);
      }
    }
  };

  return {
    async run() {
      while (!signal.aborted && !finishing) {
        membership = await member.join(async () => known = await watch.countPartitions());
        positions.assign(membership.partitions, await member.committed());
        if (signal.aborted || finishing) return;
        unreadable.keepOnly(membership.partitions);
        idleClock.keep(membership.partitions);
        if (!watch.isGone()) options.onJoin(membership.partitions);
        try {
          await read(membership);
        } catch (error) {
          if (!(error instanceof Rebalancing)) throw error;
          if (error instanceof TopicDeleted) positions.forget();
          // Another member may go on from here, also where nothing has come yet.
          else await commit().catch(ignoreRebalancing);
        }
      }
    },
    async finish() {
      finishing = true;
      await reader?.end();
    },
  };
}

function ignoreRebalancing(error: unknown) {
  if (!(error instanceof Rebalancing)) throw error;
}
