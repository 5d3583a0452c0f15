import { assertEquals, assertRejects } from "@std/assert";
import { dockerEngine } from "../../../../infra/engine/docker/docker.ts";
import { observeDocker } from "../../../../infra/engine/docker/docker_containers.ts";
import type { CommandResult } from "../../../../infra/engine/host/host.ts";
import { renderDocker } from "../../render/_render.ts";
import { defineStack, Failure } from "../../../../infra/spec/mod.ts";
import { type FakeHost, fakeHost } from "../_fake_host.ts";

const { services } = renderDocker(defineStack({}), "/s", {
  user: "1000:1000",
  clientImage: "client:1",
  root: "/src",
});
const some = (...names: string[]) => services.filter(({ name }) => names.includes(name));

/** A host whose docker answers by the first word of the command; what is not named succeeds. */
function dockerHost(answers: Readonly<Record<string, Partial<CommandResult>>> = {}): FakeHost {
  const host = fakeHost();
  host.commands = (_, args) => ({
    ...{ code: 0, stdout: "", stderr: "" },
    ...answers[Object.keys(answers).find((word) => args.join(" ").includes(word)) ?? ""],
  });
  return host;
}

/** The engine on a host, and what it reported and ran. */
function engineOn(host: FakeHost) {
  const said: string[] = [];
  const engine = dockerEngine({
    ...{ host, dir: "/s", project: "kafka-stack" },
    docker: () =>
      Promise.resolve({
        version: "28.2.2",
        compose: ["docker", "compose"],
        composeVersion: "2.32.4",
      }),
    build: () => Promise.resolve(void said.push("builds")),
    report: (_, text) => void said.push(text),
  });
  const ran = () => host.log.map((line) => line.replace("run ", ""));
  return { engine, said, ran };
}

const inspected = (name: string, state: object, labels: object = {}) => ({
  Id: `id-${name}`,
  State: { Pid: 7, StartedAt: "2026-01-01T00:00:00Z", ...state },
  Config: {
    Labels: {
      ...{ "stack.dir": "/s", "stack.service": name },
      "stack.fingerprint": "f",
      ...labels,
    },
  },
});

/** A record with kafka2 as {@linkcode inspected} describes it. */
const recorded = {
  ...{ version: 1, name: "kafka-stack", engine: "docker", mode: "zookeeper" },
  ...{ kafkaVersion: "3.9.2", bootstrapServers: "a:1", zookeeperConnect: "a:2", overrides: {} },
  services: {
    kafka2: {
      ...{ pid: 7, startTime: "2026-01-01T00:00:00Z" },
      since: "2026-01-01T00:00:00Z",
    },
  },
};

Deno.test("observeDocker() shows what runs, and not what restarts again and again", async () => {
  const host = dockerHost({
    "docker inspect": {
      stdout: JSON.stringify([
        inspected("kafka2", { Pid: 8, Health: { Status: "healthy" } }),
        inspected("kafka1", { Pid: 7 }),
        inspected("kafka3", { Pid: 0 }),
        inspected("kafka4", {}, { "stack.dir": "/s 2" }),
      ]),
    },
    statm: { stdout: "7 1000 50 1 1 0 1 0\n" },
  });
  assertEquals([...(await observeDocker(host, "/s")).values()], [
    {
      ...{ name: "kafka1", pid: 7, memoryBytes: 50 * 4096, fingerprint: "f" },
      startTime: "2026-01-01T00:00:00Z",
      since: "2026-01-01T00:00:00Z",
      container: { id: "id-kafka1", health: undefined },
    },
    {
      ...{ name: "kafka2", pid: 8, fingerprint: "f" },
      startTime: "2026-01-01T00:00:00Z",
      since: "2026-01-01T00:00:00Z",
      container: { id: "id-kafka2", health: "healthy" },
    },
  ]);
});

Deno.test("observeDocker() says that Docker does not answer, with exit code 3", async () => {
  const host = dockerHost({ "docker inspect": { code: 1, stderr: "Cannot connect\n" } });
  const error = await assertRejects(() => observeDocker(host, "/s"), Failure);
  assertEquals([error.message, error.exitCode], ["Docker does not answer: Cannot connect", 3]);
});

Deno.test("prepare() pulls and builds only the images that are not there", async () => {
  const there = engineOn(dockerHost());
  await there.engine.prepare(services);
  assertEquals(there.said, []);
  const missing = engineOn(dockerHost({ "image inspect": { code: 1 } }));
  await missing.engine.prepare(services);
  assertEquals(missing.said, ["pulls apache/kafka:3.9.2", "builds"]);
});

Deno.test("prepare() says why an image cannot be pulled, and what else can be done", async () => {
  const { engine } = engineOn(dockerHost({
    "image inspect": { code: 1 },
    pull: { code: 1, stderr: "Error response from daemon: no such host\n" },
  }));
  const error = await assertRejects(() => engine.prepare(some("kafka1")), Failure);
  assertEquals(
    error.message,
    "Cannot pull apache/kafka:3.9.2: Error response from daemon: no such host",
  );
});

Deno.test("prepare() refuses containers of the same name that are another's", async () => {
  const refusal = async (ps: string) => {
    const { engine } = engineOn(dockerHost({ "ps -a": { stdout: ps } }));
    return (await assertRejects(() => engine.prepare(some("kafka1")), Failure)).message;
  };
  assertEquals(
    await refusal("other\t\t\nkafka1\t/t\tkafka-stack\n"),
    "Cannot start: the container kafka1 belongs to the stack in /t",
  );
  assertEquals(
    await refusal("kafka1\t\t\n"),
    "Cannot start: there is a container kafka1 already, which is not this toolkit's",
  );
  const own = engineOn(dockerHost({ "ps -a": { stdout: "kafka1\t/s\tkafka-stack\n" } }));
  await own.engine.prepare(some("kafka1"));
});

Deno.test("start() starts just these services, from the stack's compose file", async () => {
  const { engine, ran } = engineOn(dockerHost());
  await engine.start(some("kafka1", "kafka2"));
  assertEquals(ran(), [
    "docker compose -f /s/docker-compose.yml -p kafka-stack " +
    "up -d --no-deps --remove-orphans kafka1 kafka2",
  ]);
  const failing = engineOn(dockerHost({ "up -d": { code: 1, stderr: "no such image\n" } }));
  const error = await assertRejects(() => failing.engine.start(some("kafka1")), Failure);
  assertEquals(error.message, "Docker Compose could not start the services: no such image");
});

Deno.test("stop() gives each service its time; release() removes containers and networks", async () => {
  const stopped = { stdout: JSON.stringify([inspected("kafka1", { Pid: 0 })]) };
  const { engine, ran } = engineOn(dockerHost({
    "docker inspect": stopped,
    "network ls": { stdout: "n1\n" },
  }));
  const container = { id: "c1", health: undefined };
  const kafka1 = { name: "kafka1", pid: 7, startTime: "", container } as const;
  await engine.stop([{ ...kafka1, fingerprint: undefined }], () => 30_000);
  await engine.release();
  assertEquals(ran().filter((line) => !line.startsWith("sh ")), [
    "docker stop -t 30 c1",
    "docker rm -f -v id-kafka1",
    "docker ps -aq --filter label=com.docker.compose.project=kafka-stack",
    "docker network ls -q --filter label=com.docker.compose.project=kafka-stack",
    "docker network rm n1",
  ]);
});

Deno.test("release() keeps containers of another directory, and the network that they need", async () => {
  const { engine, ran } = engineOn(dockerHost({
    "docker inspect": {
      stdout: JSON.stringify([inspected("kafka1", { Pid: 0 }, { "stack.dir": "/other" })]),
    },
    "ps -aq": { stdout: "id-kafka1\n" },
    "network ls": { stdout: "n1\n" },
  }));
  await engine.release();
  assertEquals(ran().filter((line) => / (rm|stop) /.test(line)), []);
});

Deno.test("observeDocker() finds a directory's containers through any of its names, and after a move", async () => {
  const labels = (dir: string) => ({ "stack.dir": dir });
  const host = dockerHost({
    "docker inspect": {
      stdout: JSON.stringify([
        inspected("kafka1", {}, labels("/link")),
        inspected("kafka2", {}, labels("/before")),
        inspected("kafka3", {}, labels("/gone")),
      ]),
    },
  });
  host.links.set("/link", "/s");
  const { services, ...record } = recorded;
  host.files.set(
    "/s/stack.json",
    JSON.stringify({
      ...record,
      services: { ...services, kafka3: { ...services.kafka2, startTime: "of another run" } },
    }),
  );
  assertEquals([...(await observeDocker(host, "/s")).keys()], ["kafka1", "kafka2"]);
});

Deno.test("memory() asks the daemon, which may be on another machine", async () => {
  const { engine } = engineOn(dockerHost({
    stats: { stdout: "a1 312.5MiB / 896MiB\nb2 1.5GiB / 2GiB\nc3 -- / --\n" },
  }));
  const service = (name: string, id: string) => ({
    ...{ name, pid: 7, startTime: "", fingerprint: undefined } as const,
    container: { id, health: undefined },
  });
  const services = [service("kafka1", "a1"), service("kafka2", "b2"), service("kafka3", "c3")];
  assertEquals([...await engine.memory!(services)], [
    ["kafka1", 312.5 * 1024 ** 2],
    ["kafka2", 1.5 * 1024 ** 3],
  ]);
});

Deno.test("startLog() reads what a service wrote since it was started, by its policy too", async () => {
  const [kafka1] = some("kafka1");
  const logs = async (state: string, started: boolean, since = "old\nfailed\n") => {
    const host = dockerHost({
      "inspect --format": { stdout: `2026-01-01T00:00:00Z ${state}\n` },
      "logs --since": { stdout: since },
      "logs --tail": { stdout: "the end\n", stderr: "of all\n" },
    });
    const { engine, ran } = engineOn(host);
    if (started) await engine.start(some("kafka1"));
    // That another starts later changes nothing.
    host.now = () => 1_200_000;
    if (started) await engine.start(some("kafka2"));
    return [await engine.startLog(kafka1!), ran().filter((line) => / logs /.test(line))];
  };
  // The fake's clock.
  const here = "docker logs --since 1970-01-01T00:16:40.000Z kafka1";
  const tail = "docker logs --tail 2000 kafka1";
  assertEquals(await logs("3", true), [["old", "failed"], [here]]);
  assertEquals(await logs("0", false), [["old", "failed"], [
    "docker logs --since 2026-01-01T00:00:00Z kafka1",
  ]]);
  // Its run of now is not the one that ended, and a daemon's clock may be another.
  assertEquals(await logs("3", false), [["the end", "of all"], [tail]]);
  assertEquals(await logs("0", true, ""), [["the end", "of all"], [here, tail]]);
});
