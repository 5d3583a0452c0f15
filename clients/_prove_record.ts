// Part of the proof: a record is written to every replica and read back.
import { ERROR } from "./_api.ts";
import type { Broker } from "./_broker.ts";
import { fetchMetadata } from "./cluster.ts";
import { groupPerPartition } from "./_group_partition.ts";
import { buffer } from "./_kafka.ts";
import { addressOf, findAddress, type Metadata, OFFSETS_TOPIC, PROOF_PREFIX } from "./_metadata.ts";
import { type Lane, NotYet, type Watch } from "./_watch.ts";

/** How long a broker may take for one request of the proof, in ms. */
const TIMEOUT = 3000;

/** A record that is on all replicas. */
interface Written {
  readonly leader: Broker;
  readonly partition: number;
  readonly offset: string;
}

/** Creates the topic of the proof, with a partition for each broker; resolves to its name. */
export async function createProofTopic(
  watch: Watch,
  known: Metadata,
  replicationFactor: number,
): Promise<string> {
  const topic = `${PROOF_PREFIX}${crypto.randomUUID().slice(0, 8)}`;
  // Connected meanwhile; one that fails is tried again when it is needed.
  for (const member of known.brokers) watch.broker(addressOf(member), "write").catch(() => {});
  await watch.until(`topic ${topic} is being created`, async () => {
    const broker = await watch.controller("ask");
    const { topicErrors } = await broker.request("CreateTopics", {
      topics: [{
        topic,
        numPartitions: known.brokers.length,
        replicationFactor,
        configEntries: [],
      }],
      timeout: TIMEOUT,
    });
    const { errorCode, errorMessage } = topicErrors[0]!;
    if (errorCode === ERROR.none || errorCode === ERROR.topicExists) return;
    throw broker.error(errorCode, errorMessage);
  });
  return topic;
}

/**
 * Resolves when a record written with acks=all to the topic of the proof was read back, and nothing
 * of this or of an interrupted proof is left.
 */
export async function proveRecord(watch: Watch, known: Metadata, topic: string) {
  const { leader, partition, offset } = await writeOne(watch, known, topic);
  await watch.until(`the record in ${topic} is being read`, async () => {
    const value = await read(leader, topic, partition, offset);
    if (value !== topic) throw new NotYet(`the record in ${topic} cannot be read yet`);
  });
  await cleanUp(watch, known);
}

/**
 * Writes a record to a partition of each leader, and resolves when the first is on all replicas.
 *
 * Not all of them, because a follower that asks a leader which has not heard of the partition yet
 * asks again only after a second (`replica.fetch.backoff.ms`). Of several leaders one was the
 * first to hear of it, and that one misses nobody.
 */
async function writeOne(watch: Watch, known: Metadata, topic: string): Promise<Written> {
  let written: Written | undefined;
  const writing = known.brokers.map((_, partition) =>
    watch.until(`a record is being written to ${topic}`, async () => {
      try {
        const leader = await findLeader(watch, topic, partition, "write");
        const offset = await write(leader, topic, partition);
        written ??= { leader, partition, offset };
      } catch (error) {
        // The first one is enough, and the topic may be gone by now.
        if (!written) throw error;
      }
    })
  );
  let commit: Promise<unknown> = Promise.resolve();
  const waking = watch.until(`${topic} waits for its replicas`, async () => {
    if (written) return;
    const leader = await findLeader(watch, topic, 0, "ask");
    if (written) return;
    commit = wakeFollowers(leader, known);
    await commit;
    throw new NotYet(`the replicas of ${topic} do not have the record yet`);
  });
  const first = Promise.any(writing).catch(({ errors }: AggregateError) => {
    throw errors[0];
  });
  await Promise.race([first, waking]);
  // Its group must be there before it is looked for and deleted.
  await commit.catch(() => {});
  return written!;
}

async function findLeader(watch: Watch, topic: string, partition: number, lane: Lane) {
  const metadata = await fetchMetadata(await watch.controller("ask"), [topic]);
  const placed = metadata.topics[0]?.partitions.find((p) => p.partition === partition);
  const address = findAddress(metadata, placed?.leader);
  if (address === undefined) throw new NotYet(`${topic}-${partition} has no leader`);
  return await watch.broker(address, lane);
}

/**
 * Lets followers ask a leader again at once. They ask for a new partition only when their last
 * request is answered, for which an idle leader takes its time (`replica.fetch.wait.max.ms`, 500
 * ms). It is answered when the leader writes, and a commit of an offset makes it write.
 */
async function wakeFollowers(leader: Broker, known: Metadata) {
  const offsets = known.topics.find(({ topic }) => topic === OFFSETS_TOPIC)?.partitions ?? [];
  const own = offsets.find((p) => findAddress(known, p.leader) === leader.address);
  if (!own) return;
  await leader.request("OffsetCommit", {
    groupId: groupPerPartition(PROOF_PREFIX, offsets.length)[own.partition]!,
    groupGenerationId: -1,
    memberId: "",
    topics: [{ topic: OFFSETS_TOPIC, partitions: [{ partition: 0, offset: "0" }] }],
  });
}

/** Removes topics and groups of proofs until no broker knows one. */
async function cleanUp(watch: Watch, known: Metadata) {
  const remove = (
    what: string,
    list: () => Promise<string[]>,
    remove: (names: string[]) => Promise<unknown>,
  ) =>
    watch.until(`the proof's ${what} is being deleted`, async () => {
      const ours = async () => (await list()).filter((name) => name.startsWith(PROOF_PREFIX));
      const left = await ours();
      if (left.length === 0) return;
      await remove([...new Set(left)]);
      if ((await ours()).length > 0) throw new NotYet(`${what} ${left[0]} is being deleted`);
    });
  const listTopics = async () =>
    (await watch.views()).flatMap(({ metadata }) => metadata.topics.map(({ topic }) => topic));
  await Promise.all([
    remove(
      "topic",
      listTopics,
      async (topics) =>
        await (await watch.controller("ask")).request("DeleteTopics", { topics, timeout: TIMEOUT }),
    ),
    ...known.brokers.map((member) => {
      const broker = () => watch.broker(addressOf(member), "groups");
      return remove(
        `group on broker ${member.id}`,
        async () => (await (await broker()).request("ListGroups", {})).groups.map((g) => g.groupId),
        async (groups) => await (await broker()).request("DeleteGroups", groups),
      );
    }),
  ]);
}

/** Writes the topic's name with acks=all; resolves to the offset. */
async function write(leader: Broker, topic: string, partition: number): Promise<string> {
  const messages = [{ value: buffer(new TextEncoder().encode(topic)) }];
  const { topics } = await leader.request("Produce", {
    acks: -1,
    timeout: TIMEOUT,
    topicData: [{ topic, partitions: [{ partition, messages }] }],
  });
  const { errorCode, baseOffset } = topics[0]!.partitions[0]!;
  if (errorCode !== ERROR.none) throw leader.error(errorCode);
  return baseOffset;
}

async function read(leader: Broker, topic: string, partition: number, fetchOffset: string) {
  const { responses } = await leader.request("Fetch", {
    maxWaitTime: 100,
    minBytes: 1,
    maxBytes: 100_000,
    isolationLevel: 0,
    topics: [{ topic, partitions: [{ partition, fetchOffset, maxBytes: 100_000 }] }],
    rackId: "",
  });
  const found = responses[0]?.partitions[0];
  if (found && found.errorCode !== ERROR.none) throw leader.error(found.errorCode);
  const value = found?.messages[0]?.value;
  return value ? new TextDecoder().decode(value) : undefined;
}
