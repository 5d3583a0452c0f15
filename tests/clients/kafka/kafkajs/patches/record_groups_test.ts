import { assertEquals, assertStrictEquals } from "@std/assert";
import { groupedForPartition } from "../../../../../clients/kafka/kafkajs/patches/record_groups.ts";

Deno.test("the records of a partition are grouped without being copied one by one", async () => {
  const { default: group } = await import("kafkajs/src/producer/groupMessagesPerPartition.js");
  const records = [{ value: "a" }, { value: "b" }];
  let asked = 0;
  const groups = group({
    topic: "t",
    partitionMetadata: [{}, {}],
    messages: groupedForPartition(records, 1),
    partitioner: () => asked++,
  });
  assertEquals([Object.keys(groups), asked], [["1"], 0]);
  // The same list each time that a batch is sent: by it is known what may have been written.
  assertStrictEquals(groups[1], records);
});
