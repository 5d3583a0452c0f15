import { assertEquals } from "@std/assert";
import { stackStatus } from "../../../infra/engine/status.ts";
import { contextOf, newHost, up } from "./_fake_stack.ts";

const VIEW = {
  clusterId: "c",
  controllerId: 2,
  brokers: [1, 2, 3],
  offline: 0,
  underReplicated: 0,
  untold: [],
  silent: [],
};

Deno.test("stackStatus() says what each service does, and that nothing is wrong", async () => {
  const host = newHost();
  await up(host);
  const context = await contextOf(host);
  const running = await context.engine.observe();
  const status = await stackStatus(context, running, () => Promise.resolve(VIEW));
  assertEquals([status.healthy, status.problems], [true, []]);
  assertEquals(status.services.map(({ health }) => health), [
    ...["follower", "follower", "follower"],
    ...["registered", "controller", "registered"],
  ]);
});

Deno.test("stackStatus() names what is wrong: a service, a container, the cluster", async () => {
  const host = newHost();
  await up(host);
  await host.kill(host.jvms[5]!.pid, "SIGKILL");
  const context = await contextOf(host);
  const running = new Map(
    [...await context.engine.observe()].map(([name, service]) => [name, {
      ...service,
      container: { id: name, health: name === "kafka1" ? "unhealthy" : "healthy" },
    }]),
  );
  const { services, problems } = await stackStatus(
    context,
    running,
    () => Promise.resolve({ ...VIEW, brokers: [1, 2], underReplicated: 2 }),
  );
  assertEquals(problems, [
    "kafka1: its container's health check fails",
    "kafka3: not running",
    "cluster: 2 partitions under-replicated",
  ]);
  assertEquals(services.map(({ container }) => container), [
    ...["healthy", "healthy", "healthy", "unhealthy", "healthy"],
    undefined,
  ]);
});

Deno.test("stackStatus() asks the engine for memory only of services that it does not see", async () => {
  const host = newHost();
  await up(host);
  const context = await contextOf(host);
  const asked: string[][] = [];
  const statusWith = async (unseen: readonly string[]) => {
    const running = new Map(
      [...await context.engine.observe()].map(([name, service]) => {
        const { memoryBytes: _, ...rest } = service;
        return [name, unseen.includes(name) ? rest : service];
      }),
    );
    const memory = (services: readonly { name: string }[]) => {
      asked.push(services.map(({ name }) => name));
      return Promise.resolve(new Map(services.map(({ name }) => [name, 7])));
    };
    const engine = { ...context.engine, memory };
    return await stackStatus({ ...context, engine }, running, () => Promise.resolve(VIEW));
  };
  await statusWith([]);
  const { services } = await statusWith(["kafka2"]);
  assertEquals(asked, [["kafka2"]]);
  assertEquals(services.map(({ memoryBytes }) => memoryBytes), [
    ...Array(4).fill(1024 ** 2),
    ...[7, 1024 ** 2],
  ]);
});

Deno.test("stackStatus() names a broker that is registered and does not answer", async () => {
  const host = newHost();
  await up(host);
  const silent = [{ address: "127.0.0.1:9093", reason: "no answer in time" }];
  const untold = [{ topic: "t", reason: "There is no leader" }];
  const context = await contextOf(host);
  const { services, problems } = await stackStatus(
    context,
    await context.engine.observe(),
    () => Promise.resolve({ ...VIEW, silent, untold }),
  );
  assertEquals(problems, [
    "kafka2: does not answer (no answer in time)",
    "cluster: topic t is not known: There is no leader",
  ]);
  assertEquals(services.find(({ name }) => name === "kafka2")!.healthy, false);
});

Deno.test("stackStatus() says that the quorum of controllers is lost, and what that means", async () => {
  const context = await contextOf(newHost(), { mode: "kraft" });
  const leaderless = { ...VIEW, controllerId: undefined };
  const problemsWith = async (view: typeof VIEW | typeof leaderless, ...names: string[]) => {
    const running = new Map(
      names.map((name) => [name, { name, pid: 1, startTime: "1", fingerprint: "" }]),
    );
    return (await stackStatus(context, running, () => Promise.resolve(view))).problems.at(-1);
  };
  for (const view of [VIEW, leaderless]) {
    assertEquals(
      await problemsWith(view, "kafka2"),
      "cluster: the quorum is lost: 1 of 3 controllers run, 2 must; until then brokers that run " +
        "serve what they lead, and nothing can be created, altered or elected",
    );
  }
  assertEquals(
    await problemsWith(leaderless, "kafka1", "kafka2"),
    "cluster: there is no controller",
  );
});
