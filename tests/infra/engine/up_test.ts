import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { saveRecord } from "../../../infra/engine/recording.ts";
import { stopInOrder } from "../../../infra/engine/stop.ts";
import { bringUp } from "../../../infra/engine/up.ts";
import { Failure } from "../../../infra/spec/mod.ts";
import { answering, contextOf, DIR, newHost, proven, up } from "./_fake_stack.ts";

const ALL = ["zookeeper1", "zookeeper2", "zookeeper3", "kafka1", "kafka2", "kafka3"];
/** What the fake proof tells. */
const CLUSTER = { clusterId: "cluster-1", controllerId: 1 };
const spawned = (log: readonly string[]) =>
  log.filter((line) => line.startsWith("spawn ")).map((line) => line.slice(6));

Deno.test("bringUp() starts all services at once and records each with pid and start time", async () => {
  const host = newHost();
  assertEquals(await up(host), { started: ALL, kept: [], cluster: CLUSTER });
  assertEquals(spawned(host.log), ALL);
  const { clusterId, services, bootstrapServers } = JSON.parse(
    host.files.get(`${DIR}/stack.json`)!,
  );
  assertEquals(clusterId, "cluster-1");
  assertEquals(bootstrapServers, "127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094");
  assertEquals(Object.keys(services), ALL);
  assertEquals(services.kafka1.pid, host.jvms[3]!.pid);
  assertEquals(services.kafka1.startTime, host.jvms[3]!.startTime);
});

Deno.test("bringUp() writes its flags down before it writes or starts anything else", async () => {
  const host = newHost();
  const context = { ...await contextOf(host), overrides: { portOffset: 100 } };
  const written: unknown[] = [];
  const { writeText } = host;
  host.writeText = (path, content, mode) => {
    if (path === `${DIR}/stack.json`) written.push(JSON.parse(content).overrides);
    return writeText(path, content, mode);
  };
  await bringUp(context, { timeoutMs: 10_000, prove: proven });
  assertEquals(written[0], { portOffset: 100 });
  const changes = host.log.filter((line) => /^(write|spawn)/.test(line));
  assertEquals(changes[0], `write ${DIR}/stack.json`);
});

Deno.test("bringUp() again starts, stops and writes nothing", async () => {
  const host = newHost();
  await up(host);
  host.log.length = 0;
  assertEquals(await up(host), { started: [], kept: ALL, cluster: CLUSTER });
  assertEquals(host.log.filter((line) => /^(spawn|SIG)/.test(line)), []);
  assertEquals(host.log.filter((line) => /^write/.test(line)), [`write ${DIR}/stack.json`]);
});

Deno.test("bringUp() finds JVMs whose task was killed before it wrote down their pids", async () => {
  const host = newHost();
  await up(host);
  host.files.delete(`${DIR}/stack.json`);
  host.log.length = 0;
  assertEquals(await up(host), { started: [], kept: ALL, cluster: CLUSTER });
  assertEquals(spawned(host.log), []);
  assertEquals(Object.keys(JSON.parse(host.files.get(`${DIR}/stack.json`)!).services), ALL);
});

Deno.test("bringUp() starts only what is missing", async () => {
  const host = newHost();
  await up(host);
  host.log.length = 0;
  await host.kill(host.jvms[4]!.pid, "SIGKILL");
  const { started } = await up(host);
  assertEquals(started, ["kafka2"]);
});

Deno.test("bringUp() restarts one broker after another where their settings changed", async () => {
  const host = newHost();
  await up(host);
  host.log.length = 0;
  const spec = { brokers: { each: { 2: { config: { "num.io.threads": 4 } } } } };
  assertEquals((await up(host, spec)).started, ["kafka2"]);
  assertEquals(spawned(host.log), ["kafka2"]);
  host.log.length = 0;
  await up(host, { brokers: { config: { "num.io.threads": 5 } } });
  const turns = host.log.filter((line) => /^(spawn|SIGTERM)/.test(line)).map((l) =>
    l.split(" ")[0]
  );
  assertEquals(turns, ["SIGTERM", "spawn", "SIGTERM", "spawn", "SIGTERM", "spawn"]);
});

Deno.test("bringUp() stops services that the spec has no more", async () => {
  const host = newHost();
  await up(host, { brokers: { count: 4 } });
  await up(host);
  assertEquals(host.jvms.length, 6);
});

Deno.test("bringUp() waits until ZooKeeper ended the session of a killed broker", async () => {
  const host = newHost();
  host.files.set(
    `${DIR}/kafka/log/kafka2/log/meta.properties`,
    "version=0\nbroker.id=2\ncluster.id=c\n",
  );
  for (const id of [1, 2, 3]) {
    host.files.set(`${DIR}/zookeeper/data/zookeeper${id}/version-2/log.1`, "");
  }
  const { answer } = host;
  let registered = true;
  host.answer = (port, question) =>
    question === "dump" && registered ? "\t/brokers/ids/2\n" : answer(port, question);
  host.onTime = (passed) => registered = passed < 2000;
  await up(host);
  assertEquals(spawned(host.log), ALL.filter((name) => name !== "kafka2").concat("kafka2"));
  assert(host.log.includes("say waits for ZooKeeper to end the sessions of kafka2, killed before"));
});

Deno.test("bringUp() starts a cleanly stopped broker beside the others", async () => {
  const host = newHost();
  host.files.set(
    `${DIR}/kafka/log/kafka2/log/meta.properties`,
    "version=0\nbroker.id=2\ncluster.id=c\n",
  );
  host.files.set(`${DIR}/kafka/log/kafka2/log/.kafka_cleanshutdown`, "{}");
  for (const id of [1, 2, 3]) {
    host.files.set(`${DIR}/zookeeper/data/zookeeper${id}/version-2/log.1`, "");
  }
  await up(host);
  assertEquals(spawned(host.log), ALL);
});

Deno.test("bringUp() says which JVM ended while it started, and what this start wrote of the reason", async () => {
  const host = newHost();
  const log = `${DIR}/kafka/log/kafka3/server.log`;
  const entry = (text: string) => `[2026-11-25 10:00:00,000] ERROR ${text} (kafka.Kafka$)\n`;
  host.files.set(log, entry("of the run before"));
  const answer = host.answer;
  host.answer = (port, question) => port === 9094 ? undefined : answer(port, question);
  host.onTime = () => {
    const index = host.jvms.findIndex(({ command }) => command.includes("-Dstack.service=kafka3"));
    if (index < 0) return;
    host.jvms.splice(index, 1);
    const text = entry("Exiting Kafka") + "java.lang.OutOfMemoryError: Java heap space\n\tat x.Y\n";
    host.files.set(log, host.files.get(log)! + text + entry("later"));
  };
  const error = await assertRejects(() => up(host), Failure);
  assertEquals(
    error.message,
    "kafka3 ended while it started: its Java heap is too small\n" +
      "  | [2026-11-25 10:00:00,000] ERROR Exiting Kafka (kafka.Kafka$)\n" +
      "  | java.lang.OutOfMemoryError: Java heap space",
  );
  assertStringIncludes(error.hint!, "Raise heap in infra/stack.ts.\nThe whole log: deno task logs");
});

Deno.test("bringUp() says on a time-out what was last seen", async () => {
  const host = answering(newHost());
  const answer = host.answer;
  host.answer = (port, question) =>
    port === 2182 ? "This ZooKeeper instance is not currently serving" : answer(port, question);
  const context = await contextOf(host);
  const error = await assertRejects(
    () => bringUp(context, { timeoutMs: 1, prove: proven }),
    Failure,
  );
  assertStringIncludes(error.message, "zookeeper2 was not ready in time: it waits for the quorum");
});

Deno.test("bringUp() does not count the time that fetching takes", async () => {
  const host = newHost();
  const context = await contextOf(host);
  const { answer } = host;
  host.answer = (port, question) =>
    host.now() < Number(host.jvms[0]?.startTime) + 5000 ? undefined : answer(port, question);
  const fetchFiles = () => host.sleep(1_000_000);
  const { started } = await bringUp({ ...context, fetchFiles }, {
    timeoutMs: 10_000,
    prove: proven,
  });
  assertEquals(started.length, 6);
});

Deno.test("bringUp() checks ports, disk and data before it starts or writes anything", async () => {
  const host = newHost();
  host.taken.add(9093);
  const taken = await assertRejects(() => up(host), Failure);
  assertEquals(
    taken.message,
    "Cannot start kafka2: port 9093 (CLIENT) is in use by process 4711 (java)",
  );
  host.taken.clear();
  host.freeBytes = 10 * 1024 ** 2;
  const full = await assertRejects(() => up(host), Failure);
  assertEquals(
    full.message,
    "The disk of /s is almost full: 10 MiB of 204800 MiB free, needed 1024 MiB",
  );
  assertEquals(host.log.filter((line) => /^(spawn|write)/.test(line)), []);
});

Deno.test("bringUp() names the stack whose service has the port", async () => {
  const host = newHost();
  await up(host);
  host.jvms.forEach((jvm, i) => host.jvms[i] = { ...jvm, pid: i === 3 ? 4711 : jvm.pid });
  host.taken.add(9092);
  const context = await contextOf(host);
  const other = {
    ...context,
    dir: "/other",
    engine: { ...context.engine, observe: () => Promise.resolve(new Map()) },
  };
  const error = await assertRejects(
    () => bringUp(other, { timeoutMs: 1000, prove: proven }),
    Failure,
  );
  assertEquals(
    error.message,
    "Cannot start kafka1: port 9092 (CLIENT) is in use by kafka1 of the stack in /s (process 4711)",
  );
});

Deno.test("stopInOrder() stops brokers first, and kills what does not end in its time", async () => {
  const host = newHost();
  await up(host);
  const context = await contextOf(host);
  const [zookeeper1] = host.jvms;
  host.stubborn.add(zookeeper1!.pid);
  host.log.length = 0;
  const pids = host.jvms.map(({ pid }) => pid);
  await stopInOrder(context, [...(await context.engine.observe()).values()]);
  await saveRecord(context, await context.engine.observe());
  assertEquals(host.log.filter((line) => line.startsWith("SIG")), [
    ...pids.slice(3).map((pid) => `SIGTERM ${pid}`),
    ...pids.slice(0, 3).map((pid) => `SIGTERM ${pid}`),
    `SIGKILL ${zookeeper1!.pid}`,
  ]);
  assertEquals(JSON.parse(host.files.get(`${DIR}/stack.json`)!).services, {});
});

Deno.test("stopInOrder() says what even SIGKILL does not end, and stops all else", async () => {
  const host = newHost();
  await up(host);
  const context = await contextOf(host);
  const running = await context.engine.observe();
  const { pid } = running.get("kafka2")!;
  host.unkillable.add(pid);
  const error = await assertRejects(() => stopInOrder(context, [...running.values()]), Failure);
  assertEquals(error.message, `kafka2 (process ${pid}) does not end, even when killed`);
  assertStringIncludes(error.hint!, `ps -o pid,stat,wchan -p ${pid}`);
  assertEquals([...(await context.engine.observe()).keys()], ["kafka2"]);
});

Deno.test("stop() never signals a process that got the pid of a service", async () => {
  const host = newHost();
  await up(host);
  const { engine } = await contextOf(host);
  const running = [...(await engine.observe()).values()];
  host.jvms.forEach((jvm, i) => host.jvms[i] = { ...jvm, startTime: "later" });
  host.log.length = 0;
  await engine.stop(running, () => 0);
  assertEquals(host.log.filter((line) => line.startsWith("SIG")), []);
});

Deno.test("bringUp() proves the cluster of the brokers that are to run, and none without any", async () => {
  const host = newHost();
  const asked: unknown[] = [];
  const start = async (...only: string[]) => {
    const prove = (brokers: unknown) => {
      asked.push(brokers);
      return proven();
    };
    return await bringUp(await contextOf(host), { timeoutMs: 10_000, prove, only });
  };
  const { cluster, started } = await start("zookeeper1", "zookeeper2");
  assertEquals([cluster, started, asked], [undefined, ["zookeeper1", "zookeeper2"], []]);
  assertEquals((await start("kafka2")).cluster, CLUSTER);
  await start("kafka1", "kafka3");
  assertEquals(asked, [
    { ids: [2], controllers: [], all: false },
    { ids: [1, 2, 3], controllers: [], all: true },
  ]);
});
