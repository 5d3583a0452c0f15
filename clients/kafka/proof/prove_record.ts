// Part of the proof: a record is written to every replica and read back, on each broker.
import { ERROR, LATEST } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import { fetchMetadata } from "../cluster/cluster.ts";
import { groupPerPartition } from "../groups/group_partition.ts";
import {
  addressOf,
  type Member,
  OFFSETS_TOPIC,
  PROOF_PREFIX,
  type Topic,
} from "../cluster/metadata.ts";
import { NotYet, type Watch } from "./watch.ts";

/**
 * Resolves when each broker that leads a partition of the offsets topic has written a record with
 * acks=all and given it back, and nothing of this or of an interrupted proof is left.
 *
 * The record is a committed offset of a group of our own: brokers write it like any other, and wait
 * for all replicas in sync (`offsets.commit.required.acks`), but it needs no topic of its own, which
 * takes a cluster that has just started a second to make and to delete.
 */
export async function proveRecord(watch: Watch, offsets: Topic, members: readonly Member[]) {
  const groups = groupPerPartition(PROOF_PREFIX, offsets.partitions.length);
  await Promise.all(members.map(async (member) => {
    await writeAndRead(watch, member, groups);
    await cleanUp(watch, member);
  }));
}

async function writeAndRead(watch: Watch, member: Member, groups: readonly string[]) {
  const mark = crypto.randomUUID();
  await watch.until(`a record is being written on broker ${member.id}`, async () => {
    const leader = await watch.broker(addressOf(member), "groups");
    // Asked each time: a leader may change while a cluster comes back.
    const { topics: [offsets] } = await fetchMetadata(leader, [OFFSETS_TOPIC]);
    if (!offsets) throw new NotYet(`broker ${member.id} does not know ${OFFSETS_TOPIC} yet`);
    const led = offsets.partitions.find(({ leader }) => leader === member.id);
    if (!led) return;
    const { partition } = led;
    const before = await endOffset(leader, partition);
    await commit(leader, groups[partition]!, mark);
    const found = (await read(leader, partition, before)).some((value) => value.includes(mark));
    if (!found) {
      throw new NotYet(
        `the record in ${OFFSETS_TOPIC}-${partition} on broker ${member.id} cannot be read yet`,
      );
    }
  });
}

async function endOffset(leader: Broker, partition: number): Promise<string> {
  const { responses } = await leader.request("ListOffsets", {
    isolationLevel: 0,
    topics: [{ topic: OFFSETS_TOPIC, partitions: [{ partition, timestamp: LATEST }] }],
  });
  const { errorCode, offset } = responses[0]!.partitions[0]!;
  if (errorCode !== ERROR.none) throw leader.error(errorCode);
  return offset;
}

/** Commits an offset of `groupId`, with `metadata` beside it in the record. */
export async function commit(leader: Broker, groupId: string, metadata: string) {
  const { responses } = await leader.request("OffsetCommit", {
    groupId,
    groupGenerationId: -1,
    memberId: "",
    topics: [{ topic: OFFSETS_TOPIC, partitions: [{ partition: 0, offset: "0", metadata }] }],
  });
  const { errorCode } = responses[0]!.partitions[0]!;
  if (errorCode !== ERROR.none) throw leader.error(errorCode);
}

/** The values of the records from `fetchOffset` on, as text. */
async function read(leader: Broker, partition: number, fetchOffset: string): Promise<string[]> {
  const { responses } = await leader.request("Fetch", {
    maxWaitTime: 100,
    minBytes: 1,
    maxBytes: 100_000,
    isolationLevel: 0,
    topics: [{
      topic: OFFSETS_TOPIC,
      partitions: [{ partition, fetchOffset, maxBytes: 100_000 }],
    }],
    rackId: "",
  });
  const { errorCode, messages } = responses[0]!.partitions[0]!;
  if (errorCode !== ERROR.none) throw leader.error(errorCode);
  return messages.map(({ value }) => value ? new TextDecoder().decode(value) : "");
}

/** Removes groups of proofs until the broker knows none. */
async function cleanUp(watch: Watch, member: Member) {
  await watch.until(`the proof's group on broker ${member.id} is being deleted`, async () => {
    const broker = await watch.broker(addressOf(member), "groups");
    const { groups } = await broker.request("ListGroups", {});
    const ours = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(PROOF_PREFIX));
    if (ours.length === 0) return;
    const { results } = await broker.request("DeleteGroups", ours);
    const failed = results.find(({ errorCode }) => errorCode !== ERROR.none);
    if (failed) throw broker.error(failed.errorCode);
  });
}
