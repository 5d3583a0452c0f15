import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { isLeaderless, isTransient } from "../../../../../clients/kafka/errors/causes.ts";
import { connect } from "../../../../../clients/kafka/kafkajs/library.ts";
import {
  mayBeWritten,
  mendBroker,
} from "../../../../../clients/kafka/kafkajs/patches/leaderless.ts";

await connect({ bootstrapServers: "localhost:9092", clientId: "test" });

Deno.test("a topic of which one partition has no leader is known for its other partitions", async () => {
  const { default: metadata } = await import("kafkajs/src/protocol/requests/metadata/index.js");
  const partition = (partitionId: number, partitionErrorCode: number, leader: number) => ({
    ...{ partitionId, partitionErrorCode, leader, replicas: [1], isr: [] },
  });
  for (const version of [0, 5, 6]) {
    const { response } = metadata.protocol({ version })({ topics: ["t"] });
    const answer = {
      topicMetadata: [{
        topicErrorCode: 0,
        topic: "t",
        partitionMetadata: [partition(0, 0, 1), partition(1, 5, -1)],
      }],
    };
    assertEquals(await response.parse(answer), answer);
    answer.topicMetadata[0]!.topicErrorCode = 3;
    await assertRejects(() => response.parse(answer));
  }
});

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

Deno.test("mayBeWritten() is true for what was sent and neither acknowledged nor refused", async () => {
  let answer: Promise<unknown> = Promise.resolve();
  const broker = { produce: () => answer };
  mendBroker(broker);
  const send = async (messages: unknown[], error: Error) => {
    answer = Promise.reject(error);
    const request = { topicData: [{ partitions: [{ messages }] }] };
    await (broker.produce as (request: unknown) => Promise<unknown>)(request).catch(() => {});
    return mayBeWritten(messages);
  };
  const lost = new Error("Closed connection");
  const refused = Object.assign(new Error(), { type: "NOT_LEADER_FOR_PARTITION" });
  assertEquals(mayBeWritten([]), false);
  assertEquals(await send([1], refused), false);
  const messages = [2];
  assertEquals(await send(messages, lost), true);
  // A refusal tells nothing of the attempt before it.
  assertEquals(await send(messages, refused), true);
});
