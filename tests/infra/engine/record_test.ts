import { assertEquals, assertRejects } from "@std/assert";
import { readRecord } from "../../../infra/engine/record.ts";
import { Failure } from "../../../infra/spec/mod.ts";
import { fakeHost } from "./_fake_host.ts";
import { newHost, up } from "./_fake_stack.ts";

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

Deno.test("readRecord() refuses a record of a newer version", async () => {
  const host = fakeHost();
  host.files.set("/s/stack.json", '{"version": 99}');
  const error = await assertRejects(() => readRecord(host, "/s"), Failure);
  assertEquals(
    error.message,
    "/s/stack.json was written by a newer version of this toolkit (format 99, known 1)",
  );
});
