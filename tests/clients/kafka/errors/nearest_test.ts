import { assertEquals } from "@std/assert";
import { nearest } from "../../../../clients/kafka/errors/nearest.ts";

Deno.test("nearest() finds a near name and none where all are far", () => {
  assertEquals(nearest("kafka22", ["kafka1", "kafka2"]), "kafka2");
  assertEquals(nearest("zoo", ["kafka1", "zookeeper1"]), "zookeeper1");
  assertEquals(nearest("grafana", ["kafka1", "kafka2"]), undefined);
});
