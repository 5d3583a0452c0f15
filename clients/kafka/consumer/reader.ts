// Reads the partitions that a group gave its member: one loop for each broker that leads some of
// them, and one at a time hands over what came.
import { ERROR } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import { committedRecords } from "../protocol/committed_records.ts";
import type { Connections } from "./connections.ts";
import { CONSUMER_ERROR } from "../protocol/consumer_requests.ts";
import { ClientError } from "../errors/client_error.ts";
import { isConnectionError, isTransient, rootCause } from "../errors/causes.ts";
import type { FetchedPartition } from "../protocol/fetch_answer.ts";
import { fetchRecords, listEnds, type Wanted } from "./fetch.ts";
import type { ConsumerRecord } from "../protocol/record.ts";
import type { LogEnd, Positions } from "./positions.ts";
import type { UnreadablePartitions } from "./unreadable_partitions.ts";
import { DamagedBatch } from "../protocol/record_batch.ts";
import type { IdleClock } from "./idle_clock.ts";
import type { TopicView } from "./topic_view.ts";

/** What {@linkcode startReader} needs. */
export interface ReaderOptions {
  readonly topic: string;
  readonly group: string;
  readonly positions: Positions;
  readonly unreadable: UnreadablePartitions;
  readonly idleClock: IdleClock;
  readonly connections: Connections;
  /** Deals with records of one partition. @returns With how many of them. */
  readonly handle: (records: readonly ConsumerRecord[]) => Promise<number>;
  /** Commits the positions. What it throws ends the reading. */
  readonly commit: () => Promise<void>;
  /** The log has no such offset: moves the position, or finds that it has it after all. */
  readonly onOutOfRange: (partition: number, at: bigint, broker: Broker) => Promise<void>;
  /** What is known of the topic is not true any more; or a broker does not know it at all. */
  readonly onStale: (unknownTopic: boolean) => void;
  /** Reading cannot go on: with a `Rebalancing`, until the group has shared out its partitions. */
  readonly onEnd: (error: unknown) => void;
}

/** A reading under way. */
export interface Reader {
  /** Reads from these leaders from now on. */
  update(view: TopicView): void;
  /** Stops reading; resolves when what is being handled is dealt with. */
  end(): Promise<void>;
}

/** Pause after a request that failed, in ms. */
const BACKOFF = 200;
/** Pause before records are offered again that were not dealt with, in ms. */
const REOFFER = 100;
/** Pause before a partition is asked for again that its broker cannot read, in ms. */
const BROKEN_BACKOFF = 5000;
/** How much is handed over at once: records, and bytes decompressed. */
const MAX_RECORDS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;
/** For how long there is no word of a leader that does not answer: another is elected meanwhile. */
const LEADER_GRACE = 15_000;
/** For how long there is none of a partition without a leader. */
const LEADERLESS_GRACE = 5000;

/** Errors of a broker that cannot read its own files. */
const BROKEN: readonly number[] = [
  CONSUMER_ERROR.unknown,
  CONSUMER_ERROR.corruptMessage,
  CONSUMER_ERROR.storage,
];

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Begins with the first {@linkcode Reader.update}. */
export function startReader(options: ReaderOptions): Reader {
  const { topic, group, positions, unreadable, idleClock, connections, handle, commit } = options;
  let view: TopicView = { addresses: new Map(), partitions: undefined };
  let ended = false;
  /** The broker id of each partition's leader, of those that have one. */
  let leaders = new Map<number, number>();
  const loops = new Set<number>();
  /** When each partition may be asked for again. */
  const blocked = new Map<number, number>();
  /** Whose records came last are asked for last. */
  const served = new Map<number, number>();
  let serving = 0;

  const finish = (error: unknown) => {
    if (ended) return;
    ended = true;
    options.onEnd(error);
  };

  let last = Promise.resolve();
  /** Runs one after another what hands over records. */
  const inTurn = (work: () => Promise<void>) => last = last.then(work).catch(finish);

  /** Where partitions are read next, asking for the ends of logs where that is it. */
  const place = async (broker: Broker, partitions: readonly number[]): Promise<Wanted[]> => {
    for (const end of ["earliest", "latest"] as const satisfies LogEnd[]) {
      const open = partitions.filter((partition) => positions.next(partition) === end);
      for (const [partition, offset] of await listEnds(broker, topic, open, end)) {
        if (positions.next(partition) === end) positions.move(partition, offset);
      }
    }
    return partitions.flatMap((partition) => {
      const from = positions.next(partition);
      const { leaderEpoch = -1 } = view.partitions?.get(partition) ?? {};
      return typeof from === "bigint" ? [{ partition, from, leaderEpoch }] : [];
    }).sort((a, b) => (served.get(a.partition) ?? 0) - (served.get(b.partition) ?? 0));
  };

  /** Hands over what came of a partition. */
  const deliver = async (fetched: FetchedPartition, from: bigint) => {
    const { partition, records, aborted } = fetched;
    let chunk: ConsumerRecord[] = [];
    let bytes = 0;
    let next = from;
    /** @returns Whether all was dealt with. */
    const flush = async () => {
      const offered = chunk;
      [chunk, bytes] = [[], 0];
      const handled = offered.length === 0 ? 0 : await handle(offered);
      const all = handled === offered.length;
      if (all) positions.move(partition, next);
      else if (handled > 0) positions.move(partition, BigInt(offered[handled - 1]!.offset) + 1n);
      if (all || handled > 0) await commit();
      if (!all) await sleep(REOFFER);
      return all;
    };
    try {
      for (const part of committedRecords(records, { topic, partition, from, aborted })) {
        for (const record of part.records) chunk.push(record);
        bytes += part.bytes;
        next = part.next;
        if (chunk.length < MAX_RECORDS && bytes < MAX_BYTES) continue;
        if (!await flush() || ended) return;
      }
    } catch (error) {
      if (!(error instanceof DamagedBatch)) throw error;
      if (await flush()) throw damaged(error, partition);
      return;
    }
    await flush();
  };

  const damaged = ({ offset, next, message }: DamagedBatch, partition: number) => {
    const leader = view.addresses.get(leaders.get(partition) ?? -1);
    const target = next === undefined ? "<offset>" : String(next);
    return new ClientError(
      `Partition ${partition} of ${topic} cannot be read at offset ${offset}: ${message}`,
      {
        hint: `The log of its leader${leader ? `, broker ${leader},` : ""} is damaged there. ` +
          "All before it is read.\nWhat comes after it: deno task group:reset " +
          `--group ${group} --topic ${topic}:${partition} --to-offset ${target} --execute`,
      },
    );
  };

  /** One request to a leader, and what comes of it. */
  const round = async (leader: number, address: string, own: readonly number[]) => {
    const { wanted, answer, outOfRange, errors } = await connections.use(
      address,
      async (broker) => {
        const wanted = await place(broker, own);
        if (wanted.length < own.length) options.onStale(false);
        if (wanted.length === 0) {
          await sleep(BACKOFF);
          return { wanted, answer: [], outOfRange: [], errors: new Map<number, Error>() };
        }
        const answer = await fetchRecords(broker, topic, wanted);
        const errors = new Map(
          answer.filter(({ errorCode }) => errorCode !== ERROR.none)
            .map(({ partition, errorCode }) => [partition, broker.error(errorCode)]),
        );
        const outOfRange = answer.filter(({ errorCode }) =>
          errorCode === CONSUMER_ERROR.offsetOutOfRange
        ).map(({ partition }) => partition);
        for (const partition of outOfRange) {
          const at = wanted.find((w) => w.partition === partition)!.from;
          if (!ended && positions.next(partition) === at) {
            await options.onOutOfRange(partition, at, broker);
          }
        }
        return { wanted, answer, outOfRange, errors };
      },
    );
    for (const fetched of answer) {
      const { partition, errorCode } = fetched;
      const from = wanted.find((w) => w.partition === partition)?.from;
      if (from === undefined || outOfRange.includes(partition)) continue;
      if (errorCode !== ERROR.none) {
        refused(partition, { errorCode, error: errors.get(partition)!, address, from });
        continue;
      }
      idleClock.answered(partition);
      unreadable.remove(partition);
      if (fetched.records.length === 0) continue;
      served.set(partition, ++serving);
      const done = idleClock.busy();
      await inTurn(async () => {
        // It may have been read elsewhere while this waited for its turn.
        const ours = !ended && positions.next(partition) === from &&
          leaders.get(partition) === leader;
        if (ours) await deliver(fetched, from);
      }).finally(done);
    }
  };

  /** A broker refused to give records of a partition. */
  const refused = (
    partition: number,
    { errorCode, error, address, from }: {
      readonly errorCode: number;
      readonly error: Error;
      readonly address: string;
      readonly from: bigint;
    },
  ) => {
    if (BROKEN.includes(errorCode)) {
      const why = `offset ${from}: broker ${address} says ${rootCause(error).message}`;
      unreadable.add(partition, { why, grace: 0 });
      idleClock.givenUp(partition);
      blocked.set(partition, Date.now() + BROKEN_BACKOFF);
    } else if (isTransient(error)) {
      blocked.set(partition, Date.now() + BACKOFF);
      options.onStale(errorCode === CONSUMER_ERROR.unknownTopic);
    } else finish(Object.assign(error, { topic }));
  };

  const read = async (leader: number) => {
    loops.add(leader);
    try {
      await readOn(leader);
    } finally {
      loops.delete(leader);
    }
  };
  const readOn = async (leader: number) => {
    while (!ended) {
      const address = view.addresses.get(leader);
      const own = positions.assigned().filter((partition) => leaders.get(partition) === leader);
      if (own.length === 0 || address === undefined) break;
      const free = own.filter((partition) => (blocked.get(partition) ?? 0) <= Date.now());
      if (free.length === 0) {
        await sleep(BACKOFF);
        continue;
      }
      try {
        await round(leader, address, free);
      } catch (error) {
        if (ended) break;
        if (!isTransient(error)) {
          finish(error);
          break;
        }
        if (isConnectionError(error)) {
          const reason = { why: `broker ${address} does not answer`, grace: LEADER_GRACE };
          for (const partition of own) unreadable.add(partition, reason);
        }
        options.onStale(false);
        await sleep(BACKOFF);
      }
    }
  };

  return {
    update(seen) {
      if (ended) return;
      const before = view;
      view = seen;
      leaders = new Map();
      for (const partition of positions.assigned()) {
        const one = view.partitions?.get(partition);
        if (one === undefined) continue;
        if (view.addresses.has(one.leader)) leaders.set(partition, one.leader);
        else {
          const why = `no leader, replicas: ${one.replicas.join(", ")}`;
          unreadable.add(partition, { why, grace: LEADERLESS_GRACE });
          if (unreadable.isReported(partition)) idleClock.givenUp(partition);
        }
      }
      // A broker that leads nothing of ours may never answer what it was asked.
      for (const [id, address] of before.addresses) {
        if (![...leaders.values()].includes(id)) connections.drop(address);
      }
      for (const leader of new Set(leaders.values())) {
        if (!loops.has(leader)) read(leader).catch(finish);
      }
    },
    async end() {
      ended = true;
      await Promise.all([last, connections.drop()]);
    },
  };
}
