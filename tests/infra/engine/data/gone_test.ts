import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Failure } from "../../../../infra/spec/mod.ts";
import type { FakeHost } from "../_fake_host.ts";
import { contextOf, DIR, newHost, up } from "../_fake_stack.ts";
import { bringUp } from "../../../../infra/engine/up.ts";
import { proven } from "../_fake_stack.ts";

const ONLY_THERE = { topic: "t", partition: 0, replicas: [2], isr: [2] };
const BEHIND = { topic: "t", partition: 1, replicas: [2, 3], isr: [2] };
const SAFE = { topic: "t", partition: 2, replicas: [1, 2], isr: [1, 2] };

/** A host whose kafka2 has lost its data directory while nothing ran. */
async function hostWithout(stop = true): Promise<FakeHost> {
  const host = newHost();
  await up(host);
  if (stop) { for (const { pid } of [...host.jvms]) await host.kill(pid, "SIGTERM"); }
  await host.remove(`${DIR}/kafka/log/kafka2`);
  host.log.length = 0;
  return host;
}
const spawned = (host: FakeHost) => host.log.filter((line) => line.startsWith("spawn kafka"));
const says = (host: FakeHost) => host.log.filter((line) => line.includes("is gone"));

Deno.test("bringUp() starts no broker whose data is gone while something was only there", async () => {
  const host = await hostWithout();
  host.partitions = [ONLY_THERE, SAFE];
  const { message, hint } = await assertRejects(() => up(host), Failure);
  assertEquals(
    message,
    "kafka2's data directory is gone (/s/kafka/log/kafka2/log), " +
      "and 1 partition had no replica elsewhere: t-0",
  );
  assertStringIncludes(hint!, "deno task start kafka2");
  // The others run.
  assertEquals(spawned(host), ["spawn kafka1", "spawn kafka3"]);
  // All, without a name, is not what the hint says.
  await assertRejects(() => up(host, {}, ["kafka1", "kafka2", "kafka3"]), Failure);
});

Deno.test("bringUp() never lets a broker begin empty that would lead, named or not", async () => {
  const host = await hostWithout();
  host.partitions = [ONLY_THERE, BEHIND, SAFE];
  for (const named of [false, true]) {
    const only = ["zookeeper1", "zookeeper2", "zookeeper3", "kafka1", "kafka2"];
    const options = { timeoutMs: 10_000, prove: proven, only, named };
    const context = await contextOf(host);
    const { message, hint } = await assertRejects(() => bringUp(context, options), Failure);
    assertEquals(
      message,
      "kafka2's data directory is gone (/s/kafka/log/kafka2/log), and no other broker is known " +
        "to have all records of 1 partition that were there: t-1",
    );
    assertStringIncludes(
      hint!,
      "kafka-leader-election --election-type unclean --all-topic-partitions " +
        "--bootstrap-server 127.0.0.1:9092\nand then: deno task start kafka2",
    );
  }
  assertEquals(spawned(host), ["spawn kafka1"]);
});

Deno.test("bringUp() lets it begin empty when the others have all, or it is named", async () => {
  const host = await hostWithout();
  host.partitions = [SAFE];
  await up(host);
  assertEquals(says(host), [
    "say kafka2: the data directory is gone (/s/kafka/log/kafka2/log); it begins empty and copies 1 partition from the others",
  ]);
  assertEquals(spawned(host).length, 3);

  const named = await hostWithout();
  named.partitions = [ONLY_THERE];
  const context = await contextOf(named);
  await bringUp(context, {
    ...{ timeoutMs: 10_000, prove: proven },
    ...{ only: ["zookeeper1", "zookeeper2", "zookeeper3", "kafka2"], named: true },
  });
  assertEquals(says(named), [
    "say kafka2: the data directory is gone (/s/kafka/log/kafka2/log); 1 partition begins empty: t-0",
  ]);
});

Deno.test("bringUp() says when a broker runs whose directory was deleted", async () => {
  const host = await hostWithout(false);
  host.partitions = [ONLY_THERE, SAFE];
  const { message, hint } = await assertRejects(() => up(host), Failure);
  assertEquals(
    message,
    "kafka2 runs, but its data directory was deleted (/s/kafka/log/kafka2/log); only there: t-0",
  );
  assertStringIncludes(hint!, "deno task stop kafka2");
  // Others can be started all the same.
  await up(host, {}, ["kafka1"]);
});

Deno.test("bringUp() waits for the session of a broker that ended when its directory was deleted", async () => {
  const host = await hostWithout(false);
  const { pid } = host.jvms.find(({ command }) => command.includes("-Dstack.service=kafka2"))!;
  await host.kill(pid, "SIGKILL");
  const { answer } = host;
  let registered = true;
  host.answer = (port, question) =>
    question === "dump" && registered ? "\t/brokers/ids/2\n" : answer(port, question);
  const begin = host.now();
  host.onTime = () => registered = host.now() < begin + 2000;
  await up(host);
  assert(host.log.includes("say waits for ZooKeeper to end the sessions of kafka2, killed before"));
});

Deno.test("a broker that is new in the stack has no data that could be gone", async () => {
  const host = newHost();
  await up(host, { brokers: { count: 2 } });
  await up(host);
  assertEquals(says(host), []);
});
