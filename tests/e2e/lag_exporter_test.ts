import { assertEquals, assertRejects } from "@std/assert";
import { withCluster } from "../../clients/kafka/cluster/cluster.ts";
import { withAdmin } from "./_kafkajs_admin.ts";
import { type LagExporter, startLagExporter } from "./_lag_exporter.ts";
import { engineTest, type TestStack, until, withStack } from "./_stack.ts";

type Series = Readonly<Record<string, number>>;

/** What `deno task group:describe` and `topic:list` say, as series. */
async function described(stack: TestStack): Promise<Series> {
  const series: Record<string, number> = {};
  for (const group of JSON.parse((await stack.ok("group:describe", "--json")).stdout)) {
    const name = `consumergroup="${group.group}"`;
    series[`kafka_consumergroup_members{${name}}`] = group.members.length;
    for (const { topic, partition, committed, lag, logEnd } of group.offsets) {
      const where = `topic="${topic}",partition="${partition}"`;
      series[`kafka_topic_partition_current_offset{${where}}`] = Number(logEnd);
      series[`kafka_topic_partition_oldest_offset{${where}}`] = 0;
      if (committed === undefined || committed === null) continue;
      series[`kafka_consumergroup_current_offset{${name},${where}}`] = Number(committed);
      series[`kafka_consumergroup_lag{${name},${where}}`] = Number(lag);
    }
  }
  for (const { topic, partitions } of JSON.parse((await stack.ok("topic:list", "--json")).stdout)) {
    series[`kafka_topic_partitions{topic="${topic}"}`] = partitions;
  }
  return series;
}

/** A scrape without the exporter's own series; fails unless the brokers answered. */
async function scrape(exporter: LagExporter): Promise<Series> {
  const {
    kafka_lag_exporter_up: up,
    kafka_lag_exporter_collect_seconds: _,
    ...series
  } = await exporter.scrape();
  assertEquals(up, 1, exporter.said());
  return series;
}

/** Both at a time when nobody writes or reads. */
async function assertSame(stack: TestStack, exporter: LagExporter): Promise<Series> {
  const series = await scrape(exporter);
  assertEquals(series, await described(stack));
  return series;
}

const withPrefix = (series: Series, prefix: string) =>
  Object.entries(series).filter(([name]) => name.startsWith(prefix)).map(([, value]) => value);
const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);
const lagOf = (series: Series, group: string) =>
  sum(withPrefix(series, `kafka_consumergroup_lag{consumergroup="${group}"`));

await engineTest(
  "native",
  "the lag exporter serves what group:describe says, while brokers and consumers come and go",
  async () => {
    await withStack({ monitoring: true }, async (stack) => {
      await stack.ok("topic:create", "--partitions", "4");
      await stack.ok("produce", { stdin: "record\n".repeat(40) });
      const reset = ["--topic", "test-topic", "--execute"];
      await stack.ok("group:reset", "--group", "behind", ...reset, "--to-earliest");
      await using exporter = await startLagExporter(stack.bootstrapServers);

      const before = await assertSame(stack, exporter);
      assertEquals(lagOf(before, "behind"), 40);
      assertEquals(before['kafka_topic_partitions{topic="test-topic"}'], 4);
      assertEquals(before['kafka_consumergroup_members{consumergroup="behind"}'], 0);

      const consumer = stack.spawn("consume", "--consumer", "behind");
      try {
        await until("the consumer is counted, and its lag is gone", async () => {
          const series = await scrape(exporter);
          const members = series['kafka_consumergroup_members{consumergroup="behind"}'];
          return members === 1 && lagOf(series, "behind") === 0;
        });
        await assertSame(stack, exporter);
      } finally {
        consumer.kill("SIGTERM");
        await consumer.output();
      }
      await stack.ok("produce", { stdin: "record\n".repeat(7) });
      const after = await assertSame(stack, exporter);
      assertEquals(lagOf(after, "behind"), 7);
      assertEquals(after['kafka_consumergroup_members{consumergroup="behind"}'], 0);

      const servers = stack.bootstrapServers.split(",");
      await withCluster({ bootstrapServers: servers }, async (cluster) => {
        await stack.ok("stop", "kafka2");
        assertEquals(await assertSame(stack, exporter), after);
        // A scrape that meets a broker which is just starting asks it again.
        await assertRejects(() => cluster.broker(servers[1]!));
        await stack.start("kafka2");
        await cluster.broker(servers[1]!);
      });
      await stack.kill("kafka3", "SIGKILL");
      // A coordinator that has just moved lists no groups before it has heard of its new part.
      await until("what a killed broker led is served by others", async () => {
        const { kafka_lag_exporter_up: up, ...series } = await exporter.scrape();
        return up === 1 && Object.keys(after).every((name) => name in series);
      });
      assertEquals(await assertSame(stack, exporter), after);

      const told = exporter.said().length;
      await stack.ok("stop", "kafka1", "kafka2");
      for (let scrapes = 0; scrapes < 2; scrapes++) {
        const { kafka_lag_exporter_collect_seconds: _, ...down } = await exporter.scrape();
        assertEquals(down, { kafka_lag_exporter_up: 0 });
      }
      await stack.ok("start");
      assertEquals(await assertSame(stack, exporter), after);
      assertEquals(exporter.said().slice(told).split("\n"), [
        "The brokers do not answer, kafka_lag_exporter_up is 0: " +
        `Cannot reach a broker at ${servers.join(", ")} (connection refused)`,
        "The brokers answer again",
        "",
      ]);

      await withAdmin(
        { bootstrapServers: stack.bootstrapServers, clientId: "test" },
        (admin) => admin.deleteGroups(["behind"]),
      );
      const left = await scrape(exporter);
      assertEquals(withPrefix(left, "kafka_consumergroup"), []);
      assertEquals(sum(withPrefix(left, "kafka_topic_partition_current_offset")), 47);
      await stack.ok("topic:delete", "--topic", "test-topic", "--yes");
      assertEquals(await scrape(exporter), {});
      assertEquals((await exporter.end("SIGTERM")).code, 0);
    });
  },
);
