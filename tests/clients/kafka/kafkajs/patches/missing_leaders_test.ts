import { assertEquals, assertThrows } from "@std/assert";
import { isLeaderless, isTransient } from "../../../../../clients/kafka/errors/causes.ts";
import { kafkajs } from "../../../../../clients/kafka/kafkajs/library.ts";

await kafkajs();

Deno.test("a partition without a leader is an error of its own, that may pass", async () => {
  const { default: Cluster } = await import("kafkajs/src/cluster/index.js");
  const cluster = Object.assign(Object.create(Cluster.prototype), {
    brokerPool: {
      metadataExpireAt: 1,
      metadata: {
        topicMetadata: [{
          topic: "t",
          partitionMetadata: [{ partitionId: 0, leader: 2 }, { partitionId: 1, leader: -1 }],
        }],
      },
    },
  });
  assertEquals(cluster.findLeaderForPartitions("t", ["0"]), { 2: [0] });
  assertEquals(cluster.brokerPool.metadataExpireAt, 1);
  const error = assertThrows(() => cluster.findLeaderForPartitions("t", ["1"])) as Error;
  assertEquals(error.message, "Partition 1 of topic t has no leader");
  assertEquals([isLeaderless(error), isTransient(error)], [true, true]);
  // The next request asks for new metadata.
  assertEquals(cluster.brokerPool.metadataExpireAt, null);
});
