import { assertEquals } from "@std/assert";
import { observeAll } from "../../../../infra/engine/choose.ts";
import { observeNative } from "../../../../infra/engine/native/native.ts";
import { answering, contextOf, DIR, newHost, up } from "../_fake_stack.ts";

const ALL = ["kafka1", "kafka2", "kafka3", "zookeeper1", "zookeeper2", "zookeeper3"];
const names = async (
  host: ReturnType<typeof newHost>,
  dir: string,
) => [...(await observeNative(host, dir)).keys()];

Deno.test("observeNative() finds a stack by any name of its directory, and no other", async () => {
  const host = newHost();
  await up(host);
  host.files.set("/s x/stack.json", "");
  host.links.set("/link", DIR);
  assertEquals(await names(host, DIR), ALL);
  assertEquals(await names(host, "/link"), ALL);
  for (const other of ["/s x", "/", "/s/kafka", "/never"]) {
    assertEquals(await names(host, other), []);
  }
});

Deno.test("observeNative() takes no directory whose name begins like another's", async () => {
  const host = newHost();
  await up(host);
  // As /proc has the arguments of a process of the version before, in "/s x".
  const plain = ["-Dstack.dir=/s x", "-Dstack.service=kafka9", "-Dstack.fingerprint=f"];
  host.jvms.push({ pid: 9, startTime: "1", memoryBytes: 1, command: ["java", ...plain] });
  host.files.set("/s x/stack.json", "");
  assertEquals(await names(host, DIR), ALL);
  assertEquals(await names(host, "/s x"), ["kafka9"]);
});

Deno.test("observeNative() finds what the version before started, through a link too", async () => {
  const host = newHost();
  await up(host);
  host.links.set("/link", DIR);
  const plain = (dir: string, name: string) => [
    ...["java", `-Dstack.dir=${dir}`, `-Dstack.service=${name}`, "-Dstack.fingerprint=f"],
  ];
  host.jvms.length = 0;
  const jvm = { startTime: "1", memoryBytes: 1 };
  host.jvms.push({ ...jvm, pid: 7, command: plain(DIR, "kafka1") });
  host.jvms.push({ ...jvm, pid: 8, command: plain("/link", "kafka2") });
  assertEquals(await names(host, DIR), ["kafka1", "kafka2"]);
});

Deno.test("observeNative() finds the processes of a directory that was moved, by its record", async () => {
  const host = newHost();
  await up(host);
  await host.rename(DIR, "/moved");
  assertEquals(await names(host, "/moved"), ALL);
  // Another directory, with a record of processes that have ended.
  const record = JSON.parse(host.files.get("/moved/stack.json")!);
  for (const service of Object.values<{ startTime: string }>(record.services)) {
    service.startTime = "before";
  }
  host.files.set("/copy/stack.json", JSON.stringify(record));
  assertEquals(await names(host, "/copy"), []);
});

Deno.test("observeAll() sees the services of every engine before a directory is deleted", async () => {
  const host = answering(newHost());
  await up(host);
  const containers = JSON.stringify([{
    Id: "c1",
    State: { Pid: 7, StartedAt: "2026-01-01T00:00:00Z" },
    Config: { Labels: { "stack.dir": DIR, "stack.service": "kafka_client" } },
  }]);
  host.commands = (_, args) => ({
    code: 0,
    stdout: args.join(" ").includes("docker inspect") ? containers : "",
    stderr: "",
  });
  const { record } = await contextOf(host);
  assertEquals(await observeAll(host, DIR, record), ["kafka_client", ...ALL]);
});
