import { assertEquals } from "@std/assert";
import {
  groupPartition,
  groupPerPartition,
  javaHashCode,
} from "../../../../clients/kafka/groups/group_partition.ts";

Deno.test("javaHashCode() is Java's String.hashCode()", () => {
  assertEquals(javaHashCode(""), 0);
  assertEquals(javaHashCode("abc"), 96354);
  assertEquals(javaHashCode("flinox"), -1271816300);
  assertEquals(javaHashCode("é漢😀"), 36054652);
  assertEquals(javaHashCode("polygenelubricants"), -(2 ** 31));
});

Deno.test("groupPartition() is Kafka's, also for the hash that has no positive counterpart", () => {
  assertEquals(groupPartition("flinox", 50), 0);
  assertEquals(groupPartition("kafka-stack", 50), 25);
  assertEquals(groupPartition("polygenelubricants", 50), 0);
});

Deno.test("groupPerPartition() names a group of each partition, in their order", () => {
  for (const count of [1, 2, 50, 200]) {
    const names = groupPerPartition("x_", count);
    assertEquals(names.map((name) => groupPartition(name, count)), [...Array(count).keys()]);
  }
});
