// Part of the proof: a coordinator answers for every consumer group.
import { ERROR } from "../protocol/requests.ts";
import { groupPerPartition } from "../groups/group_partition.ts";
import { fetchMetadata } from "../cluster/cluster.ts";
import {
  addressOf,
  isUnderReplicated,
  type Member,
  OFFSETS_TOPIC,
  PROOF_PREFIX,
  type Topic,
} from "../cluster/metadata.ts";
import { missingReplicas } from "./not_ready.ts";
import { commit } from "./prove_record.ts";
import { NotYet, type Watch } from "./watch.ts";

/**
 * Resolves when each partition of the offsets topic has a leader that answers for its groups. On a
 * new cluster that makes the topic, so that a user's first consumer has not to wait for it.
 *
 * @returns The offsets topic.
 */
export async function proveGroups(watch: Watch, brokerIds: readonly number[]): Promise<Topic> {
  return await watch.until("the group coordinators are asked for", async () => {
    const controller = await watch.controller("groups");
    const metadata = await fetchMetadata(controller, [OFFSETS_TOPIC]);
    const [topic] = metadata.topics;
    if (!topic) {
      await controller.request("GroupCoordinator", { groupId: PROOF_PREFIX });
      throw new NotYet(`${OFFSETS_TOPIC} is being created`);
    }
    const missing = missingReplicas([{ address: "", metadata }], brokerIds, () => true);
    if (missing) {
      nudge(watch, metadata.brokers, topic);
      throw new NotYet(missing);
    }
    const names = groupPerPartition(PROOF_PREFIX, topic.partitions.length);
    await Promise.all(metadata.brokers.map(async (member) => {
      const groupIds = names.filter((_, index) => topic.partitions[index]?.leader === member.id);
      if (groupIds.length === 0) return;
      const broker = await watch.broker(addressOf(member), "groups");
      const { groups } = await broker.request("DescribeGroups", { groupIds });
      const failed = groups.find(({ errorCode }) =>
        errorCode !== ERROR.none && errorCode !== ERROR.groupNotFound
      );
      if (!failed) return;
      const reason = broker.error(failed.errorCode).message;
      throw new NotYet(`the group coordinator on broker ${member.id} is not ready (${reason})`);
    }));
    return topic;
  });
}

/**
 * Writes a record on each broker that leads a partition with followers behind. A follower that asks
 * before its leader has heard of it is in sync at its next request only, and the first one waits
 * `replica.fetch.wait.max.ms`, or for a record. Nobody waits for the answer: a leader may have too
 * few replicas for it, or its coordinator may not be ready.
 */
function nudge(watch: Watch, members: readonly Member[], { partitions }: Topic) {
  const groups = groupPerPartition(PROOF_PREFIX, partitions.length);
  for (const member of members) {
    const led = partitions.find((one) => one.leader === member.id && isUnderReplicated(one));
    if (!led) continue;
    watch.broker(addressOf(member), "nudge")
      .then((leader) => commit(leader, groups[led.partition]!, ""))
      .catch(() => {});
  }
}
