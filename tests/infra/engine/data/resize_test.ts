import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { checkSizes } from "../../../../infra/engine/up.ts";
import { findEnsemble } from "../../../../infra/engine/data/ensemble.ts";
import { Failure } from "../../../../infra/spec/mod.ts";
import type { FakeHost } from "../_fake_host.ts";
import { contextOf, DIR, newHost, SRVR, up } from "../_fake_stack.ts";

const MARK = `${DIR}/zookeeper/data/ensemble.json`;
const data = (id: number, name = "log.1") =>
  `${DIR}/zookeeper/data/zookeeper${id}/version-2/${name}`;
const of = (zookeepers: number) => ({ zookeepers: { count: zookeepers }, brokers: { count: 1 } });
const lines = (host: FakeHost) => host.log.filter((line) => /^(spawn|SIGTERM|say )/.test(line));
const asides = (host: FakeHost) =>
  [...host.files.keys()].filter((path) => path.includes("set-aside") && path.includes("version-2"));

/** A host whose stack has run with so many ZooKeepers. */
async function hostWith(zookeepers: number): Promise<FakeHost> {
  const host = newHost();
  host.commands = (command, args) => {
    if (command !== "cp") return { code: command === "sh" ? 0 : 127, stdout: "", stderr: "" };
    const [, from, to] = args as [string, string, string];
    for (const [path, text] of [...host.files]) {
      if (path.startsWith(`${from}/`)) host.files.set(to + path.slice(from.length), text);
    }
    return { code: 0, stdout: "", stderr: "" };
  };
  await up(host, of(zookeepers));
  host.log.length = 0;
  return host;
}
const pidOf = (host: FakeHost, name: string) =>
  host.jvms.find(({ command }) => command.includes(`-Dstack.service=${name}`))?.pid;

Deno.test("bringUp() lets a larger ensemble begin with copies of ZooKeeper 1's data", async () => {
  const host = await hostWith(1);
  host.files.set(data(1), "the newest");
  // Of an ensemble of older times.
  host.files.set(data(2), "old");
  const pids = [pidOf(host, "kafka1"), pidOf(host, "zookeeper1")];
  await up(host, of(3));
  for (const id of [1, 2, 3]) assertEquals(host.files.get(data(id)), "the newest");
  assertEquals(asides(host).map((path) => host.files.get(path)), ["old"]);
  assertEquals(JSON.parse(host.files.get(MARK)!), { members: [1, 2, 3] });
  // The brokers end first: their clean shutdown needs the quorum.
  assertEquals(
    host.log.filter((line) => line.startsWith("SIG")),
    pids.map((pid) => `SIGTERM ${pid}`),
  );
  assert(lines(host).some((line) => line.includes("zookeeper2: its data is set aside: zoo")));
  assertEquals(host.jvms.length, 4);
});

Deno.test("bringUp() sets aside the data of ZooKeepers that leave, and keeps the others'", async () => {
  const host = await hostWith(3);
  host.files.set(data(1), "the newest");
  await up(host, of(1));
  assertEquals(host.files.get(data(1)), "the newest");
  assertEquals(asides(host).map((path) => host.files.get(path)), ["zookeeper2", "zookeeper3"]);
  assertEquals([host.files.has(data(2)), host.files.has(data(3))], [false, false]);
  assertEquals(host.jvms.length, 2);
});

Deno.test("bringUp() starts the old ensemble whole before it changes it", async () => {
  const host = await hostWith(3);
  for (const { pid } of [...host.jvms]) await host.kill(pid, "SIGTERM");
  host.log.length = 0;
  await up(host, of(1));
  assertEquals(lines(host).filter((line) => line.startsWith("spawn")), [
    ...["spawn zookeeper1", "spawn zookeeper2", "spawn zookeeper3"],
    ...["spawn zookeeper1", "spawn kafka1"],
  ]);
  const zooCfg = `write ${DIR}/zookeeper/conf/zookeeper1/zoo.cfg`;
  // With its own configuration, and then with the new one.
  assert(host.log.indexOf(zooCfg) > host.log.lastIndexOf("spawn zookeeper3"));
});

Deno.test("bringUp() moves nothing while the members know different things", async () => {
  const host = await hostWith(3);
  const { answer } = host;
  host.answer = (port, question) =>
    port === 2183 && question === "srvr" ? SRVR.replace("7", "6") : answer(port, question);
  const error = await assertRejects(() => up(host, of(1)), Failure);
  assertEquals(
    error.message,
    "The ensemble cannot be changed: its members do not have the same last transaction " +
      "(zookeeper1 0x100000007, zookeeper2 0x100000007, zookeeper3 0x100000006)",
  );
  assertEquals(asides(host), []);
  assertEquals(JSON.parse(host.files.get(MARK)!), { members: [1, 2, 3] });
  host.answer = answer;
  await up(host, of(1));
  assertEquals(JSON.parse(host.files.get(MARK)!), { members: [1] });
});

Deno.test("a change that was interrupted goes on, also when another is asked for by then", async () => {
  const host = await hostWith(3);
  const { rename } = host;
  host.rename = async (from, to) => {
    await rename(from, to);
    throw new Failure("interrupted");
  };
  await assertRejects(() => up(host, of(1)), Failure, "interrupted");
  assertEquals(JSON.parse(host.files.get(MARK)!), { members: [1, 2, 3], next: [1] });
  // ZooKeeper 2's data is away already: the old ensemble would be one of strangers.
  assertEquals([host.files.has(data(2)), host.files.has(data(3))], [false, true]);
  host.rename = rename;
  host.files.set(data(1), "the newest");
  await up(host, of(3));
  assertEquals(JSON.parse(host.files.get(MARK)!), { members: [1, 2, 3] });
  for (const id of [1, 2, 3]) assertEquals(host.files.get(data(id)), "the newest");
  assertEquals(asides(host).map((path) => host.files.get(path)), ["zookeeper2", "zookeeper3"]);
});

Deno.test("a half-made change is not gone on with while a ZooKeeper runs", async () => {
  const host = await hostWith(3);
  host.files.set(MARK, '{"members":[1,2,3],"next":[1]}');
  await assertRejects(() => up(host, of(1)), Failure, "is not finished");
});

Deno.test("findEnsemble() goes by the configuration where an older version left no mark", async () => {
  const host = await hostWith(3);
  host.files.delete(MARK);
  assertEquals(await findEnsemble(host, DIR), { members: [1, 2, 3] });
  host.files.set(MARK, "{");
  assertEquals(await findEnsemble(host, DIR), { members: [1, 2, 3] });
  host.files.set(`${DIR}/zookeeper/conf/zookeeper1/zoo.cfg`, "tickTime=2000\n");
  assertEquals(await findEnsemble(host, DIR), { members: [1] });
  for (const id of [1, 2, 3]) host.files.delete(data(id));
  assertEquals(await findEnsemble(host, DIR), undefined);
});

Deno.test("checkSizes() leaves a change of the ensemble to up", async () => {
  const host = await hostWith(3);
  const context = await contextOf(host, of(5));
  const { message } = await assertRejects(() => checkSizes(context), Failure);
  assertStringIncludes(message, "is one of 3, and its data has to be moved to be one of 5");
  await checkSizes(await contextOf(host, of(3)));
});

Deno.test("an empty ZooKeeper is let in when a majority that knows the topics serves", async () => {
  const host = await hostWith(3);
  for (const { pid } of [...host.jvms]) await host.kill(pid, "SIGTERM");
  await host.remove(`${DIR}/zookeeper/data/zookeeper2`);
  host.log.length = 0;
  const alone = await assertRejects(() => up(host, of(3), ["zookeeper2"]), Failure);
  assertStringIncludes(alone.message, "zookeeper2 has no data (/s/zookeeper/data/zookeeper2)");
  assertEquals(lines(host), []);
  await up(host, of(3));
  assertEquals(lines(host).filter((line) => line.startsWith("spawn")), [
    ...["spawn zookeeper1", "spawn zookeeper3", "spawn zookeeper2", "spawn kafka1"],
  ]);
});
