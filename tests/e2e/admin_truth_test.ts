import { assertEquals, assertStringIncludes } from "@std/assert";
import { withCluster } from "../../clients/kafka/cluster/cluster.ts";
import { commitReset } from "../../clients/kafka/groups/reset.ts";
import { startLagExporter } from "./_lag_exporter.ts";
import { engineTest, type TestStack, withStack } from "./_stack.ts";

/** Ends with this exit code; all that it said. */
async function ends(stack: TestStack, code: number, name: string, ...args: string[]) {
  const result = await stack.task(name, ...args);
  assertEquals([name, ...args, result.code], [name, ...args, code], result.stderr);
  assertEquals(result.stderr.includes("    at "), false, result.stderr);
  return result;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}\n`).join("");

/** Deletes records with Kafka's own tool, as retention does. */
async function deleteRecords(stack: TestStack, topic: string, offset: number) {
  const json = { version: 1, partitions: [{ topic, partition: 0, offset }] };
  // The tool reads a file only.
  const script = `file=$(mktemp) && cat >"$file" && kafka-delete-records --bootstrap-server ` +
    `${stack.shellServers} --offset-json-file "$file"; code=$?; rm "$file"; exit $code`;
  await stack.ok("shell", "--", "sh", "-c", script, { stdin: JSON.stringify(json) });
}

async function offsetOf(stack: TestStack, group: string) {
  const { stdout } = await stack.ok("group:describe", "--group", group, "--json");
  const [{ offsets: [offset] }] = JSON.parse(stdout);
  const { committed, logStart, logEnd, lag, position } = offset;
  return { committed, logStart, logEnd, lag, position };
}

await engineTest("native", "administration says what is, on one broker", async () => {
  await withStack({ args: ["--brokers", "1"] }, async (stack) => {
    // One broker cannot have three replicas, and nobody says so.
    const { stderr: made } = await stack.ok("topic:create", "--partitions", "1");
    assertStringIncludes(made, "test-topic is created: 1 partition, replication factor 1.");
    assertStringIncludes(made, "Replication factor 1, not 3: only 1 broker is registered.");

    // Lists are the same in any order.
    const shaped = (
      policy: string,
    ) => ["--topic", "shaped", "--config", `cleanup.policy=${policy}`];
    await stack.ok("topic:create", ...shaped("compact,delete"));
    const again = await stack.ok("topic:create", ...shaped("delete,compact"));
    assertStringIncludes(again.stderr, "shaped is there already");
    await ends(stack, 1, "topic:create", ...shaped("delete"));

    // What the broker refuses is said in its words, with what to do.
    const refused = async (code: string, hint: string, name: string, ...args: string[]) => {
      const { stderr } = await ends(stack, 1, name, "--topic", "shaped", ...args);
      assertStringIncludes(stderr, `Error: Topic shaped: `);
      assertStringIncludes(stderr, `(${code})`);
      assertStringIncludes(stderr, hint);
    };
    await refused("INVALID_PARTITIONS", "only ever added", "topic:alter", "--partitions", "1");
    const typo = ["--config", "retention.m=1"];
    await refused("INVALID_CONFIG", "Did you mean retention.ms?", "topic:alter", ...typo);
    const wrong = ["--config", "cleanup.policy=none"];
    await refused("INVALID_CONFIG", "one of: compact, delete", "topic:alter", ...wrong);

    // A group at the offsets 4 and, by a client that does not look, 100 of 10.
    await stack.ok("produce", { stdin: numbers(10) });
    await stack.ok("consume", "--consumer", "behind", "--from-beginning", "--max-messages", "4");
    const inside = { committed: "4", logStart: "0", logEnd: "10", lag: "6", position: "inside" };
    assertEquals(await offsetOf(stack, "behind"), inside);
    await withCluster(
      { bootstrapServers: stack.bootstrapServers.split(",").slice(0, 1) },
      async (cluster) => {
        const reset = {
          topic: "test-topic",
          partition: 0,
          before: undefined,
          asked: 0n,
          after: 100n,
        };
        await commitReset(cluster, "ahead", [reset]);
      },
    );
    await deleteRecords(stack, "test-topic", 7);
    const ends10 = { logStart: "7", logEnd: "10" };
    assertEquals(await offsetOf(stack, "behind"), {
      ...{ committed: "4", ...ends10, lag: "3", position: "below-start" },
    });
    assertEquals(await offsetOf(stack, "ahead"), {
      ...{ committed: "100", ...ends10, lag: "0", position: "beyond-end" },
    });
    const table = await stack.ok("group:describe");
    assertStringIncludes(table.stdout, "below the log's start (7): 3 records are gone");
    assertStringIncludes(table.stdout, "beyond the log's end (10)");
    assertStringIncludes(table.stderr, "deno task group:reset --group ahead");
    {
      await using exporter = await startLagExporter(stack.bootstrapServers.split(",")[0]!);
      const series = await exporter.scrape();
      const lag = (group: string) =>
        series[
          `kafka_consumergroup_lag{consumergroup="${group}",topic="test-topic",partition="0"}`
        ];
      assertEquals([series.kafka_lag_exporter_up, lag("behind"), lag("ahead")], [1, 3, 0]);
    }

    // A day that does not exist is not another day.
    const reset = ["--group", "behind", "--topic", "test-topic", "--to-datetime"];
    for (const time of ["2026-02-30T00:00", "2026-02-28T24:00"]) {
      const { stderr } = await ends(stack, 2, "group:reset", ...reset, time, "--execute");
      assertStringIncludes(stderr, `"${time}" is not a time`);
    }
    assertEquals((await offsetOf(stack, "behind")).committed, "4");

    // Kafka's own topics.
    const own = ["--topic", "__consumer_offsets"];
    const policy = async () => {
      const [topic] = JSON.parse((await stack.ok("topic:describe", ...own, "--json")).stdout);
      return topic.configs.find((c: { name: string }) => c.name === "cleanup.policy").value;
    };
    const changes = [
      ["topic:alter", ...own, "--config", "cleanup.policy=delete"],
      ["topic:alter", ...own, "--delete-config", "cleanup.policy"],
      ["topic:alter", ...own, "--partitions", "60"],
      ["topic:delete", ...own],
    ] as const;
    for (const [name, ...args] of changes) {
      for (const more of [[], ["--yes"]]) {
        const { stderr } = await ends(stack, 2, name, ...args, ...more);
        assertStringIncludes(stderr, "it holds the committed offsets of all consumer groups");
        assertStringIncludes(stderr, "--internal");
      }
      // There is nobody to answer the question, which says what is lost.
      const asked = await ends(stack, 2, name, ...args, "--internal");
      assertStringIncludes(asked.stderr, "It holds the committed offsets of all consumer groups");
      assertStringIncludes(asked.stderr, "all the same? There is no terminal to ask in");
    }
    assertEquals([await policy(), (await offsetOf(stack, "behind")).committed], ["compact", "4"]);
    await ends(stack, 2, "topic:create", "--topic", "__transaction_state");
    const harmless = ["--config", "segment.bytes=52428800", "--internal", "--yes"];
    await stack.ok("topic:alter", ...own, ...harmless);
    await stack.ok("topic:delete", ...own, "--internal", "--yes");
    assertEquals(JSON.parse((await stack.ok("group:list", "--json")).stdout), []);
  });
});
