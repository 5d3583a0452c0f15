import { assertEquals, assertRejects } from "@std/assert";
import { findArchives } from "../../../infra/engine/cds.ts";
import { type Host, Interrupted } from "../../../infra/engine/host.ts";
import { proven } from "./_fake_stack.ts";
import { fakeHost } from "./_fake_host.ts";

Deno.test("findArchives() ends its services when it is interrupted, and leaves no file", async () => {
  const host = fakeHost();
  const interruptible: Host = {
    ...host,
    sleep: () => Promise.reject(new Interrupted()),
    async spawnDetached(...given) {
      const pid = await host.spawnDetached(...given);
      host.stubborn.add(pid);
      return pid;
    },
  };
  const archives = () =>
    findArchives({
      ...{ host: interruptible, libs: "/libs", cache: "/cache", report: () => {}, proveAt: proven },
      java: { command: "java", major: 17, build: "17" },
    });
  await assertRejects(archives, Interrupted);
  assertEquals(host.log.filter((line) => line.startsWith("spawn")).length, 2);
  assertEquals([host.jvms, [...host.files.keys()]], [[], []]);
});
