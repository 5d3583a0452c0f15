import { assertEquals, assertRejects } from "@std/assert";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import { NotYet, openWatch } from "../../../../clients/kafka/proof/watch.ts";

function watchNothing(signal: AbortSignal, said: string[] = []) {
  return openWatch({
    connection: { bootstrapServers: [] },
    onWait: (text) => said.push(text),
    signal,
  });
}

Deno.test("until() of a watch looks until it is so, and says each new text once", async () => {
  const said: string[] = [];
  const watch = watchNothing(new AbortController().signal, said);
  const seen = ["one", "one", "two"];
  const look = () => {
    const text = seen.shift();
    return text === undefined ? Promise.resolve(7) : Promise.reject(new NotYet(text));
  };
  assertEquals(await watch.until("a task", look), 7);
  assertEquals(said, ["one", "two"]);
  await watch.close();
});

Deno.test("until() of a watch throws what was last seen of all that is under way", async () => {
  const stop = new AbortController();
  const watch = watchNothing(stop.signal);
  const again = Promise.withResolvers<void>();
  let looks = 0;
  const look = () => {
    if (++looks === 2) again.resolve();
    return Promise.reject(new NotYet("broker 2 is not registered"));
  };
  const tasks = Promise.allSettled([
    watch.until("a", look),
    watch.until("b hangs", () => new Promise(() => {})),
  ]);
  await again.promise;
  stop.abort();
  for (const task of await tasks) {
    assertEquals(task.status === "rejected" && task.reason instanceof ClientError, true);
    assertEquals(
      task.status === "rejected" && task.reason.message,
      "broker 2 is not registered; b hangs",
    );
  }
  await watch.close();
});

Deno.test("until() of a watch passes on faults of ours", async () => {
  const watch = watchNothing(new AbortController().signal);
  await assertRejects(() => watch.until("a", () => Promise.reject(new TypeError("x"))), TypeError);
  await watch.close();
});

Deno.test("who ends a watch because of what it was told is told that at the end too", async () => {
  const stop = new AbortController();
  const watch = openWatch({
    connection: { bootstrapServers: [] },
    onWait: () => stop.abort(),
    signal: stop.signal,
  });
  // The other one is told at once, before the first looks again.
  const hangs = watch.until("b hangs", () => new Promise(() => {}));
  const looks = watch.until("a", () => Promise.reject(new NotYet("broker 2 is not registered")));
  for (const task of [hangs, looks]) {
    const error = await assertRejects(() => task, ClientError);
    assertEquals(error.message, "b hangs; broker 2 is not registered");
  }
  await watch.close();
});
