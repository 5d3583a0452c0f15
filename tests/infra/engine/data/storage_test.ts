import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  keepProven,
  keepStorage,
  type KeptStorage,
  storageOf,
} from "../../../../infra/engine/data/storage.ts";
import type { Host } from "../../../../infra/engine/host/host.ts";
import { defineStack, Failure, type Stack } from "../../../../infra/spec/mod.ts";
import { fakeHost } from "../_fake_host.ts";

const FILE = "/s/kafka/log/storage.json";
const STACK = defineStack({ dir: "/s", mode: "kraft" });
const META = "version=1\nnode.id=1\ndirectory.id=d1\ncluster.id=CCC\n";

const prove = (host: Host, stack: Stack, storage: KeptStorage) =>
  keepProven({ host, dir: "/s", stack }, {
    storage,
    renderWith: ({ voters }) => ({
      directories: [],
      services: [],
      artifacts: [{ path: "format.sh", content: `# Generated for ${Object.keys(voters ?? {})}` }],
    }),
    changeVoters: () => Promise.resolve(),
  });

Deno.test("storageOf() makes ids for a stack that has none, which are not kept yet", async () => {
  const host = fakeHost();
  const { clusterId, voters } = await storageOf(host, "/s", STACK, false);
  assertMatch(clusterId, /^[\w-]{22}$/);
  assertEquals(Object.keys(voters!), ["1", "2", "3"]);
  assertEquals(host.files.has(FILE), false);
});

Deno.test("keepStorage() keeps them before anything is formatted, and no other task's", async () => {
  const host = fakeHost();
  const storage = await storageOf(host, "/s", STACK, false);
  await keepStorage(host, "/s", storage);
  assertEquals(await storageOf(host, "/s", STACK, false), storage);
  const other = await storageOf(fakeHost(), "/s", STACK, false);
  const { message } = await assertRejects(() => keepStorage(host, "/s", other), Failure);
  assertEquals(message, "Another task has begun a cluster in /s meanwhile");
});

Deno.test("keepProven() lets what is formatted from then on join the quorum that there is", async () => {
  const host = fakeHost();
  await prove(host, STACK, { clusterId: "CCC", voters: { 1: "d1" } });
  // Also where a container formats by itself.
  assertEquals(host.files.get("/s/format.sh"), "# Generated for ");
  assertEquals(await storageOf(host, "/s", STACK, false), {
    clusterId: "CCC",
    ports: { 1: 9392, 2: 9393, 3: 9394 },
  });
});

Deno.test("storageOf() goes by the data where its file is gone", async () => {
  const host = fakeHost();
  host.files.set("/s/kafka/log/kafka1/log/meta.properties", META);
  assertEquals(await storageOf(host, "/s", STACK, false), { clusterId: "CCC" });
  host.files.set(FILE, "{");
  const { message } = await assertRejects(() => storageOf(host, "/s", STACK, false), Failure);
  assertEquals(message, `${FILE} is damaged: it has no clusterId`);
});

Deno.test("storageOf() has voters listen at the ports that the quorum knows, until they have moved", async () => {
  const host = fakeHost();
  await prove(host, STACK, { clusterId: "CCC" });
  const moved = defineStack({ dir: "/s", mode: "kraft", portOffset: 40 });
  const storage = await storageOf(host, "/s", moved, false);
  assertEquals(storage.formerPorts, { 1: 9392, 2: 9393, 3: 9394 });
  await prove(host, moved, storage);
  // As long as they run they keep both: to take one away would be a restart.
  assertEquals((await storageOf(host, "/s", moved, true)).formerPorts, storage.formerPorts);
  assertEquals((await storageOf(host, "/s", moved, false)).formerPorts, undefined);
});
