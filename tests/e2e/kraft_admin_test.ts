// A cluster in KRaft mode: its quorum of controllers, and groups of the types that only Kafka 4 has.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { clusterState } from "../../clients/kafka/cluster/state.ts";
import { e2eTest, type TestStack, until, withStack } from "./_stack.ts";

interface QuorumNode {
  readonly nodeId: number;
  readonly lastFetchMsAgo?: number;
}

async function json(stack: TestStack, name: string, ...args: string[]) {
  return JSON.parse((await stack.task(name, "--json", ...args)).stdout);
}

async function refuses(stack: TestStack, text: string, name: string, ...args: string[]) {
  const { code, stderr } = await stack.task(name, ...args);
  assertEquals([name, args, code], [name, args, 1], stderr);
  assertStringIncludes(stderr, text);
  assertEquals(stderr.includes("    at "), false, stderr);
}

async function voters(stack: TestStack): Promise<number[]> {
  const { voters } = await json(stack, "quorum:describe");
  return voters.map(({ nodeId }: QuorumNode) => nodeId);
}

async function changesItsVoters(stack: TestStack) {
  const { leaderId, voters: all, observers } = await json(stack, "quorum:describe");
  assertEquals(all.map(({ nodeId }: QuorumNode) => nodeId), [1, 2, 3]);
  assertEquals(observers, []);
  // In Metadata each broker names any that lives.
  for (const server of stack.bootstrapServers.split(",")) {
    assertEquals((await clusterState({ bootstrapServers: [server] })).controllerId, leaderId);
  }
  const [dead, other] = [1, 2, 3].filter((id) => id !== leaderId).map(String);
  await refuses(
    stack,
    `Controller ${dead} is a voter already`,
    "quorum:add",
    "--controller-id",
    dead!,
  );
  await stack.kill(`kafka${dead}`, "SIGKILL");
  await until("the leader no longer hears of it", async () => {
    const { stdout, stderr, code } = await stack.task("quorum:describe");
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, `Leader: controller ${leaderId}`);
    return stderr.includes(`Voter ${dead} does not follow`);
  });
  const removing = (id: string) => ["quorum:remove", "--controller-id", id, "--yes"] as const;
  await refuses(
    stack,
    `Without controller ${other} the majority would be lost`,
    ...removing(other!),
  );
  assertEquals(await voters(stack), [1, 2, 3]);
  assertStringIncludes((await stack.ok(...removing(dead!))).stderr, "is removed");
  assertEquals(await voters(stack), [1, 2, 3].filter((id) => String(id) !== dead));
  await refuses(stack, "does not follow the quorum", "quorum:add", "--controller-id", dead!);
  await stack.start(`kafka${dead}`);
  await until("it votes again", async () => {
    await stack.task("quorum:add", "--controller-id", dead!);
    return (await voters(stack)).length === 3;
  });
}

/** Type, state, number of members and lag of a group. */
async function groupIs(stack: TestStack, name: string): Promise<string> {
  const groups = await json(stack, "group:list");
  const found = groups.find(({ group }: { group: string }) => group === name);
  return found ? `${found.type} ${found.state} ${found.members} ${found.lag}` : "";
}

/** Reads with one of Kafka's own consumers until it has had `records`. */
function reads(stack: TestStack, tool: string, group: string, records: number, ...args: string[]) {
  const where = ["--bootstrap-server", stack.shellServers, "--topic", "t", "--group", group];
  const child = stack.spawn("shell", "--", tool, ...where, "--max-messages", `${records}`, ...args);
  let ended = false;
  const output = child.output().finally(() => ended = true);
  return { output, ended: () => ended };
}

async function resetsGroups(stack: TestStack) {
  await stack.ok("topic:create", "--topic", "t");
  const produce = (stdin: string) => stack.ok("produce", "--topic", "t", { stdin });
  await produce("1\n2\n3\n");
  const reset = (
    group: string,
  ) => ["group:reset", "--group", group, "--topic", "t", "--to-earliest"];
  const execute = async (group: string) => {
    const [name, ...args] = [...reset(group), "--execute"];
    await stack.ok(name!, ...args);
  };

  const protocol = ["--consumer-property", "group.protocol=consumer"];
  const consumer = reads(
    stack,
    "kafka-console-consumer",
    "new",
    4,
    "--from-beginning",
    ...protocol,
  );
  await until(
    "the group has read",
    async () => await groupIs(stack, "new") === "consumer Stable 1 0",
  );
  const [name, ...args] = reset("new");
  await refuses(stack, "Group new has consumers (state Stable)", name!, ...args, "--execute");
  await produce("4\n");
  assertEquals((await consumer.output).code, 0);
  await until(
    "its consumer is gone",
    async () => await groupIs(stack, "new") === "consumer Empty 0 0",
  );
  await execute("new");
  assertEquals(await groupIs(stack, "new"), "consumer Empty 0 4");

  // A share group begins at the end.
  const shared = reads(stack, "kafka-console-share-consumer", "shared", 1);
  await until(
    "the share group has a member",
    async () => (await groupIs(stack, "shared")).startsWith("share Stable 1 "),
  );
  let records = 4;
  await until("its consumer has had a record", async () => {
    if (!shared.ended()) {
      await produce("more\n");
      records++;
    }
    return shared.ended();
  });
  assertEquals((await shared.output).code, 0);
  await until(
    "it has no member",
    async () => (await groupIs(stack, "shared")).startsWith("share Empty 0 "),
  );
  await execute("shared");
  assertEquals(await groupIs(stack, "shared"), `share Empty 0 ${records}`);
  const { stdout } = await stack.ok("group:describe", "--group", "shared");
  assertStringIncludes(stdout, "START-OFFSET");
  const described = await json(stack, "group:describe");
  assert(described.length === 2, JSON.stringify(described));
}

await e2eTest(
  "a cluster in KRaft mode shows and changes its quorum and groups of each type",
  async (engine) => {
    await withStack({ engine, args: ["--mode", "kraft"] }, async (stack) => {
      await resetsGroups(stack);
      await changesItsVoters(stack);
      const text = "A KRaft cluster has no ZooKeeper: pass its brokers, --bootstrap-server";
      await refuses(stack, text, "consume", "--zookeeper", stack.zookeepers);
    });
  },
);
