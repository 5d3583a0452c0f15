import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openBroker } from "../../clients/kafka/connection/broker.ts";
import { parseConnection } from "../../clients/kafka/connection/connection.ts";
import { withCluster } from "../../clients/kafka/cluster/cluster.ts";
import { listTopics } from "../../clients/kafka/topics/topics.ts";
import { proveReady } from "../../clients/kafka/proof/prove_ready.ts";
import { clusterState } from "../../clients/kafka/cluster/state.ts";
import { commitReset } from "../../clients/kafka/groups/reset.ts";
import { sharedTest } from "./_shared.ts";
import { type TestStack, until } from "./_stack.ts";

/** The exit code of a task, and that it says `text` on stderr without a stack trace. */
async function refuses(stack: TestStack, code: number, text: string, name: string, args: string) {
  const result = await stack.task(name, ...args.split(" ").filter((word) => word !== ""));
  assertEquals([name, args, result.code], [name, args, code], result.stderr);
  assertStringIncludes(result.stderr, text);
  assertEquals(result.stderr.includes("    at "), false, result.stderr);
}

async function json(stack: TestStack, name: string, ...args: string[]) {
  return JSON.parse((await stack.ok(name, "--json", ...args)).stdout);
}

/** Committed offset, log end offset and lag by partition number. */
async function offsetsOf(stack: TestStack, group: string) {
  const [{ offsets }] = await json(stack, "group:describe", "--group", group);
  return offsets.map((o: { committed: string; logEnd: string; lag: string }) =>
    `${o.committed} of ${o.logEnd}, lag ${o.lag}`
  );
}

await sharedTest("administration", {
  "proveReady() leaves nothing behind, and says what was last seen": async (stack) => {
    const bootstrapServers = stack.bootstrapServers.split(",");
    const prove = (onWait: (seen: string) => void = () => {}, stop?: AbortSignal) => {
      const signal = stop ?? AbortSignal.timeout(180_000);
      return proveReady({
        ...{ connection: { bootstrapServers }, brokerIds: [1, 2, 3], allBrokers: true },
        ...{ onWait, signal },
      });
    };
    // Left over from a proof that was interrupted.
    await stack.ok("topic:create", "--topic", "t");
    const left = ["--group", "__stack_ready_left", "--topic", "t", "--to-earliest"];
    await stack.ok("group:reset", ...left, "--execute");
    const { clusterId, controllerId } = await prove();
    const state = await clusterState({ bootstrapServers });
    assertEquals([state.clusterId, state.controllerId], [clusterId, controllerId]);
    assertEquals(state.brokers.map(({ id }) => id), [1, 2, 3]);
    assertEquals([state.underReplicated, state.offline], [[], []]);
    const topics = await withCluster({ bootstrapServers }, listTopics);
    assertEquals(topics.map(({ topic }) => topic), ["__consumer_offsets", "t"]);
    for (const server of bootstrapServers) {
      const broker = await openBroker(server, { security: {}, timeout: 60_000 });
      assertEquals((await broker.request("ListGroups", {})).groups, []);
      await broker.close();
    }

    await stack.kill("kafka2", "SIGKILL");
    const enough = new AbortController();
    const wait = (seen: string) => seen.includes("connection refused") && enough.abort();
    const error = await assertRejects(() => prove(wait, enough.signal), Error);
    assertStringIncludes(error.message, bootstrapServers[1]!);
    assertStringIncludes(error.message, "connection refused");
    await until("every partition has lost a replica, and none its leader", async () => {
      const { brokers, underReplicated, offline } = await clusterState({ bootstrapServers });
      const all = topics.flatMap(({ partitions }) => partitions).length;
      return brokers.length === 2 && underReplicated.length === all && offline.length === 0;
    });
    await stack.start("kafka2");
    await prove();
    assertEquals((await clusterState({ bootstrapServers })).underReplicated, []);
    await stack.ok("topic:delete", "--topic", "t", "--yes");
  },
  "topic tasks create, show, change and delete topics": async (stack) => {
    const created = await stack.ok("topic:create");
    assertStringIncludes(created.stderr, "test-topic is created: 3 partitions");
    // It can be used at once, and is known to each broker.
    for (const server of stack.bootstrapServers.split(",")) {
      const [topic] = await json(
        stack,
        "topic:describe",
        "--topic",
        "test-topic",
        "--bootstrap-server",
        server,
      );
      assertEquals(topic.partitions.length, 3);
      for (const { leader, isr } of topic.partitions) assert(leader > 0 && isr.length === 3);
    }
    await stack.ok("produce", { stdin: "a\n" });

    const again = await stack.ok("topic:create");
    assertStringIncludes(again.stderr, "is there already");
    await refuses(stack, 1, "3 partitions, not 5", "topic:create", "--partitions 5");
    await refuses(
      stack,
      1,
      "larger than available",
      "topic:create",
      "--topic x --replication-factor 4",
    );
    await refuses(
      stack,
      1,
      "Unknown topic config name: no",
      "topic:create",
      "--topic x --config no=1",
    );
    await refuses(stack, 2, '"a/b" is not a topic name', "topic:create", "--topic a/b");

    const altered = await stack.ok("topic:alter", "--config", "cleanup.policy=compact");
    assertStringIncludes(altered.stdout, "cleanup.policy  delete (default)  compact");
    // What is not named stays as it is.
    const more = ["--config", "retention.ms=5000", "--partitions", "6"];
    assertStringIncludes((await stack.ok("topic:alter", ...more)).stdout, "partitions");
    const shown = (await stack.ok("topic:describe", "--topic", "test-topic")).stdout;
    for (const text of ["6 partitions", "cleanup.policy=compact\n", "retention.ms=5000\n"]) {
      assertStringIncludes(shown, text);
    }
    const back = await stack.ok("topic:alter", "--delete-config", "cleanup.policy");
    assertStringIncludes(back.stdout, "cleanup.policy  compact  delete (default)");
    await refuses(stack, 1, "Unknown topic config name: no", "topic:alter", "--config no=1");
    await refuses(stack, 1, "Not a number", "topic:alter", "--config retention.ms=x");
    await refuses(stack, 1, "6 partitions", "topic:alter", "--partitions 2");
    await refuses(
      stack,
      1,
      "Did you mean test-topic?",
      "topic:alter",
      "--topic tset-topic --partitions 9",
    );

    assertEquals(await json(stack, "topic:list"), [
      { topic: "test-topic", partitions: 6, replicationFactor: 3, underReplicated: 0 },
    ]);
    const internal = (await stack.ok("topic:list", "--internal")).stdout;
    assertStringIncludes(internal, "__consumer_offsets");

    await refuses(stack, 2, "--yes", "topic:delete", "--topic test-topic");
    await stack.ok("topic:delete", "--topic", "test-topic", "--yes");
    for (const server of stack.bootstrapServers.split(",")) {
      assertEquals(await json(stack, "topic:list", "--bootstrap-server", server), []);
    }
    await refuses(stack, 1, "There is no topic", "topic:delete", "--topic test-topic --yes");
    await refuses(stack, 3, "connection refused", "topic:list", "--bootstrap-server 127.0.0.1:1");
  },
  "quorum tasks say that a cluster in ZooKeeper mode has no quorum": async (stack) => {
    const text = "This cluster keeps its metadata in ZooKeeper: it has no quorum of controllers";
    await refuses(stack, 1, text, "quorum:describe", "");
    await refuses(stack, 1, text, "quorum:add", "--controller-id 4");
    await refuses(stack, 1, text, "quorum:remove", "--controller-id 3 --yes");
  },
  "group tasks show lag and reset offsets as Kafka's tool does": async (stack) => {
    assertEquals(await json(stack, "group:list"), []);
    await stack.ok("topic:create", "--partitions", "2");
    const lines = (first: number, count: number) =>
      Array.from({ length: count }, (_, i) => `${first + i}\n`).join("");
    for (const partition of ["0", "1"]) {
      await stack.ok("produce", "--partition", partition, { stdin: lines(0, 10) });
    }
    const all = ["--consumer", "readers", "--from-beginning", "--max-messages", "20"];
    await stack.ok("consume", ...all);
    await stack.ok("produce", "--partition", "1", { stdin: lines(10, 3) });
    assertEquals(await offsetsOf(stack, "readers"), ["10 of 10, lag 0", "10 of 13, lag 3"]);
    const [group] = await json(stack, "group:list");
    assertEquals([group.group, group.state, group.members], ["readers", "Empty", 0]);
    const table = (await stack.ok("group:describe", "--group", "readers")).stdout;
    assertStringIncludes(table, "lag 3");

    const reset = (args: string) =>
      stack.ok("group:reset", "--group", "readers", ...args.split(" "));
    const dry = await reset("--topic test-topic --to-earliest");
    assertStringIncludes(dry.stderr, "Nothing was changed");
    assertEquals((await offsetsOf(stack, "readers"))[0], "10 of 10, lag 0");
    await reset("--topic test-topic --to-earliest --execute");
    assertEquals(await offsetsOf(stack, "readers"), ["0 of 10, lag 10", "0 of 13, lag 13"]);
    await reset("--topic test-topic:1 --shift-by 5 --execute");
    assertEquals(await offsetsOf(stack, "readers"), ["0 of 10, lag 10", "5 of 13, lag 8"]);
    const far = await reset("--all-topics --to-offset 12 --execute");
    assertStringIncludes(far.stderr, "test-topic-0 has no offset 12: 10 is taken");
    assertEquals(await offsetsOf(stack, "readers"), ["10 of 10, lag 0", "12 of 13, lag 1"]);
    await reset("--all-topics --to-datetime 2020-01-01T00:00:00.000 --execute");
    assertEquals(await offsetsOf(stack, "readers"), ["0 of 10, lag 10", "0 of 13, lag 13"]);
    await reset("--all-topics --to-latest --execute");
    assertEquals(await offsetsOf(stack, "readers"), ["10 of 10, lag 0", "13 of 13, lag 0"]);

    const to = "--to-earliest --execute";
    await refuses(
      stack,
      1,
      "no partition 7",
      "group:reset",
      `--group x --topic test-topic:7 ${to}`,
    );
    await refuses(stack, 1, "There is no topic", "group:reset", `--group x --topic test ${to}`);
    await refuses(stack, 1, "no committed offsets", "group:reset", `--group x --all-topics ${to}`);
    await refuses(
      stack,
      2,
      "more than one",
      "group:reset",
      `--group x --all-topics --to-latest ${to}`,
    );
    await refuses(stack, 2, "Give --group", "group:reset", to);
    await refuses(stack, 1, "Did you mean readers?", "group:describe", "--group reader");

    const consumer = stack.spawn("consume", "--consumer", "readers");
    try {
      await until("the consumer has its partitions", async () => {
        const [{ state, members }] = await json(stack, "group:describe", "--group", "readers");
        return state === "Stable" && members[0]?.partitions.length === 2;
      });
      await refuses(stack, 1, "has consumers", "group:reset", `--group readers --all-topics ${to}`);
    } finally {
      consumer.kill("SIGTERM");
      await consumer.output();
    }
    assertEquals(await offsetsOf(stack, "readers"), ["10 of 10, lag 0", "13 of 13, lag 0"]);
  },
  "what one broker that is down does not tell is said, and the rest is shown": async (stack) => {
    const of = ["--topic", "single"];
    await stack.ok("topic:create", ...of, "--partitions", "3", "--replication-factor", "1");
    const groups = Array.from({ length: 12 }, (_, i) => `group${i + 10}`);
    await withCluster(parseConnection(stack.bootstrapServers), async (cluster) => {
      for (const group of groups) {
        await commitReset(
          cluster,
          group,
          [0, 1, 2].map((partition) => ({
            ...{ topic: "single", partition, before: undefined, asked: 0n, after: 0n },
          })),
        );
      }
    });
    const names = async () => {
      const { code, stdout, stderr } = await stack.task("group:list", "--json");
      const found = JSON.parse(stdout).map(({ group }: { group: string }) => group)
        .filter((group: string) => groups.includes(group));
      return { code, found, stderr };
    };
    assertEquals(await names(), { code: 0, found: groups, stderr: "" });
    await stack.kill("kafka2", "SIGKILL");
    // While coordinators move, a list that lacks one is never told to be all.
    let whole = 0;
    await until("the groups have other coordinators", async () => {
      const { code, found, stderr } = await names();
      if (code === 0) assertEquals(found, groups);
      else assertStringIncludes(stderr, "are not known: ");
      whole = code === 0 ? whole + 1 : 0;
      return whole === 3;
    });

    const { stdout, stderr, code } = await stack.task("group:describe", "--group", "group10");
    assertEquals(code, 1, stderr);
    assertEquals(stdout.match(/no leader: its ends are not known/g)?.length, 1);
    const described = await stack.task("group:describe", "--group", "group10", "--json");
    const [{ offsets }] = JSON.parse(described.stdout);
    assertEquals(described.code, 1, described.stdout + described.stderr);
    assertEquals(
      offsets.map((o: { position: string }) => o.position).sort(),
      ["inside", "inside", "no-leader"],
    );
    const lost = offsets.find((o: { position: string }) => o.position === "no-leader");
    assert(!("lag" in lost) && lost.committed === "0");
    const topic = ["--group", "group10", "--topic", `single:${lost.partition}`];
    const reset = await stack.task("group:reset", ...topic, "--to-latest", "--execute");
    assertEquals(reset.code, 1, reset.stderr);
    assertStringIncludes(reset.stderr, `single-${lost.partition} has no leader`);
  },
});
