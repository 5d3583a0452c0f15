import { assertEquals } from "@std/assert";
import { addressOf, findAddress, toMetadata } from "../../../../clients/kafka/cluster/metadata.ts";

const answer = {
  clusterId: "c",
  controllerId: 2,
  brokers: [{ nodeId: 2, host: "b", port: 9093 }, { nodeId: 1, host: "a", port: 9092 }],
  topicMetadata: [
    {
      topicErrorCode: 0,
      topic: "t",
      isInternal: false,
      partitionMetadata: [
        { partitionId: 10, leader: 1, replicas: [1, 2], isr: [1] },
        { partitionId: 2, leader: -1, replicas: [2], isr: [] },
      ],
    },
    { topicErrorCode: 3, topic: "gone", isInternal: false, partitionMetadata: [] },
    {
      topicErrorCode: 0,
      topic: "__consumer_offsets",
      isInternal: true,
      partitionMetadata: [{ partitionId: 0, leader: 1, replicas: [1], isr: [1] }],
    },
  ],
};

Deno.test("toMetadata() orders brokers, topics and partitions, and leaves out unknown topics", () => {
  const { brokers, topics } = toMetadata(answer);
  assertEquals(brokers.map(({ id }) => id), [1, 2]);
  assertEquals(topics.map(({ topic }) => topic), ["__consumer_offsets", "t"]);
  assertEquals(topics[1]!.partitions.map(({ partition }) => partition), [2, 10]);
});

Deno.test("toMetadata() keeps the errors of topics that are there", () => {
  const secret = { topicErrorCode: 29, topic: "secret", isInternal: false, partitionMetadata: [] };
  const { topics, errors } = toMetadata({
    ...answer,
    topicMetadata: [...answer.topicMetadata, secret],
  });
  assertEquals(errors, [{ topic: "secret", errorCode: 29 }]);
  assertEquals(topics.some(({ topic }) => topic === "secret"), false);
});

Deno.test("toMetadata() knows Kafka's own topics that brokers do not mark", () => {
  const topicMetadata = ["__share_group_state", "__mine"].map((topic) => ({
    ...answer.topicMetadata[0]!,
    topic,
  }));
  const { topics } = toMetadata({ ...answer, topicMetadata });
  assertEquals(topics.map(({ topic, internal }) => [topic, internal]), [
    ["__mine", false],
    ["__share_group_state", true],
  ]);
});

Deno.test("addressOf() puts an IPv6 address into brackets", () => {
  assertEquals(addressOf({ host: "::1", port: 9092 }), "[::1]:9092");
  assertEquals(addressOf({ host: "b", port: 1 }), "b:1");
});

Deno.test("toMetadata() tells Kafka's own topics from others", () => {
  assertEquals(toMetadata(answer).topics.map(({ internal }) => internal), [true, false]);
});

Deno.test("findAddress() is the advertised address of a registered broker", () => {
  assertEquals(findAddress(toMetadata(answer), 2), "b:9093");
  assertEquals(findAddress(toMetadata(answer), 3), undefined);
  assertEquals(findAddress(toMetadata(answer), undefined), undefined);
});
