import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withAdmin } from "./_kafkajs_admin.ts";
import { startClient } from "./_client.ts";
import { startLoad } from "./_load.ts";
import { sharedTest } from "./_shared.ts";
import { deno, type TestStack, until } from "./_stack.ts";

/** The clients on a stack. */
function clientsOf(stack: TestStack) {
  const run = (script: string, args: string[], stdin?: string) =>
    deno(
      ["run", "--allow-net", `clients/${script}`, "--kafka", stack.bootstrapServers, ...args],
      stdin === undefined ? {} : { stdin },
    );
  return {
    produce: async (topic: string, input: string, ...args: string[]) => {
      const result = await run("producer.ts", ["--topic", topic, ...args], input);
      assertEquals(result.code, 0, result.stderr);
      return result;
    },
    consume: (topic: string, ...args: string[]) =>
      run("consumer.ts", ["--topic", topic, "--timeout-ms", "20000", ...args]),
    start: (script: "producer.ts" | "consumer.ts", ...args: string[]) =>
      startClient(script, ["--kafka", stack.bootstrapServers, ...args]),
  };
}

const lines = (text: string) => text.trimEnd().split("\n");
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `record ${n}`);
const joined = (client: { seen: { stderr: string } }) =>
  until(
    "the consumer has joined its group",
    () => Promise.resolve(client.seen.stderr.includes("Reading ")),
  );

await sharedTest("the clients", {
  "producer and consumer on a new cluster": async (stack) => {
    const { produce, consume, start } = clientsOf(stack);
    const admin = { bootstrapServers: stack.bootstrapServers, clientId: "test" };

    // The first consumer of a cluster hears nothing of kafkajs, of which the coordinator is news.
    const first = await produce("first", "a\nb\n");
    assertEquals(
      first.stderr,
      "Topic first did not exist: it is being created, with 10 partitions.\n",
    );
    const [a, b] = lines(first.stdout);
    const [, partition] = /^>>> Partition: (\d+) Offset: 0 Topic: first Message: a$/.exec(a!)!;
    assertEquals(b, `>>> Partition: ${partition} Offset: 1 Topic: first Message: b`);
    const read = await consume("first", "--latest=false", "--max-messages", "2");
    assertEquals([read.code, read.stdout], [0, first.stdout]);
    // A cluster that is slow to begin is told of, in our words.
    const slow = /^(Partitions? \d.* of first can|The coordinator of group|Broker \S+ does not)/;
    assertEquals(lines(read.stderr).filter((line) => !slow.test(line)), [
      "Reading first as group flinox: 10 partitions",
      "2 records read from first as group flinox",
    ]);

    // A part of the records is read, and exactly this part is committed.
    await produce("part", numbered(100).join("\n"));
    const parts = [];
    for (const count of ["7", "93"]) {
      const part = await consume("part", "--from-beginning", "--max-messages", count);
      assertEquals([part.code, lines(part.stdout).length], [0, Number(count)], part.stderr);
      parts.push(...lines(part.stdout));
    }
    assertEquals(new Set(parts).size, 100);
    const none = await consume("part", "--max-messages", "1", "--timeout-ms", "1000");
    assertEquals([none.code, none.stdout], [1, ""]);
    assertStringIncludes(none.stderr, "Only 0 of 1 record");

    // Keys, headers, a partition; JSON and formats.
    await produce(
      "keyed",
      "k1:v1\n",
      "--key-separator",
      ":",
      "--header",
      "h=x",
      "--partition",
      "4",
    );
    const json = await consume(
      "keyed",
      "--from-beginning",
      "--format",
      "json",
      "--max-messages",
      "1",
    );
    const { timestamp, ...record } = JSON.parse(json.stdout);
    assertEquals(record, {
      topic: "keyed",
      partition: 4,
      offset: 0,
      key: "k1",
      value: "v1",
      headers: [{ key: "h", value: "x" }],
    });
    assert(Math.abs(Date.now() - timestamp) < 600_000);

    // What does not exist is said, and not made.
    const missing = await consume("missing");
    assertEquals([missing.code, missing.stdout], [1, ""]);
    assertStringIncludes(missing.stderr, "Error: Topic missing does not exist");
    const topics = await withAdmin(admin, (kafka) => kafka.listTopics());
    assertEquals([topics.includes("first"), topics.includes("missing")], [true, false]);

    // The brokers are found in ZooKeeper.
    const found = await deno([
      ...["run", "--allow-net", "clients/consumer.ts", "--zookeeper", stack.zookeepers],
      ...["--topic", "first", "--consumer", "by-zookeeper", "--latest=false"],
      ...["--max-messages", "2", "--timeout-ms", "20000"],
    ]);
    assertEquals([found.code, found.stdout], [0, first.stdout], found.stderr);

    // A new group begins at the end; SIGINT ends with a commit and leaves the group.
    const reader = start("consumer.ts", "--topic", "first", "--consumer", "stopped");
    await joined(reader);
    const more = await produce("first", "c\n");
    await until("the record is shown", () => Promise.resolve(reader.seen.stdout === more.stdout));
    reader.kill("SIGINT");
    const stopped = await reader.ended;
    assertEquals([stopped.code, stopped.stdout], [0, more.stdout], stopped.stderr);
    const group = await withAdmin(
      admin,
      async (kafka) => (await kafka.describeGroups(["stopped"])).groups[0]!,
    );
    assertEquals([group.state, group.members.length], ["Empty", 0]);
    const after = await consume("first", "--consumer", "stopped", "--timeout-ms", "1000");
    assertEquals([after.code, after.stdout], [0, ""]);

    const loop = start("producer.ts", "--topic", "looped", "--loop", "--interval", "100ms");
    await until(
      "three records are written",
      () => Promise.resolve(lines(loop.seen.stdout).length >= 3),
    );
    loop.kill("SIGTERM");
    assertEquals((await loop.ended).code, 0);
    for (const line of lines(loop.seen.stdout)) {
      assert(
        /Message: \d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d[+-]\d{4} Nova mensagem !$/.test(line),
        line,
      );
    }

    // Nobody reads any more, as with `| head -1`: it ends quietly.
    await produce("many", numbered(50_000).join("\n"));
    const unread = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-net", "clients/consumer.ts", "--kafka", stack.bootstrapServers]
        .concat(["--topic", "many", "--from-beginning"]),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const head = unread.stdout.getReader();
    assert((await head.read()).value!.length > 0);
    await head.cancel();
    const { code } = await unread.status;
    const told = await new Response(unread.stderr).text();
    assertEquals([code, told.includes("rror")], [0, false], told);
  },
  "every codec is written and read, ours and Java's alike": async (stack) => {
    const { produce, consume } = clientsOf(stack);
    const codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
    const expected: string[] = [];
    for (const codec of codecs) {
      const ours = numbered(500).map((record) => `ours ${codec} ${record}`);
      await produce("codecs", ours.join("\n"), "--compression", codec);
      const java = numbered(500).map((record) => `java ${codec} ${record}`);
      await stack.ok(
        "shell",
        "--",
        "kafka-console-producer",
        {
          stdin: java.join("\n") + "\n",
        },
        ...["--bootstrap-server", stack.shellServers, "--topic", "codecs"],
        ...[
          "--compression-codec",
          codec,
        ],
      );
      expected.push(...ours, ...java);
    }
    expected.sort();
    const count = String(expected.length);
    const read = await consume(
      "codecs",
      "--from-beginning",
      "--max-messages",
      count,
      "--format=%v",
    );
    assertEquals(read.code, 0, read.stderr);
    assertEquals(lines(read.stdout).sort(), expected);
    const java = await stack.ok(
      ...["shell", "--", "kafka-console-consumer", "--from-beginning"] as const,
      ...["--bootstrap-server", stack.shellServers, "--topic", "codecs"],
      ...["--max-messages", count, "--timeout-ms", "30000"],
    );
    assertEquals(lines(java.stdout).sort(), expected);
  },
  "leaders stopped and killed amid a load: every acknowledged record is there, once": async (
    stack,
  ) => {
    const { moreIsAcknowledged, endAndCount } = await startLoad(stack);
    await moreIsAcknowledged();
    // Its leaders move at once: a send that spanned brokers would lose its records here.
    await stack.kill("kafka3", "SIGTERM");
    await moreIsAcknowledged();
    await stack.start("kafka3");
    await stack.kill("kafka2", "SIGKILL");
    await moreIsAcknowledged();
    await endAndCount();
  },
});
