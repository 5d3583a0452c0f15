import { assert, assertEquals } from "@std/assert";
import { network } from "../../../../../clients/kafka/kafkajs/library.ts";
import { createSocket } from "../../../../../clients/kafka/kafkajs/socket.ts";

/** A request queue of kafkajs, as its connections make them. */
async function requestQueue() {
  const { ConnectionPool, logger } = await network();
  return new ConnectionPool({
    host: "h",
    port: 1,
    logger,
    socketFactory: createSocket,
    requestTimeout: 1000,
  })
    .pool[0].requestQueue;
}

/** The delays of the timers that `work` starts; they do not run. */
function timersOf(work: () => void): unknown[] {
  const { setTimeout } = globalThis;
  const delays: unknown[] = [];
  globalThis.setTimeout =
    ((_: unknown, ms: unknown) => delays.push(ms)) as unknown as typeof setTimeout;
  try {
    work();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  return delays;
}

Deno.test("an idle connection starts no timer, so nothing spins", async () => {
  const queue = await requestQueue();
  assertEquals(timersOf(() => queue.checkPendingRequests()), []);
});

Deno.test("a connection whose requests wait looks again in 10 ms, or when it may send", async () => {
  const waiting = await requestQueue();
  waiting.maxInFlightRequests = 0;
  waiting.pending = [{}];
  assertEquals(timersOf(() => waiting.checkPendingRequests()), [10]);

  const throttled = await requestQueue();
  throttled.pending = [{}];
  throttled.throttledUntil = Date.now() + 60_000;
  const [delay] = timersOf(() => throttled.checkPendingRequests());
  assert(Number(delay) > 50_000 && Number(delay) <= 60_000, String(delay));
});
