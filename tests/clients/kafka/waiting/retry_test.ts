import { assertEquals, assertRejects } from "@std/assert";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import { retryFor, until } from "../../../../clients/kafka/waiting/retry.ts";

Deno.test("retryFor() tries again what may pass, and throws the rest at once", async () => {
  let tries = 0;
  const passing = Object.assign(new Error(), { name: "KafkaJSConnectionError" });
  const result = await retryFor(10_000, () => {
    tries++;
    return tries < 2 ? Promise.reject(passing) : Promise.resolve("done");
  });
  assertEquals([result, tries], ["done", 2]);
  for (const [ms, error] of [[10_000, new Error("stays")], [-1, passing]] as const) {
    let thrown;
    await retryFor(ms, () => Promise.reject(error)).catch((e) => thrown = e);
    assertEquals(thrown, error);
  }
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
