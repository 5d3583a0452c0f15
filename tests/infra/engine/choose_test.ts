import { assertEquals, assertRejects } from "@std/assert";
import { type ChoiceOptions, chooseEngine } from "../../../infra/engine/choose.ts";
import { Failure } from "../../../infra/spec/mod.ts";
import { type FakeHost, fakeHost } from "./_fake_host.ts";
import { contextOf, newHost, up } from "./_fake_stack.ts";

const record = async (host: FakeHost) => (await contextOf(host)).record;

/** A host on which Docker answers; `containers` is what `docker inspect` prints. */
function dockerHost(containers = ""): FakeHost {
  const host = newHost();
  host.commands = (command, args) => {
    const line = args.join(" ");
    const stdout = command === "sh"
      ? line.includes("docker inspect") ? containers : ""
      : command !== "docker"
      ? undefined
      : args[0] === "info"
      ? "28.2.2 8000000000"
      : "2.32.4";
    return stdout === undefined
      ? { code: 127, stdout: "", stderr: "" }
      : { code: 0, stdout, stderr: "" };
  };
  return host;
}

const CONTAINER = JSON.stringify([{
  Id: "c1",
  State: { Pid: 7, StartedAt: "2026-01-01T00:00:00Z" },
  Config: { Labels: { "stack.dir": "/s", "stack.service": "kafka1" } },
}]);

const choose = async (host: FakeHost, options: Partial<ChoiceOptions> = {}) => {
  const { runtime, why } = await chooseEngine({
    ...{
      host,
      dir: "/s",
      record: await record(host),
      asked: undefined,
      purpose: "start",
      heapMiB: 1920,
    },
    ...options,
  });
  return { engine: runtime.name, why };
};

Deno.test("chooseEngine() takes Docker where it can be used, else says why not", async () => {
  assertEquals(await choose(dockerHost()), {
    engine: "docker",
    why: "Docker 28.2.2 and docker compose 2.32.4 are there",
  });
  assertEquals(await choose(fakeHost()), { engine: "native", why: "there is no docker command" });
  const refusing = fakeHost();
  refusing.commands = () => ({ code: 1, stdout: "", stderr: "permission denied" });
  assertEquals(await choose(refusing), {
    engine: "native",
    why: "Docker's socket refuses this user (Join its group and log in again: " +
      "sudo usermod -aG docker $USER)",
  });
});

Deno.test("chooseEngine() does what was asked for, or says why it cannot", async () => {
  assertEquals((await choose(dockerHost(), { asked: "native" })).engine, "native");
  const error = await assertRejects(() => choose(fakeHost(), { asked: "docker" }), Failure);
  assertEquals(error.message, "The docker engine cannot be used: there is no docker command");
  assertEquals(error.hint?.includes("--engine native"), true);
  // Files for a Docker that is elsewhere.
  assertEquals(await choose(fakeHost(), { asked: "docker", purpose: "write" }), {
    engine: "docker",
    why: "it was asked for",
  });
});

Deno.test("chooseEngine() stays with the engine that runs, and refuses the other", async () => {
  const docker = dockerHost(CONTAINER);
  const runs = { engine: "docker", why: "the stack runs on it" } as const;
  assertEquals(await choose(docker), runs);
  assertEquals(await choose(docker, { asked: "auto" }), runs);
  assertEquals(await choose(docker, { purpose: "look" }), runs);
  const refused = await assertRejects(() => choose(docker, { asked: "native" }), Failure);
  assertEquals(
    refused.message,
    "The stack in /s runs on the docker engine (kafka1): native cannot start it too",
  );
  const native = newHost();
  await up(native);
  assertEquals((await choose(native)).engine, "native");
  await assertRejects(() => choose(native, { asked: "docker" }), Failure, "runs on the native");
});

Deno.test("chooseEngine() asks no Docker for a task that starts nothing", async () => {
  const host = dockerHost();
  assertEquals((await choose(host, { purpose: "look" })).engine, "native");
  assertEquals(host.log.filter((line) => line.startsWith("run docker")), []);
});
