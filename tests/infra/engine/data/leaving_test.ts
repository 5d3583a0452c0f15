import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { partitionsOf } from "../../../../infra/engine/data/partitions.ts";
import { Failure } from "../../../../infra/spec/mod.ts";
import type { FakeHost } from "../_fake_host.ts";
import { DIR, newHost, up } from "../_fake_stack.ts";

const FIVE = { brokers: { count: 5 } };
const placed = (topic: string, partition: number, ...replicas: number[]) => ({
  ...{ topic, partition, replicas },
  isr: replicas,
});
const keep = (host: FakeHost, id: number, ...names: string[]) =>
  names.forEach((name) => host.files.set(`${DIR}/kafka/log/kafka${id}/log/${name}/0.log`, ""));
const recorded = (host: FakeHost) => JSON.parse(host.files.get(`${DIR}/stack.json`)!);
const refusal = (host: FakeHost, only?: string[]) =>
  assertRejects(() => up(host, {}, only), Failure);

/** A host on which five brokers run. */
async function running(): Promise<FakeHost> {
  const host = newHost();
  await up(host, FIVE);
  host.log.length = 0;
  return host;
}
const changes = (host: FakeHost) => host.log.filter((line) => /^(write|spawn|SIG)/.test(line));

Deno.test("bringUp() refuses to let brokers leave that have partitions, and changes nothing", async () => {
  const host = await running();
  const before = host.files.get(`${DIR}/stack.json`);
  host.partitions = [
    placed("__consumer_offsets", 0, 1, 4, 5),
    placed("t", 0, 1, 4),
    placed("t", 1, 5),
    placed("t", 2, 3),
  ];
  const { message, hint } = await refusal(host);
  assertEquals(
    message,
    "kafka4, kafka5 would leave the stack in /s, but 3 partitions have replicas there: " +
      "t-1 (only there), t-0, __consumer_offsets-0",
  );
  assertStringIncludes(hint!, "deno task up --brokers 5");
  const plan = JSON.parse(/'(.*)'/.exec(hint!)![1]!);
  assertEquals(plan.partitions, [
    { topic: "__consumer_offsets", partition: 0, replicas: [1, 2, 3] },
    { topic: "t", partition: 0, replicas: [1, 2] },
    { topic: "t", partition: 1, replicas: [3] },
  ]);
  assertEquals(changes(host), []);
  assertEquals(host.files.get(`${DIR}/stack.json`), before);
  // Single services are not started then either: their files would be written.
  assertEquals((await refusal(host, ["kafka1"])).message, message);
});

Deno.test("bringUp() looks into the directories where nothing runs", async () => {
  const host = await running();
  for (const { pid } of [...host.jvms]) await host.kill(pid, "SIGTERM");
  keep(host, 4, "t-0", "t-1.0123-delete");
  keep(host, 5, "t-2", "t-0");
  keep(host, 1, "t-2");
  host.log.length = 0;
  const { message } = await refusal(host);
  assertEquals(
    message,
    "kafka4, kafka5 would leave the stack in /s, but 2 partitions have replicas there: " +
      "t-0 (only there), t-2",
  );
  assertEquals(changes(host), []);
});

Deno.test("bringUp() looks into the directories where the ensemble does not answer", async () => {
  const host = await running();
  host.partitions = undefined as never;
  keep(host, 4, "t-0");
  assertStringIncludes((await refusal(host)).message, "kafka4 would leave");
});

Deno.test("bringUp() lets empty brokers leave, and remembers that their files are old", async () => {
  const host = await running();
  host.partitions = [placed("t", 0, 1, 2)];
  // A replica that was moved away while its broker did not run.
  keep(host, 5, "t-0");
  await up(host);
  assertEquals(host.jvms.length, 6);
  assertEquals(recorded(host).members, { brokers: [1, 2, 3], left: [4, 5] });
  for (const { pid } of [...host.jvms]) await host.kill(pid, "SIGTERM");
  await up(host);
  // Back again, it is looked at again.
  await up(host, FIVE);
  assertEquals(recorded(host).members, { brokers: [1, 2, 3, 4, 5], left: [] });
  for (const { pid } of [...host.jvms]) await host.kill(pid, "SIGTERM");
  assertStringIncludes((await refusal(host)).message, "kafka5 would leave");
});

Deno.test("a stop or a record under an edited spec does not forget the brokers that there are", async () => {
  const host = await running();
  keep(host, 5, "t-0");
  const { contextOf } = await import("../_fake_stack.ts");
  const { saveRecord } = await import("../../../../infra/engine/recording.ts");
  const { stopInOrder } = await import("../../../../infra/engine/stop.ts");
  const edited = await contextOf(host);
  await stopInOrder(edited, [...(await edited.engine.observe()).values()]);
  await saveRecord(edited, await edited.engine.observe());
  assertEquals(recorded(host).members.brokers, [1, 2, 3, 4, 5]);
  assertStringIncludes((await refusal(host)).message, "kafka5 would leave");
});

Deno.test("partitionsOf() reads names of topics with dots and dashes, and nothing that is no log", async () => {
  const host = newHost();
  keep(host, 1, "a.b-c-10", "__consumer_offsets-0", "t-0.ab-future", "t-0.ab-stray");
  host.files.set(`${DIR}/kafka/log/kafka1/log/meta.properties`, "");
  assertEquals(await partitionsOf(host, DIR, 1), ["__consumer_offsets-0", "a.b-c-10"]);
});
