import { assertEquals, assertRejects } from "@std/assert";
import { readRecord } from "../../../infra/engine/record.ts";
import { saveStopped } from "../../../infra/engine/recording.ts";
import { stopInOrder } from "../../../infra/engine/stop.ts";
import { Failure } from "../../../infra/spec/mod.ts";
import { fakeHost } from "./_fake_host.ts";
import { contextOf, newHost, up } from "./_fake_stack.ts";

Deno.test("readRecord() reads what up wrote", async () => {
  const host = newHost();
  await up(host);
  assertEquals((await readRecord(host, "/s"))?.clusterId, "cluster-1");
  assertEquals(await readRecord(fakeHost(), "/s"), undefined);
});

Deno.test("readRecord() goes on without a record that was cut short, and says so", async () => {
  const host = newHost();
  await up(host);
  const text = host.files.get("/s/stack.json")!;
  for (const damaged of [text.slice(0, 40), "", "[]", "null", "{}"]) {
    host.files.set("/s/stack.json", damaged);
    const told: string[] = [];
    assertEquals(await readRecord(host, "/s", (line) => told.push(line)), undefined, damaged);
    assertEquals(told.length, 1, damaged);
  }
});

Deno.test("readRecord() leaves out a record that lacks a field, and says which", async () => {
  const host = newHost();
  await up(host);
  const whole = JSON.parse(host.files.get("/s/stack.json")!);
  const kafka1 = { ...whole.services.kafka1, pid: "many" };
  const cases: [unknown, string][] = [
    [{ version: 1, services: {} }, "name is missing"],
    [{ ...whole, engine: 7 }, "engine is not what it can be"],
    [{ ...whole, overrides: undefined }, "overrides is missing"],
    [{ ...whole, overrides: { brokers: "3" } }, "overrides.brokers is not what it can be"],
    [{ ...whole, services: [] }, "services is not an object"],
    [
      { ...whole, services: { ...whole.services, kafka1 } },
      "services.kafka1.pid is not what it can be",
    ],
    [{ ...whole, services: { kafka1: null } }, "services.kafka1 is not an object"],
  ];
  for (const [record, fault] of cases) {
    host.files.set("/s/stack.json", JSON.stringify(record));
    const told: string[] = [];
    assertEquals(await readRecord(host, "/s", (line) => told.push(line)), undefined, fault);
    assertEquals(told, [
      `/s/stack.json is damaged (${fault}): it is ignored, and the next up writes a new one`,
    ]);
  }
  host.files.set("/s/stack.json", JSON.stringify({ ...whole, later: 1 }));
  assertEquals((await readRecord(host, "/s"))?.name, "kafka-stack");
});

Deno.test("readRecord() refuses a record of a newer version", async () => {
  const host = fakeHost();
  host.files.set("/s/stack.json", '{"version": 99}');
  const error = await assertRejects(() => readRecord(host, "/s"), Failure);
  assertEquals(
    error.message,
    "/s/stack.json was written by a newer version of this toolkit (format 99, known 1)",
  );
});

Deno.test("saveStopped() says what still runs, described as at the last up", async () => {
  const host = newHost();
  await up(host, { brokers: { count: 2 } });
  const before = (await readRecord(host, "/s"))!;
  assertEquals(before.spec, { brokers: { count: 2 } });
  const edited = await contextOf(host, { name: "other", brokers: { count: 2 }, portOffset: 100 });
  const running = await edited.engine.observe();
  await stopInOrder(edited, [running.get("kafka2")!]);
  await saveStopped(edited, await edited.engine.observe());
  const { kafka2: _, ...left } = before.services;
  assertEquals(await readRecord(host, "/s"), { ...before, services: left });
});
