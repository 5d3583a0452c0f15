// What only the docker engine promises.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { observeDocker } from "../../infra/engine/docker/docker_containers.ts";
import { CLIENT } from "../../infra/render/mod.ts";
import { startLoad } from "./_load.ts";
import { withProject } from "./_project.ts";
import { sharedTest } from "./_shared.ts";
import { command, engineTest, type TestStack, until, withStack } from "./_stack.ts";

/** The Composes of this machine, the one that is preferred first. */
async function composes(): Promise<[string, ...string[]][]> {
  const all: [string, ...string[]][] = [["docker", "compose"], ["docker-compose"]];
  const there = await Promise.all(
    all.map(async ([name, ...args]) =>
      (await denoHost.run(name, [...args, "version", "--short"])).code === 0
    ),
  );
  return all.filter((_, index) => there[index]);
}

const compose = async ([name, ...own]: [string, ...string[]], dir: string, ...args: string[]) =>
  await command(name, ...own, "-f", `${dir}/docker-compose.yml`, ...args);

const project = ({ portOffset }: TestStack) => `kafka-stack-${portOffset}`;

async function health({ dir }: TestStack): Promise<(string | undefined)[]> {
  const running = await observeDocker(denoHost, dir);
  return [...running.values()].filter(({ name }) => name !== CLIENT)
    .map(({ container }) => container!.health);
}

const read = async (stack: TestStack, count: number, ...more: string[]) =>
  (await stack.ok(
    ...["consume", "--from-beginning", "--format=%v", "--timeout-ms=60000"] as const,
    ...[`--max-messages=${count}`, ...more],
  )).stdout;

await engineTest(
  "docker",
  "the compose file works by hand, with each Compose; up goes on from there, and after a down",
  async (engine) => {
    await withProject(async ({ root, edit }) => {
      await withStack({ engine, root, up: false }, async (stack) => {
        await edit("portOffset: 0,", `portOffset: ${stack.portOffset},`);
        await stack.ok("render", "--engine", "docker");
        const kept: string[] = [];
        for (const installed of await composes()) {
          assertEquals(await compose(installed, stack.dir, "config", "-q"), "");
          await compose(installed, stack.dir, "up", "-d");
          await until("all are healthy", async () => {
            const seen = await health(stack);
            return seen.length === 9 && seen.every((one) => one === "healthy");
          });
          const before = await stack.pids();
          const up = await stack.ok("up");
          assertStringIncludes(up.stderr, "All 10 services were running already");
          assertEquals(await stack.pids(), before);
          const record = `kept by ${installed.join(" ")}`;
          await stack.ok("produce", { stdin: `${record}\n` });
          kept.push(record);

          await compose(installed, stack.dir, "down");
          assertEquals((await stack.task("status")).code, 3);
        }
        await stack.ok("up");
        assertEquals((await read(stack, kept.length)).trim().split("\n").sort(), kept.sort());
      });
    });
  },
);

await sharedTest("Compose and restarts", {
  "what one Compose started, the other goes on with": async (stack) => {
    const pids = await stack.pids();
    // Hides a plugin of the user's: where there is no other, docker-compose is found instead.
    const other = { env: { DOCKER_CONFIG: `${stack.dir}/no-plugins` } };
    await stack.ok("up", other);
    assertEquals(await stack.pids(), pids);
    await stack.ok("restart", "kafka1", other);
    const { kafka1: now, ...same } = await stack.pids();
    const { kafka1: before, ...others } = pids;
    assertEquals(same, others);
    assert(now !== before);
    await stack.ok("stop", "kafka2");
    await stack.ok("start", "kafka2", other);
    await stack.ok("status");
  },
  "a broker that crashes amid a load is started again by its policy: no record is lost": async (
    stack,
  ) => {
    const load = await startLoad(stack);
    await load.moreIsAcknowledged();
    const { kafka2: pid } = await stack.pids();
    await denoHost.kill(pid!, "SIGKILL");
    await load.moreIsAcknowledged();
    await until("Docker has started it again, and it is well", async () => {
      const now = (await observeDocker(denoHost, stack.dir)).get("kafka2");
      return now !== undefined && now.pid !== pid && now.container?.health === "healthy";
    });
    await load.moreIsAcknowledged();
    await load.endAndCount();
    await until(
      "the cluster is whole again",
      async () => (await stack.task("status")).code === 0,
    );
  },
}, { engines: ["docker"] });

await engineTest(
  "docker",
  "each broker is reached from the host, from kafka_client, and from another container",
  async (engine) => {
    await withStack({ engine, monitoring: true }, async (stack) => {
      await until("status shows each container's health", async () => {
        const { services } = JSON.parse((await stack.ok("status", "--json")).stdout);
        return services.filter(({ container }: { container?: string }) => container === "healthy")
          .length === 9;
      });
      // One for each broker to lead.
      const partitions = [0, 1, 2];
      await stack.ok("topic:create");
      const inEach = (from: string) => partitions.map((partition) => `${from} ${partition}`);
      const expected = ["host", "client", "another"].flatMap(inEach).sort();
      for (const partition of partitions) {
        const to = ["--partition", String(partition)];
        await stack.ok("produce", { stdin: `host ${partition}\n` }, ...to);
        await stack.ok(
          ...["shell", "--", "sh", "-c"] as const,
          `echo client ${partition} | deno run --allow-net --allow-env=KAFKA_HOST,KAFKA_TOPIC ` +
            `clients/producer.ts ${to.join(" ")}`,
        );
      }
      const client = `${project(stack)}-${CLIENT}`;
      const image = await command("docker", "inspect", "-f", "{{.Config.Image}}", client);
      const lines = partitions.map((partition) =>
        `echo another ${partition} | deno run --allow-net clients/producer.ts ` +
        `--kafka kafka3:9094 --topic test-topic --partition ${partition}`
      );
      await command(
        ...["docker", "run", "--rm", "--network", `${project(stack)}_default`] as const,
        ...[image, "sh", "-c", lines.join(" && ")],
      );
      assertEquals((await read(stack, expected.length)).trim().split("\n").sort(), expected);
      const inside = await command(
        ...["docker", "exec", client, "deno", "run", "--allow-net"] as const,
        ...["--allow-env=KAFKA_HOST,KAFKA_TOPIC,CONSUMER_GROUP,ZOOKEEPER_HOST"],
        ...["clients/consumer.ts", "-consumer", "in", "-latest=false", "-format", "%v"],
        ...["-timeout-ms", "60000", "-max-messages", String(expected.length)],
      );
      assertEquals(inside.split("\n").sort(), expected);
      // The tools, with and without .sh, and the environment that the original's page tells of.
      const topics = `kafka-topics --bootstrap-server $KAFKA_HOST --list && ` +
        `kafka-topics.sh --bootstrap-server $KAFKA_HOST --list`;
      const listed = await command("docker", "exec", client, "bash", "-c", topics);
      assertEquals(listed.split("\n").filter((name) => name === "test-topic").length, 2);
    });
  },
);

await engineTest(
  "docker",
  "data of the native engine is read by the docker engine, and back; both at once are refused",
  async () => {
    await withStack({ engine: "native" }, async (stack) => {
      const on = (name: string) => ["--engine", name];
      await stack.ok("topic:create");
      await stack.ok("produce", { stdin: "native\n" });
      const both = await stack.task("up", ...on("docker"));
      assertEquals(both.code, 1, both.stdout + both.stderr);
      assertStringIncludes(both.stderr, "runs on the native engine");
      await stack.ok("down");
      try {
        await stack.ok("up", ...on("docker"));
        assertEquals(await stack.pids(), {}, "no process of this machine's own");
        assertEquals(await read(stack, 1), "native\n");
        await stack.ok("produce", { stdin: "docker\n" });
        const back = await stack.task("up", ...on("native"));
        assertEquals(back.code, 1, back.stdout + back.stderr);
        assertStringIncludes(back.stderr, "runs on the docker engine");
        // Every task finds it, whatever the last `up` was given.
        assertEquals(JSON.parse((await stack.ok("status", "--json")).stdout).engine, "docker");
        await stack.ok("down");
      } finally {
        // The end of the test looks for processes only.
        await stack.task("down");
      }
      await stack.ok("up", ...on("native"));
      assertEquals((await read(stack, 2, "--consumer=b")).trim().split("\n").sort(), [
        "docker",
        "native",
      ]);
    });
  },
);

await engineTest(
  "docker",
  "up names what has its port or its container's name, and starts nothing",
  async (engine) => {
    await withStack({ engine, up: false }, async (stack) => {
      const image = "apache/kafka:3.9.2";
      const refusal = async () => {
        const { code, stderr } = await stack.task("up");
        assertEquals(code, 1, stderr);
        return stderr;
      };
      {
        using _listener = Deno.listen({ hostname: "127.0.0.1", port: 9093 + stack.portOffset });
        assertStringIncludes(await refusal(), "Cannot start kafka2: port");
      }
      const port = `127.0.0.1:${2182 + stack.portOffset}:80`;
      const holder = await command("docker", "run", "-d", "-p", port, image, "sleep", "infinity");
      try {
        await command("docker", "rename", holder, `holder-${stack.portOffset}`);
        assertStringIncludes(
          await refusal(),
          `is in use by the container holder-${stack.portOffset}`,
        );
      } finally {
        await command("docker", "rm", "-f", holder);
      }
      const name = `${project(stack)}-kafka1`;
      await command("docker", "create", "--name", name, image, "true");
      try {
        assertStringIncludes(await refusal(), `there is a container ${name} already`);
      } finally {
        await command("docker", "rm", "-f", name);
      }
      assertEquals(await stack.pids(), {});
    });
  },
);
