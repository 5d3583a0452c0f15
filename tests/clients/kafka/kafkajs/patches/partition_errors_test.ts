import { assertEquals, assertRejects } from "@std/assert";
import { kafkajs } from "../../../../../clients/kafka/kafkajs/library.ts";

await kafkajs();

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
