import { assertEquals, assertRejects } from "@std/assert";
import { until } from "../../../../clients/kafka/cluster/cluster.ts";
import { ClientError } from "../../../../clients/kafka/errors/explain.ts";
import { NotYet, openWatch } from "../../../../clients/kafka/proof/watch.ts";

function watchNothing(signal: AbortSignal, said: string[] = []) {
  return openWatch({ addresses: [], onWait: (text) => said.push(text), signal });
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
  const tasks = Promise.allSettled([
    watch.until("a", () => Promise.reject(new NotYet("broker 2 is not registered"))),
    watch.until("b hangs", () => new Promise(() => {})),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 60));
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

Deno.test("until() looks again after an error that may pass, and not after another", async () => {
  const moved = Object.assign(new Error("not the controller"), {
    name: "KafkaJSProtocolError",
    type: "NOT_CONTROLLER",
    retriable: true,
  });
  const errors: Error[] = [moved, moved];
  const look = () => {
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve("done");
  };
  assertEquals(await until(look, 1000, () => new Error("late")), "done");
  errors.push(new ClientError("no such topic"));
  await assertRejects(() => until(look, 1000, () => new Error("late")), ClientError);
});

Deno.test("until() gives up in time, with the last error", async () => {
  await assertRejects(
    () => until(() => Promise.resolve(undefined), 60, (last) => new Error(`late ${last}`)),
    Error,
    "late undefined",
  );
});
