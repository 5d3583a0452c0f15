import { assertEquals } from "@std/assert";
import { createSilence } from "../../../../clients/kafka/consumer/idle_time.ts";

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
