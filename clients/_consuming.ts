// Reading a topic through kafkajs as a member of a consumer group: commits what
// has been handled, and nothing else.
import { Buffer } from "node:buffer";
import { connect, type ConnectOptions, type Kafka, type KafkaMessage } from "./_kafka.ts";
import { ClientError, explain, isConnectionError, rootCause } from "./_errors.ts";
import type { ConsumerRecord, Header } from "./_format.ts";
import { retryFor } from "./_retry.ts";

/** What to read, and what to do with it. */
export interface ConsumingOptions extends ConnectOptions {
  readonly topic: string;
  readonly group: string;
  /** Where a group without committed offsets begins: at the earliest record, else at the end. */
  readonly fromBeginning: boolean;
  /**
   * Handles records of one partition, in order. Called for one part at a time; it may take as long
   * as it needs.
   *
   * @returns How many of them it has dealt with: exactly these are committed.
   */
  readonly handle: (records: readonly ConsumerRecord[]) => Promise<number>;
  /** Called each time the group gives this member its partitions. */
  readonly onJoin: (partitions: readonly number[]) => void;
}

/** A consumer that reads. */
export interface Consuming {
  /** Rejects when reading has failed for good. */
  readonly failed: Promise<never>;
  /**
   * For how many ms the brokers have had nothing for us. 0 while records are handled or decoded:
   * the time that `handle` takes is never silence.
   */
  quietFor(): number;
  /** Waits for the `handle` that runs, commits what it has dealt with, and leaves the group. */
  stop(): Promise<void>;
}

/** How long the brokers may take to find the group's coordinator, in ms. */
const START_TIMEOUT = 30_000;
/** How long after its creation a topic may be unknown to a broker, in ms. */
const TOPIC_TIMEOUT = 1500;
/** How often a member that waits for its reader says that it lives, in ms. */
const HEARTBEAT_INTERVAL = 3000;

/**
 * Joins the group and reads until stopped. A broker that goes away does not end
 * it.
 *
 * @throws {ClientError} When no broker can be reached, or the topic does not exist.
 */
export async function startConsuming(options: ConsumingOptions): Promise<Consuming> {
  const { topic, group, fromBeginning, bootstrapServers, handle, onJoin } = options;
  let connected = false;
  const say = (line: string) => (connected || options.verbose) && options.say?.(line);
  const kafka = await connect({ ...options, say });
  const consumer = kafka.consumer({
    groupId: group,
    allowAutoTopicCreation: false,
    // A stop waits for the fetch that is under way.
    maxWaitTimeInMs: 500,
    // In memory a record takes several times what it takes on the wire.
    maxBytes: 3 * 1024 * 1024,
    // A member that was killed holds its partitions for this long.
    sessionTimeout: 10_000,
    rebalanceTimeout: 30_000,
    heartbeatInterval: HEARTBEAT_INTERVAL,
  });
  // Where partitions go on that the group's committed offsets do not tell.
  let positions: Map<number, string>;
  try {
    await consumer.connect();
    await retryFor(TOPIC_TIMEOUT, () => consumer.subscribe({ topic, fromBeginning }));
    positions = fromBeginning ? new Map() : await endOffsets(kafka, { topic, group });
  } catch (error) {
    await consumer.disconnect().catch(() => {});
    throw asMissingTopic(error, topic) ?? explain(error, bootstrapServers);
  }
  connected = true;

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const assigned = payload.memberAssignment[topic] ?? [];
    for (const [partition, offset] of positions) {
      if (assigned.includes(partition)) consumer.seek({ topic, partition, offset });
      else positions.delete(partition);
    }
    active = Date.now();
    onJoin(assigned);
  });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart) reject(explain(error, bootstrapServers));
    else if (!isConnectionError(error)) {
      say(`Reading failed: ${explain(error, bootstrapServers).message}. Trying on.`);
    }
  });
  let stopping = false;
  let handling = 0;
  let active = Date.now();
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isStale }) => {
      const { partition } = batch;
      const commit = async (partition: number, offset: string) => {
        await commitOffsetsIfNecessary({
          topics: [{ topic, partitions: [{ partition, offset }] }],
        });
        positions.delete(partition);
      };
      // Nothing more is read while what was read cannot be committed.
      const uncommitted = positions.get(partition);
      if (uncommitted !== undefined) await commit(partition, uncommitted);
      if (stopping || isStale()) return;
      const beat = setInterval(() => heartbeat().catch(() => {}), HEARTBEAT_INTERVAL);
      let handled;
      handling++;
      try {
        handled = await handle(batch.messages.map((record) => ({
          ...record,
          topic,
          partition,
          headers: headerPairs(record.headers),
        })));
      } finally {
        handling--;
        active = Date.now();
        clearInterval(beat);
      }
      const all = handled === batch.messages.length;
      const last = all ? batch.lastOffset() : batch.messages[handled - 1]?.offset;
      if (last === undefined) return;
      resolveOffset(last);
      const next = String(BigInt(last) + 1n);
      positions.set(partition, next);
      await commit(partition, next);
    },
  });
  return {
    failed,
    quietFor: () => handling > 0 ? 0 : Date.now() - active,
    stop: async () => {
      stopping = true;
      await consumer.disconnect();
    },
  };
}

/**
 * The end of each partition for which the group has no committed offset. Kept
 * until something of it is committed: a consumer that began at the end must not
 * begin at a later end when the group rebalances.
 */
async function endOffsets(
  kafka: Kafka,
  { topic, group }: { topic: string; group: string },
): Promise<Map<number, string>> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const [committed] = await retryFor(
      START_TIMEOUT,
      () => admin.fetchOffsets({ groupId: group, topics: [topic] }),
    );
    const fresh = new Set(
      committed?.partitions.filter(({ offset }) => offset === "-1").map((p) => p.partition),
    );
    if (fresh.size === 0) return new Map();
    const ends = await retryFor(START_TIMEOUT, () => admin.fetchTopicOffsets(topic));
    return new Map(
      ends.filter((end) => fresh.has(end.partition)).map((end) => [end.partition, end.high]),
    );
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

function headerPairs(headers: KafkaMessage["headers"] = {}): Header[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values ?? null].flat().map((
      value,
    ): Header => [name, value === null ? null : Buffer.from(value)])
  );
}

function asMissingTopic(error: unknown, topic: string): ClientError | undefined {
  if (rootCause(error).type !== "UNKNOWN_TOPIC_OR_PARTITION") return;
  return new ClientError(`Topic ${topic} does not exist`, {
    hint:
      `deno task topic:list shows the topics, deno task topic:create --topic ${topic} makes it.`,
    cause: error,
  });
}
