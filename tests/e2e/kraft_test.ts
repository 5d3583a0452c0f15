// KRaft mode: what a stack without ZooKeepers promises, on both engines.
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { lacksConfluentKafka, runTransactions } from "./_python.ts";
import { sharedTest } from "./_shared.ts";
import { oldest, type TestStack } from "./_stack.ts";

const NODES = ["kafka1", "kafka2", "kafka3"];

const lines = (text: string) => text.trim().split("\n").sort();

/** The quorum as `quorum:describe --json` shows it. */
async function quorumOf(stack: TestStack) {
  const { leaderId, voters, observers } = JSON.parse(
    (await stack.ok("quorum:describe", "--json")).stdout,
  ) as Record<"voters" | "observers", { nodeId: number; directoryId: string }[]> & {
    leaderId: number;
  };
  const ids = (nodes: readonly { nodeId: number }[]) => nodes.map(({ nodeId }) => nodeId).sort();
  return {
    leaderId,
    voters: ids(voters),
    observers: ids(observers),
    directoryOf: (id: number) => voters.find(({ nodeId }) => nodeId === id)?.directoryId,
  };
}

/** Reads so many records of a topic as a new group, in order. */
async function readAll(stack: TestStack, topic: string, count: number): Promise<string[]> {
  const group = ["--topic", topic, "--consumer", crypto.randomUUID()];
  const { stdout } = await stack.ok("consume", ...group, ...oldest(count), "--format", "%v");
  return lines(stdout);
}

const dataOf = ({ dir }: TestStack, id: number) => `${dir}/kafka/log/kafka${id}/log`;

await sharedTest("a stack in KRaft mode", {
  "is proven, is what its tasks say of it, and up again restarts none": async (stack) => {
    const pids = await stack.pids();
    assertEquals(Object.keys(pids).sort(), NODES);
    // The proof left nothing behind, also no file that the next up would change.
    assertEquals(JSON.parse((await stack.ok("topic:list", "--json")).stdout), []);
    assertEquals(JSON.parse((await stack.ok("group:list", "--json")).stdout), []);
    await stack.ok("render", "--check");
    await stack.ok("doctor");
    assertMatch((await stack.ok("up")).stderr, /All \d services were running already/);
    assertEquals(await stack.pids(), pids);

    const { leaderId, voters, observers } = await quorumOf(stack);
    assertEquals([voters, observers], [[1, 2, 3], []]);
    const status = JSON.parse((await stack.ok("status", "--json")).stdout);
    assertEquals([status.mode, status.kafkaVersion, status.healthy], ["kraft", "4.4.0", true]);
    const controllers = status.services.filter(({ health }: { health: string }) =>
      health === "controller"
    );
    assertEquals(controllers.map(({ name }: { name: string }) => name), [`kafka${leaderId}`]);
  },
  "kill -9, a restart, down and up keep records, groups and configs": async (stack) => {
    const of = ["--topic", "kept"];
    await stack.ok("topic:create", ...of, "--config", "retention.ms=7200000");
    await stack.ok("produce", ...of, { stdin: "a\nb\n" });
    await stack.ok("consume", ...of, "--consumer", "keeps", ...oldest(2));
    const known = async () => [
      JSON.parse((await stack.ok("group:describe", "--group", "keeps", "--json")).stdout)[0]
        .offsets,
      (await stack.ok("topic:describe", ...of)).stdout.includes("retention.ms=7200000"),
    ];
    const before = await known();
    assertEquals(before[1], true);

    await stack.kill("kafka2", "SIGKILL");
    assertStringIncludes((await stack.ok("up")).stderr, "starts kafka2: not running");
    const { kafka1: old, ...others } = await stack.pids();
    assertStringIncludes(
      (await stack.ok("restart", "kafka1")).stderr,
      "Started and in sync: kafka1",
    );
    const { kafka1: now, ...same } = await stack.pids();
    assertEquals(same, others);
    assertNotEquals(now, old);
    assertEquals(await known(), before);

    await stack.ok("down");
    assertEquals(await stack.pids(), {});
    assertEquals((await stack.task("status")).code, 3);
    await stack.ok("up");
    assertEquals(await known(), before);
    assertEquals(await readAll(stack, "kept", 2), ["a", "b"]);
    assertEquals((await quorumOf(stack)).voters, [1, 2, 3]);
  },
  "a node whose disk is lost comes back as a new directory, and no record is lost": async (
    stack,
  ) => {
    const of = ["--topic", "disk"];
    await stack.ok("topic:create", ...of);
    await stack.ok("produce", ...of, { stdin: "before\n" });
    const { leaderId, directoryOf } = await quorumOf(stack);
    const lost = `kafka${leaderId}`;
    await stack.kill(lost, "SIGKILL");
    await stack.ok("produce", ...of, { stdin: "meanwhile\n" });
    await Deno.remove(dataOf(stack, leaderId), { recursive: true });
    const { stderr } = await stack.ok("up");
    assertStringIncludes(stderr, `controller ${leaderId} no longer votes from its lost directory`);
    assertStringIncludes(stderr, `controller ${leaderId} votes now`);
    const after = await quorumOf(stack);
    assertEquals([after.voters, after.observers], [[1, 2, 3], []]);
    assertNotEquals(after.directoryOf(leaderId), directoryOf(leaderId));
    assertEquals(await readAll(stack, "disk", 2), ["before", "meanwhile"]);
    await stack.ok("status");
  },
  "two of three nodes down: the quorum is lost, and what to do is said": async (stack) => {
    const pids = await stack.pids();
    for (const name of ["kafka1", "kafka3"]) await stack.kill(name, "SIGKILL");
    const lost = "the quorum is lost: 1 of 3 controllers run, 2 must";
    const status = await stack.task("status");
    assertEquals(status.code, 3, status.stdout + status.stderr);
    assertStringIncludes(status.stderr, lost);
    const doctor = await stack.task("doctor");
    assertEquals(doctor.code, 3, doctor.stdout + doctor.stderr);
    assert(
      doctor.stdout.includes(lost) && doctor.stdout.includes("deno task start kafka1 kafka3"),
      doctor.stdout,
    );
    const quorum = await stack.task("quorum:describe");
    assertEquals(quorum.code, 3, quorum.stdout + quorum.stderr);
    assertStringIncludes(quorum.stderr, "A majority of the controllers must run");
    await stack.ok("start", "kafka1", "kafka3");
    assertEquals((await stack.pids()).kafka2, pids.kafka2);
    await stack.ok("status");
  },
  "Java's tools of Kafka 4 work in the shell, with the original's commands": async (stack) => {
    const servers = ["--bootstrap-server", stack.shellServers];
    const of = [...servers, "--topic", "java"];
    const tool = async (name: string, ...args: (string | { stdin: string })[]) =>
      (await stack.ok("shell", "--", name, ...args)).stdout;
    await tool(
      "kafka-topics.sh",
      ...[...of, "--create", "--partitions", "3", "--replication-factor", "3"],
    );
    assertStringIncludes(await tool("kafka-topics", ...of, "--describe"), "PartitionCount: 3");
    await tool("kafka-console-producer", ...of, { stdin: "from-java\n" });
    await stack.ok("produce", "--topic", "java", { stdin: "from-deno\n" });
    const read = ["--from-beginning", "--max-messages", "2", "--timeout-ms", "60000"];
    assertEquals(lines(await tool("kafka-console-consumer", ...of, ...read)), [
      ...["from-deno", "from-java"],
    ]);
    const { leaderId } = await quorumOf(stack);
    const status = await tool("kafka-metadata-quorum", ...servers, "describe", "--status");
    assertMatch(status, new RegExp(`LeaderId: +${leaderId}$`, "m"));
  },
  "kcat reads what produce wrote and writes what consume reads": {
    programs: ["kcat"],
    run: async (stack) => {
      const kcat = async (...args: string[]) => {
        const all = ["-b", stack.bootstrapServers, "-t", "kcat", ...args];
        const { code, stdout, stderr } = await denoHost.run("kcat", all);
        assertEquals(code, 0, stderr);
        return stdout;
      };
      await stack.ok("topic:create", "--topic", "kcat");
      await stack.ok("produce", "--topic", "kcat", { stdin: "from-deno\n" });
      assertEquals(await kcat("-C", "-o", "beginning", "-e", "-q"), "from-deno\n");
      await Deno.writeTextFile(`${stack.dir}/lines`, "from-kcat\n");
      await kcat("-P", "-l", `${stack.dir}/lines`);
      await Deno.remove(`${stack.dir}/lines`);
      assertEquals(await readAll(stack, "kcat", 2), ["from-deno", "from-kcat"]);
    },
  },
  "confluent-kafka's transactions are read as they were committed": {
    lack: lacksConfluentKafka,
    run: async (stack) => {
      await stack.ok("topic:create", "--topic", "transactions");
      const committed = await runTransactions(stack.bootstrapServers, "transactions", ["none"]);
      assert(committed.length > 0);
      assertEquals(
        await readAll(stack, "transactions", committed.length),
        [...committed].sort(),
      );
    },
  },
  "data of the other mode or of another cluster starts nothing": async (stack) => {
    const other = async () => {
      const { code, stderr } = await stack.task("up", "--mode", "zookeeper");
      assertEquals(code, 1, stderr);
      return stderr;
    };
    const pids = await stack.pids();
    const kraft = "was written by Kafka in KRaft mode, this stack has ZooKeepers";
    assertStringIncludes(await other(), kraft);
    assertEquals(await stack.pids(), pids);
    await stack.ok("down");
    assertStringIncludes(await other(), kraft);

    const meta = `${dataOf(stack, 2)}/meta.properties`;
    const own = await Deno.readTextFile(meta);
    const foreign = "cluster.id=AAAAAAAAAAAAAAAAAAAAAA";
    await Deno.writeTextFile(meta, own.replace(/cluster\.id=.*/, foreign));
    const refused = await stack.task("up");
    assertEquals(refused.code, 1, refused.stderr);
    assertStringIncludes(refused.stderr, "kafka2's data says that it belongs to cluster AAAA");
    assertEquals(await stack.pids(), {});
    await Deno.writeTextFile(meta, own);
    // The flag of the up that was refused is not remembered.
    await stack.ok("up");
    assertEquals(Object.keys(await stack.pids()).sort(), NODES);
  },
}, { args: ["--mode", "kraft"] });
