import { assert, assertEquals } from "@std/assert";
import { withAdmin } from "../../clients/_kafka.ts";
import { startClient } from "./_client.ts";
import { deno, e2eTest, until, withStack } from "./_stack.ts";

const RECORDS = 200_000;
const value = (n: number) => `record ${n} ${"x".repeat(80)}`;

await e2eTest("kill -9 of a leader amid a load: every acknowledged record is there, once", async () => {
  await withStack({}, async (stack) => {
    const to = ["--kafka", stack.bootstrapServers, "--topic", "load"];
    await withAdmin(
      { bootstrapServers: stack.bootstrapServers, clientId: "test" },
      (admin) =>
        admin.createTopics({ topics: [{ topic: "load", numPartitions: 9, replicationFactor: 3 }] }),
    );
    const producer = startClient("producer.ts", [...to, "--verbose"], { stdin: "piped" });
    const input = new ReadableStream<string>({
      start(controller) {
        for (let n = 0; n < RECORDS; n++) controller.enqueue(`${value(n)}\n`);
        controller.close();
      },
    }).pipeThrough(new TextEncoderStream()).pipeTo(producer.stdin!);
    const acknowledged = () => producer.seen.stdout.split("\n").filter((l) => l.startsWith(">>> "));
    await until("10,000 records are acknowledged", () =>
      // Lines are about 130 bytes; counting them each time would slow the load.
      Promise.resolve(producer.seen.stdout.length > 1_300_000));
    const before = acknowledged().length;
    await stack.kill("kafka2", "SIGKILL");
    assert(before < RECORDS, "the broker was killed amid the load");
    await input;
    const { code, stderr } = await producer.ended;
    assertEquals(code, 0, stderr);
    const written = acknowledged().map((line) => line.slice(line.indexOf("Message: ") + 9));
    assertEquals(written.length, RECORDS);

    const read = await deno([
      ...["run", "--allow-net", "clients/consumer.ts", ...to, "--from-beginning"],
      ...["--format", "%v", "--timeout-ms", "5000"],
    ]);
    assertEquals(read.code, 0, read.stderr);
    const found = read.stdout.trimEnd().split("\n");
    const there = new Set(found);
    assertEquals(written.filter((record) => !there.has(record)), []);
    assertEquals(found.length, RECORDS, "no record is there twice");
  });
});
