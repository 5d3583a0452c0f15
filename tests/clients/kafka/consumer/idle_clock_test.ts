import { assertEquals } from "@std/assert";
import { createIdleClock } from "../../../../clients/kafka/consumer/idle_clock.ts";

Deno.test("createSilence() counts neither our own time nor that in which no leader answers", () => {
  let now = 0;
  const idleClock = createIdleClock(() => now);
  now = 1000;
  assertEquals(idleClock.elapsed(), 1000);
  idleClock.keep([0, 1]);
  now = 3000;
  assertEquals(idleClock.elapsed(), 2000);
  const [one, two] = [idleClock.busy(), idleClock.busy()];
  now = 60_000;
  assertEquals([idleClock.elapsed(), idleClock.lastSlow()], [0, 60_000]);
  one();
  assertEquals(idleClock.elapsed(), 0);
  two();
  for (const partition of [0, 1]) idleClock.answered(partition);
  now = 62_000;
  assertEquals([idleClock.elapsed(), idleClock.lastSlow()], [2000, 60_000]);
  // The leader of partition 1 hangs, and answers again.
  idleClock.answered(0);
  now = 64_000;
  idleClock.answered(0);
  assertEquals(idleClock.elapsed(), 0);
  idleClock.answered(1);
  now = 65_000;
  assertEquals(idleClock.elapsed(), 1000);
  // It is gone, and known to be.
  now = 66_500;
  idleClock.answered(0);
  now = 68_500;
  idleClock.answered(0);
  assertEquals(idleClock.elapsed(), 0);
  idleClock.givenUp(1);
  assertEquals(idleClock.elapsed(), 4500);
  // One that nobody gives up is not waited for without end.
  now = 200_000;
  assertEquals(idleClock.elapsed() > 100_000, true);
});
