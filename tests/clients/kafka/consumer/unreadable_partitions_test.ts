import { assertEquals } from "@std/assert";
import { createReach } from "../../../../clients/kafka/consumer/unreadable_partitions.ts";

Deno.test("createReach() says once what cannot be read, and once that it can be again", () => {
  const said: string[] = [];
  let now = 0;
  const reach = createReach("orders", (line) => said.push(line), () => now);
  const leaderless = { why: "no leader, replicas: 2", grace: 2000 };
  reach.lost(4, leaderless);
  reach.lost(1, leaderless);
  reach.lost(0, { why: "broker h:1 does not answer", grace: 15_000 });
  reach.lost(5, leaderless);
  // Another leader was elected at once.
  reach.found(5);
  reach.tell();
  assertEquals([said, reach.away()], [[], [0, 1, 4]]);
  for (now = 2000; now < 6000; now += 1000) {
    reach.lost(1, leaderless);
    reach.tell();
  }
  assertEquals(said.splice(0), [
    "Partitions 1, 4 of orders cannot be read (no leader, replicas: 2): trying on.",
  ]);
  assertEquals([reach.told(1), reach.told(0)], [true, false]);
  reach.found(4);
  reach.found(1);
  reach.found(0);
  reach.tell();
  reach.tell();
  assertEquals([said, reach.away()], [
    ["Partitions 1, 4 of orders can be read again: reading on."],
    [],
  ]);
  reach.lost(2, { why: "x", grace: 0 });
  reach.keep([3]);
  reach.tell();
  assertEquals([said.length, reach.away()], [1, []]);
});
