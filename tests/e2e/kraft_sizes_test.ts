// KRaft mode: quorums of other sizes, from other Kafkas, at other ports, and what is refused of them.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import { findDistribution } from "../../infra/engine/distribution/mod.ts";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { takePorts } from "../../tasks/_ports.ts";
import { withProject } from "./_project.ts";
import { deno, e2eTest, engineTest, oldest, type TestStack, until, withStack } from "./_stack.ts";

const KRAFT = ["--mode", "kraft", "--without", "monitoring"];
const SMALL = [...KRAFT, "--brokers", "1"];

/** `node.id` of those that vote, and of those that only follow. */
async function quorumOf(stack: TestStack): Promise<[voters: number[], observers: number[]]> {
  const { voters, observers } = JSON.parse((await stack.ok("quorum:describe", "--json")).stdout);
  const ids = (nodes: { nodeId: number }[]) => nodes.map(({ nodeId }) => nodeId).sort();
  return [ids(voters), ids(observers)];
}

const namesOf = async (stack: TestStack) => Object.keys(await stack.pids()).sort();

/** `up` that must be refused, without any change of what runs. */
async function refusal(stack: TestStack, ...args: Parameters<TestStack["task"]>[1][]) {
  const pids = await stack.pids();
  const { code, stdout, stderr } = await stack.task("up", ...args);
  assertEquals(code, 1, stdout + stderr);
  assertEquals(await stack.pids(), pids);
  return stderr;
}

const produce = (stack: TestStack, text: string) =>
  stack.ok("produce", "--topic", "kept", { stdin: `${text}\n` });

/** Reads the records of the topic as a new group: these they must be. */
async function assertKept(stack: TestStack, ...expected: string[]) {
  const group = ["--topic", "kept", "--consumer", crypto.randomUUID(), "--format", "%v"];
  const { stdout } = await stack.ok("consume", ...group, ...oldest(expected.length));
  assertEquals(stdout.trim().split("\n").sort(), expected.sort());
}

await e2eTest(
  "one node in KRaft mode grows to three and shrinks again, and moves to other ports",
  async (engine) => {
    await withStack({ engine, args: SMALL }, async (stack) => {
      assertEquals([await namesOf(stack), await quorumOf(stack)], [["kafka1"], [[1], []]]);
      await stack.ok("topic:create", "--topic", "kept", "--partitions", "1");
      await produce(stack, "of one");

      const grown = await stack.ok("up", "--brokers", "3");
      for (const id of [2, 3]) assertStringIncludes(grown.stderr, `controller ${id} votes now`);
      assertEquals(await quorumOf(stack), [[1, 2, 3], []]);
      const spread = ["--partitions", "3", "--replication-factor", "1"];
      await stack.ok("topic:create", "--topic", "spread", ...spread);
      assertStringIncludes(
        await refusal(stack, "--brokers", "1"),
        "kafka2, kafka3 would leave the stack",
      );
      await stack.ok("topic:delete", "--topic", "spread", "--yes");

      await stack.ok("down");
      assertStringIncludes(
        await refusal(stack, "--brokers", "1"),
        "kafka2, kafka3 vote in the quorum of this cluster, and would leave while nothing runs",
      );
      // All of the quorum's addresses change at once.
      using other = takePorts();
      await stack.ok("up", "--port-offset", String(other.offset));
      assertEquals(await quorumOf(stack), [[1, 2, 3], []]);
      await assertKept(stack, "of one");
      await stack.ok("down");
      await stack.ok("up");

      const shrunk = await stack.ok("up", "--brokers", "1");
      for (const id of [2, 3]) {
        assertStringIncludes(shrunk.stderr, `controller ${id} no longer votes`);
      }
      assertEquals([await namesOf(stack), await quorumOf(stack)], [["kafka1"], [[1], []]]);
      await produce(stack, "of one again");
      await stack.ok("down");
      await stack.ok("up");
      await assertKept(stack, "of one", "of one again");
      await stack.ok("doctor");
    });
  },
);

await e2eTest("a controller of its own leads brokers that come and go", async (engine) => {
  await withProject(async ({ root, edit }) => {
    await edit("  zookeepers: {", '  controllers: { count: 1, heap: "256m" },\n  zookeepers: {');
    await withStack({ engine, root, args: SMALL }, async (stack) => {
      assertEquals(await namesOf(stack), ["controller1", "kafka1"]);
      assertEquals(await quorumOf(stack), [[101], [1]]);
      await stack.ok("topic:create", "--topic", "kept", "--partitions", "1");
      await produce(stack, "of one");
      await stack.ok("up", "--brokers", "2");
      assertEquals(await quorumOf(stack), [[101], [1, 2]]);

      // What brokers lead, they serve without it; a new producer would wait for its id.
      await stack.kill("controller1", "SIGKILL");
      await assertKept(stack, "of one");
      const status = await stack.task("status");
      assertEquals(status.code, 3, status.stdout);
      assertStringIncludes(status.stderr, "the quorum is lost: 0 of 1 controllers run, 1 must");
      await stack.ok("up");
      await stack.ok("up", "--brokers", "1");
      assertEquals(await namesOf(stack), ["controller1", "kafka1"]);
      await produce(stack, "of one again");
      await assertKept(stack, "of one", "of one again");

      await edit("controllers: { count: 1", "controllers: { count: 2");
      const even = await stack.task("up");
      assertEquals(even.code, 2, even.stdout + even.stderr);
      assertStringIncludes(even.stderr, "controllers.count: 2 ");
      await stack.ok("down");
    });
  });
});

await engineTest(
  "native",
  "formatting that is killed half-way is done again",
  async () => {
    await withStack({ up: false }, async (stack) => {
      const formats = async () =>
        (await denoHost.processes("kafka.tools.StorageTool"))
          .filter(({ command }) => command.some((arg) => arg.startsWith(`${stack.dir}/`)));
      const up = stack.spawn("up", ...KRAFT);
      await until("a node is formatted", async () => (await formats()).length > 0);
      for (const { pid } of await formats()) await denoHost.kill(pid, "SIGKILL");
      const { code, stderr } = await up.output();
      const said = new TextDecoder().decode(stderr);
      assertEquals(code, 1, said);
      assertMatch(said, /Cannot format the storage of kafka\d/);
      await stack.ok("up");
      assertEquals(await quorumOf(stack), [[1, 2, 3], []]);
    });
  },
);

await engineTest(
  "native",
  "KAFKA_HOME may be of 3.9 in KRaft mode, and of 4 not with ZooKeepers",
  async () => {
    const homeOf = async (kafkaVersion: string) => {
      const wanted = { mode: "kraft", kafkaVersion } as const;
      const { libs } = await findDistribution(denoHost, wanted, { progress: () => {} });
      return { env: { KAFKA_HOME: resolve(libs, "..") } };
    };
    await withStack({ up: false }, async (stack) => {
      const four = await stack.task("up", "--brokers", "1", await homeOf("4.4.0"));
      assertEquals(four.code, 1, four.stdout + four.stderr);
      assertStringIncludes(four.stderr, "Kafka 4.4.0 has no ZooKeeper, which left with 4.0");
      const three = await homeOf("3.9.2");
      await stack.ok("up", ...SMALL, three);
      assertEquals(await quorumOf(stack), [[1], []]);
      await stack.ok("topic:create", "--topic", "kept", "--partitions", "1");
      await produce(stack, "of 3.9");
      await assertKept(stack, "of 3.9");
      await stack.ok("down");
      await stack.ok("up", three);
      await assertKept(stack, "of 3.9");
      await stack.ok("doctor", three);
    });
  },
);

await engineTest("native", "a Kafka that there is not for a mode is refused", async () => {
  await withProject(async ({ root, edit }) => {
    let set = '// kafkaVersion: "4.3.1",';
    const refused = async (version: string, ...args: string[]) => {
      const line = `kafkaVersion: "${version}",`;
      await edit(set, line);
      set = line;
      const dir = ["--dir", `${root}/stack`, "--dry-run"];
      const { code, stderr } = await deno(["task", "-q", "up", ...dir, ...args], { root });
      assertEquals(code, 2, stderr);
      return stderr;
    };
    assertStringIncludes(
      await refused("4.4.0"),
      "kafkaVersion: Kafka 4.4.0 has no ZooKeeper, which left with 4.0",
    );
    assertStringIncludes(await refused("4.2.0", "--mode", "kraft"), 'kafkaVersion: "4.2.0" ');
  });
});
