// Reads a topic as a member of a consumer group: commits what has been dealt with, and nothing else.
import { createConnections, sayNoAnswer } from "./connections.ts";
import { explain } from "../errors/explain.ts";
import { ClientError } from "../errors/client_error.ts";
import { rootCause } from "../errors/causes.ts";
import type { ConsumerRecord } from "../protocol/record.ts";
import type { ClientOptions } from "../kafkajs/client.ts";
import { createLogSink } from "../kafkajs/log.ts";
import { createMember } from "./group_member.ts";
import { createPositions } from "./positions.ts";
import { createUnreadablePartitions } from "./unreadable_partitions.ts";
import { unlessAborted } from "../waiting/pause.ts";
import { retryFor } from "../waiting/retry.ts";
import { createSession } from "./session.ts";
import { createIdleClock } from "./idle_clock.ts";
import { createFinder, endsOf, type Finder, type TopicView } from "./topic_view.ts";

/** What to read, and what to do with it. */
export interface ConsumerOptions extends ClientOptions {
  readonly topic: string;
  readonly group: string;
  /** Where a group without committed offsets begins: at the earliest record, else at the end. */
  readonly fromBeginning: boolean;
  /**
   * Deals with records of one partition, in order. Called for one part at a time; it may take as
   * long as it needs.
   *
   * @returns How many of them it has dealt with: exactly these are committed. The others are
   * offered again.
   */
  readonly handle: (records: readonly ConsumerRecord[]) => Promise<number>;
  /** Called each time the group gives this member its partitions. */
  readonly onJoin: (partitions: readonly number[]) => void;
  /** Interrupts the attempt to connect: its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** A consumer that reads. */
export interface RunningConsumer {
  /** Rejects when reading has failed for good. */
  readonly failed: Promise<never>;
  /**
   * For how many ms the brokers have had nothing for us. 0 while records are waited for, decoded or
   * handled: the time that `handle` takes is never counted, nor is a leader that does not answer
   * for a while.
   */
  quietFor(): number;
  /** Partitions of this member that cannot be read for now: nobody knows what is in them. */
  unreachable(): readonly number[];
  /** Waits for the `handle` that runs, commits what it has dealt with, and leaves the group. */
  stop(): Promise<void>;
}

/** How long the brokers may take to be found, in ms. */
const START_TIMEOUT = 2500;
/** How long after its creation a topic may be unknown to a broker, in ms. */
const TOPIC_TIMEOUT = 1500;
/** How long a broker may take to tell of the cluster, in ms. */
const ANSWER_TIMEOUT = 5000;
/**
 * How long the group's coordinator may take, in ms. It waits 5 s for replicas to store a commit
 * (`offsets.commit.timeout.ms`), which one that hangs makes it do.
 */
const GROUP_TIMEOUT = 10_000;
/** How long the leader of a partition may take to hand out records, in ms. */
const FETCH_TIMEOUT = 15_000;

/**
 * Joins the group and reads until stopped. A broker that goes away does not end it, nor does a
 * partition without a leader, nor a topic that is deleted.
 *
 * @throws {ClientError} When no broker can be reached, or the topic does not exist.
 */
export async function startConsumer(options: ConsumerOptions): Promise<RunningConsumer> {
  const { topic, group, fromBeginning, connection, clientId, verbose = false } = options;
  options.signal?.throwIfAborted();
  let connected = false;
  const say = (line: string) => {
    if (connected || verbose) options.say?.(line);
  };
  const onNoAnswer = sayNoAnswer(say);
  const log = verbose ? { log: createLogSink(say, { verbose }) } : {};
  const connect = (timeout: number) =>
    createConnections(timeout, { security: connection, clientId, onNoAnswer, ...log });
  // A broker answers the requests of one connection in their order: each kind has its own.
  const lanes = {
    metadata: connect(ANSWER_TIMEOUT),
    group: connect(GROUP_TIMEOUT),
    records: connect(FETCH_TIMEOUT),
  };
  const drop = () => Promise.all(Object.values(lanes).map((lane) => lane.drop()));

  const finder = createFinder(lanes.metadata, connection);
  const begin = async () => {
    await retryFor(START_TIMEOUT, () => finder.view(topic));
    const view = await findTopic(finder, topic);
    const ends = fromBeginning ? new Map() : await endsOf(lanes.metadata, topic, view);
    return { partitions: view.partitions!.size, ends };
  };
  let found: Awaited<ReturnType<typeof begin>>;
  try {
    found = await unlessAborted(options.signal, begin());
  } catch (error) {
    await drop();
    throw options.signal?.aborted ? error : explain(error, connection);
  }
  connected = true;

  const idleClock = createIdleClock();
  const unreadable = createUnreadablePartitions(topic, say);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const stopping = new AbortController();
  const member = await createMember({
    group,
    topic,
    finder,
    connections: lanes.group,
    onRetry: sayLateGroup(group, say),
    signal: stopping.signal,
  });
  const reset = fromBeginning ? "earliest" : "latest";
  const session = createSession({
    topic,
    group,
    reset,
    positions: createPositions({ reset, ...found }),
    unreadable,
    idleClock,
    finder,
    member,
    records: lanes.records,
    metadata: lanes.metadata,
    handle: options.handle,
    onJoin: options.onJoin,
    say,
    signal: stopping.signal,
  });
  const done = session.run().catch((error) => {
    if (!stopping.signal.aborted) reject(explain(error, connection));
  });
  return {
    failed,
    quietFor: () => idleClock.elapsed(),
    unreachable: () => unreadable.list(),
    async stop() {
      await session.finish();
      stopping.abort();
      await lanes.group.drop();
      await done;
      await member.leave().catch(() => {});
      await drop();
    },
  };
}

/** A topic that was just created may be unknown to the broker that is asked. */
async function findTopic(finder: Finder, topic: string): Promise<TopicView> {
  for (const deadline = Date.now() + TOPIC_TIMEOUT;;) {
    const view = await finder.view(topic);
    if (view.partitions) return view;
    if (Date.now() > deadline) throw missingTopic(topic);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** For how long the group may be without a coordinator before that is said, and said again, in ms. */
const GROUP_GRACE = 10_000;
const GROUP_QUIET = 30_000;

/** Says that the group cannot be reached when that lasts: a coordinator that loads is soon there. */
function sayLateGroup(group: string, say: (line: string) => void): (error: unknown) => void {
  let first = 0;
  let last = 0;
  let said = 0;
  return (error) => {
    const now = Date.now();
    // What was tried again long ago has succeeded since.
    if (now - last > GROUP_GRACE) first = now;
    last = now;
    if (now - first < GROUP_GRACE || now - said < GROUP_QUIET) return;
    said = now;
    say(
      `The coordinator of group ${group} cannot be reached (${rootCause(error).message}): ` +
        "retrying.",
    );
  };
}

function missingTopic(topic: string): ClientError {
  return new ClientError(`Topic ${topic} does not exist`, {
    hint:
      `deno task topic:list shows the topics, deno task topic:create --topic ${topic} makes it.`,
  });
}
