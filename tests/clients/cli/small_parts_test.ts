import { assertEquals, assertThrows } from "@std/assert";
import { describeFigures, plural, Progress } from "../../../clients/cli/progress.ts";
import { retryFor } from "../../../clients/kafka/waiting/retry.ts";
import { endsWithin, pause, waitOut } from "../../../clients/cli/signals.ts";
import { checkTopicName } from "../../../clients/cli/topic_name.ts";
import { plaintextAddresses } from "../../../clients/kafka/connection/zookeeper.ts";
import { UsageError } from "../../../clients/cli/flags.ts";

Deno.test("checkTopicName() takes what brokers take", () => {
  for (const good of ["a", "test-topic", "a.b_c-D9", "x".repeat(249), "..."]) {
    assertEquals(checkTopicName(good), good);
  }
  for (const bad of ["", " ", ".", "..", "a b", "a/b", "é", "x".repeat(250), "a:b"]) {
    assertEquals(assertThrows(() => checkTopicName(bad), UsageError).exitCode, 2, bad);
  }
});

Deno.test("plaintextAddresses() are those of a broker's plain listeners", () => {
  assertEquals(
    plaintextAddresses({
      endpoints: ["PLAINTEXT://localhost:9092", "INSIDE://kafka1:9092", "TLS://localhost:9192"],
      listener_security_protocol_map: { PLAINTEXT: "PLAINTEXT", INSIDE: "PLAINTEXT", TLS: "SSL" },
    }),
    ["localhost:9092", "kafka1:9092"],
  );
  assertEquals(plaintextAddresses({}), []);
});

Deno.test("describeFigures() tells records, size, time and rates", () => {
  assertEquals(
    describeFigures({ records: 1_000_000, bytes: 100 * 1024 * 1024, elapsed: 10_000 }),
    "1,000,000 records, 100.0 MB in 10.0 s (100,000 records/s, 10.0 MB/s)",
  );
  assertEquals(plural(1, "record"), "1 record");
});

Deno.test("Progress redraws its line in a terminal, and is rare elsewhere", () => {
  const written = (terminal: boolean) => {
    const parts: string[] = [];
    const progress = new Progress((text) => parts.push(text), { terminal, now: 0 });
    for (let now = 0; now <= 20_000; now += 100) progress.show(() => "12345", now);
    progress.show(() => "1", 30_000);
    progress.clear();
    return parts;
  };
  const [first, ...more] = written(true);
  assertEquals(first, "\r12345");
  assertEquals(more.slice(-2), ["\r1    ", "\r \r"]);
  assertEquals(written(false), ["12345\n", "12345\n", "1\n"]);
});

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
