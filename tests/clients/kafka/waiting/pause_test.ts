import { assertEquals } from "@std/assert";
import { endsWithin, pause, waitOut } from "../../../../clients/kafka/waiting/pause.ts";

Deno.test("pause() ends when its signal is aborted, endsWithin() tells who was first", async () => {
  const controller = new AbortController();
  const long = pause(1_000_000, controller.signal);
  controller.abort();
  await long;
  await pause(1_000_000, controller.signal);
  assertEquals(await endsWithin(1_000_000, Promise.resolve()), true);
  assertEquals(await endsWithin(0, new Promise(() => {})), false);
});

Deno.test("waitOut() asks again how long is left, and ends early only when it is aborted", async () => {
  const never = AbortSignal.timeout(60_000);
  const left = [2 ** 30, 1, 0];
  assertEquals(await waitOut(() => left.shift()!, 1, never), true);
  assertEquals(left, []);
  assertEquals(await waitOut(() => 2 ** 30, 2 ** 30, AbortSignal.abort()), false);
});
