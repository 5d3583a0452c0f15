import { assertEquals, assertThrows } from "@std/assert";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import { configText } from "../../../../clients/kafka/topics/configs.ts";
import { differences } from "../../../../clients/kafka/topics/shape.ts";
import { findTopic, type TopicDescription } from "../../../../clients/kafka/topics/topics.ts";

const topic: TopicDescription = {
  topic: "orders",
  internal: false,
  partitions: [0, 1, 2].map((partition) => ({
    partition,
    leader: 1,
    replicas: [1, 2, 3],
    isr: [1, 2, 3],
  })),
  configs: [
    { name: "cleanup.policy", value: "compact", source: "topic" },
    { name: "retention.ms", value: "1000", source: "broker" },
    { name: "secret", value: null, source: "topic" },
  ],
};
const shape = { partitions: 3, replicationFactor: undefined, config: {} };

Deno.test("differences() is empty for the same shape", () => {
  assertEquals(differences(topic, shape, 3), []);
  const config = { "cleanup.policy": "compact" };
  assertEquals(differences(topic, { partitions: 3, replicationFactor: 3, config }, 3), []);
});

Deno.test("differences() takes 3 replicas for the default while a broker is down", () => {
  assertEquals(differences(topic, shape, 2), []);
  assertEquals(differences(topic, { ...shape, replicationFactor: 2 }, 2), [
    "replication factor 3, not 2",
  ]);
});

Deno.test("differences() names all that differs", () => {
  const config = { "cleanup.policy": "delete", "max.message.bytes": "9" };
  assertEquals(differences(topic, { partitions: 5, replicationFactor: 1, config }, 3), [
    "3 partitions, not 5",
    "replication factor 3, not 1",
    "cleanup.policy=compact, not delete",
    "max.message.bytes=(unset), not 9",
  ]);
});

Deno.test("differences() takes lists in any order for the same, and no other values", () => {
  const there = (value: string): TopicDescription => ({
    ...topic,
    configs: [{ name: "cleanup.policy", value, source: "topic" }],
  });
  const wanted = (value: string) => ({ ...shape, config: { "cleanup.policy": value } });
  assertEquals(differences(there("compact,delete"), wanted("delete,compact"), 3), []);
  assertEquals(differences(there("compact,delete"), wanted("delete, compact"), 3), []);
  assertEquals(differences(there("compact,delete"), wanted("delete"), 3), [
    "cleanup.policy=compact,delete, not delete",
  ]);
});

Deno.test("configText() says whose setting it is when not the topic's own", () => {
  assertEquals(configText(topic.configs, "cleanup.policy"), "compact");
  assertEquals(configText(topic.configs, "retention.ms"), "1000 (broker)");
  assertEquals(configText(topic.configs, "secret"), "(hidden)");
});

Deno.test("findTopic() names the nearest topic for one that is not there", () => {
  assertEquals(findTopic([topic], "orders"), topic);
  const error = assertThrows(() => findTopic([topic], "order"), ClientError);
  assertEquals([error.message, error.hint, error.exitCode], [
    "There is no topic order",
    "Did you mean orders?",
    1,
  ]);
});
