import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  changeRisk,
  internalHolds,
  isInternalName,
} from "../../../../clients/kafka/topics/internal_topics.ts";

Deno.test("isInternalName() knows where Kafka keeps its own state, and nothing else", () => {
  const names = ["__consumer_offsets", "__cluster_metadata", "__share_group_state", "constructor"];
  assertEquals(names.map(isInternalName), [true, true, true, false]);
  assertStringIncludes(internalHolds("__consumer_offsets"), "committed offsets of all consumer");
  assertEquals(internalHolds("__of_a_later_kafka"), "what Kafka needs for itself");
});

Deno.test("changeRisk() says what a change of a setting loses", () => {
  const risk = (name: string, value?: string) => changeRisk({ name, value });
  const deleted = risk("cleanup.policy", "delete");
  assertStringIncludes(deleted, "are deleted");
  for (const other of [risk("cleanup.policy"), risk("cleanup.policy", "compact, delete")]) {
    assertEquals(other, deleted);
  }
  assertEquals(risk("retention.ms", "1000"), deleted);
  assertEquals(risk("cleanup.policy", "compact").includes("deleted"), false);
  assertStringIncludes(risk("partitions", "60"), "not found");
  assertStringIncludes(risk("min.insync.replicas", "1"), "may be lost with a broker");
});
