import { assertEquals } from "@std/assert";
import { sayNoAnswer } from "../../../../clients/kafka/consumer/connections.ts";
import { createReach } from "../../../../clients/kafka/consumer/unreadable_partitions.ts";
import { createSilence } from "../../../../clients/kafka/consumer/idle_time.ts";

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

Deno.test("createSilence() counts neither our own time nor that in which no leader answers", () => {
  let now = 0;
  const silence = createSilence(() => now);
  now = 1000;
  assertEquals(silence.lasts(), 1000);
  silence.keep([0, 1]);
  now = 3000;
  assertEquals(silence.lasts(), 2000);
  const [one, two] = [silence.busy(), silence.busy()];
  now = 60_000;
  assertEquals([silence.lasts(), silence.lastSlow()], [0, 60_000]);
  one();
  assertEquals(silence.lasts(), 0);
  two();
  for (const partition of [0, 1]) silence.answered(partition);
  now = 62_000;
  assertEquals([silence.lasts(), silence.lastSlow()], [2000, 60_000]);
  // The leader of partition 1 hangs, and answers again.
  silence.answered(0);
  now = 64_000;
  silence.answered(0);
  assertEquals(silence.lasts(), 0);
  silence.answered(1);
  now = 65_000;
  assertEquals(silence.lasts(), 1000);
  // It is gone, and known to be.
  now = 66_500;
  silence.answered(0);
  now = 68_500;
  silence.answered(0);
  assertEquals(silence.lasts(), 0);
  silence.givenUp(1);
  assertEquals(silence.lasts(), 4500);
  // One that nobody gives up is not waited for without end.
  now = 200_000;
  assertEquals(silence.lasts() > 100_000, true);
});

Deno.test("sayNoAnswer() names a broker at most once each half minute", () => {
  const said: string[] = [];
  let now = 0;
  const tell = sayNoAnswer((line) => said.push(line), () => now);
  tell("a:1", "connection refused");
  tell("a:1", "connection refused");
  tell("b:1", "no answer in time");
  now = 30_000;
  tell("a:1", "connection refused");
  assertEquals(said, [
    "Broker a:1 does not answer (connection refused): trying on.",
    "Broker b:1 does not answer (no answer in time): trying on.",
    "Broker a:1 does not answer (connection refused): trying on.",
  ]);
});
