import { assertEquals } from "@std/assert";
import { createUnreadablePartitions } from "../../../../clients/kafka/consumer/unreadable_partitions.ts";

Deno.test("createReach() says once what cannot be read, and once that it can be again", () => {
  const said: string[] = [];
  let now = 0;
  const unreadable = createUnreadablePartitions("orders", (line) => said.push(line), () => now);
  const leaderless = { why: "no leader, replicas: 2", grace: 2000 };
  unreadable.add(4, leaderless);
  unreadable.add(1, leaderless);
  unreadable.add(0, { why: "broker h:1 does not answer", grace: 15_000 });
  unreadable.add(5, leaderless);
  // Another leader was elected at once.
  unreadable.remove(5);
  unreadable.report();
  assertEquals([said, unreadable.list()], [[], [0, 1, 4]]);
  for (now = 2000; now < 6000; now += 1000) {
    unreadable.add(1, leaderless);
    unreadable.report();
  }
  assertEquals(said.splice(0), [
    "Partitions 1, 4 of orders cannot be read (no leader, replicas: 2): retrying.",
  ]);
  assertEquals([unreadable.isReported(1), unreadable.isReported(0)], [true, false]);
  unreadable.remove(4);
  unreadable.remove(1);
  unreadable.remove(0);
  unreadable.report();
  unreadable.report();
  assertEquals([said, unreadable.list()], [
    ["Partitions 1, 4 of orders can be read again: continuing."],
    [],
  ]);
  unreadable.add(2, { why: "x", grace: 0 });
  unreadable.keepOnly([3]);
  unreadable.report();
  assertEquals([said.length, unreadable.list()], [1, []]);
});
