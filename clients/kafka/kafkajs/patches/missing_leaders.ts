// Patch of kafkajs 2.2.4: for a partition without a leader it looks for a broker of the number −1.
// Without it: the error does not tell what is the matter, and the metadata that says so is kept.
// Test: "a partition without a leader is an error of its own, that may pass"
// This module is pure: no Deno APIs, no I/O.

/** The part of the cluster that is patched. */
export interface Cluster {
  readonly brokerPool: { metadataExpireAt: number | null };
  findTopicPartitionMetadata(
    topic: string,
  ): readonly { readonly partitionId: number; readonly leader: number }[];
  findLeaderForPartitions(topic: string, partitions: readonly (string | number)[]): unknown;
}

/** The `name` of the error for a partition without a leader. Nothing was sent to it. */
export const NO_LEADER = "KafkaJSNoLeader";

/** Says at once that there is no leader; whoever asks again gets new metadata. */
export function patchMissingLeaders(prototype: Cluster) {
  const { findLeaderForPartitions } = prototype;
  prototype.findLeaderForPartitions = function (topic, partitions) {
    const known = this.findTopicPartitionMetadata(topic);
    for (const id of partitions) {
      const partition = Number(id);
      if (known.find(({ partitionId }) => partitionId === partition)?.leader !== -1) continue;
      this.brokerPool.metadataExpireAt = null;
      throw Object.assign(new Error(`Partition ${partition} of topic ${topic} has no leader`), {
        name: NO_LEADER,
        retriable: false,
      });
    }
    return findLeaderForPartitions.call(this, topic, partitions);
  };
}
