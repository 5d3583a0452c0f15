import { assertEquals, assertRejects } from "@std/assert";
import { findArchives } from "../../../../infra/engine/native/cds.ts";
import { type Host, Interrupted } from "../../../../infra/engine/host/host.ts";
import { proven } from "../_fake_stack.ts";
import { fakeHost } from "../_fake_host.ts";

Deno.test("findArchives() starts what ends with the task, and leaves no file when that is interrupted", async () => {
  const host = fakeHost();
  let temporary = 0;
  const interruptible: Host = {
    ...host,
    sleep: () => Promise.reject(new Interrupted()),
    spawnTemporary(...given) {
      temporary++;
      return host.spawnDetached(...given);
    },
  };
  const archives = () =>
    findArchives({
      stack: { mode: "zookeeper", kafkaVersion: "3.9.2" },
      ...{ host: interruptible, libs: "/libs", cache: "/cache", report: () => {}, proveAt: proven },
      java: { command: "java", major: 17, build: "17" },
    });
  await assertRejects(archives, Interrupted);
  assertEquals([temporary, host.jvms.length], [2, 2]);
  assertEquals([...host.files.keys()], []);
});

Deno.test("findArchives() takes the archives that another task has made meanwhile", async () => {
  const host = fakeHost();
  const said: string[] = [];
  let made: string | undefined;
  const late: Host = {
    ...host,
    // The other one is done before this has begun.
    spawnTemporary: () => {
      made ??= [...host.files.keys()].map((path) => /^(\/cache\/cds-[^./]+)/.exec(path)?.[1])
        .find((path) => path !== undefined);
      host.files.set(`${made}/broker.jsa`, "");
      return Promise.reject(new Error("Directory not empty"));
    },
  };
  const archives = await findArchives({
    stack: { mode: "zookeeper", kafkaVersion: "3.9.2" },
    ...{ host: late, libs: "/libs", cache: "/cache", proveAt: proven },
    report: (_, text) => void said.push(text),
    java: { command: "java", major: 17, build: "17" },
  });
  assertEquals(archives({ roles: ["broker"] } as never), `${made}/broker.jsa`);
  assertEquals(said, ["making archives of Kafka's classes for a fast start (once)"]);
});
