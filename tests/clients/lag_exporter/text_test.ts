import { assertEquals } from "@std/assert";
import { CONTENT_TYPE, lagText } from "../../../clients/lag_exporter/text.ts";
import { lag, readers } from "./_lag_fixtures.ts";

/** The lines with values. */
async function series(...args: Parameters<typeof lagText>): Promise<string[]> {
  const lines = (await lagText(...args)).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

Deno.test("lagText() has a series for each offset that is known, and none for others", async () => {
  assertEquals(await series(lag, 0.25), [
    "kafka_lag_exporter_up 1",
    "kafka_lag_exporter_collect_seconds 0.25",
    'kafka_consumergroup_lag{consumergroup="readers",topic="orders",partition="0"} 3',
    'kafka_consumergroup_current_offset{consumergroup="readers",topic="orders",partition="0"} 7',
    'kafka_consumergroup_current_offset{consumergroup="readers",topic="orders",partition="2"} 5',
    'kafka_consumergroup_members{consumergroup="readers"} 1',
    'kafka_topic_partitions{topic="orders"} 3',
    'kafka_topic_partition_current_offset{topic="orders",partition="0"} 10',
    'kafka_topic_partition_current_offset{topic="orders",partition="1"} 4',
    'kafka_topic_partition_oldest_offset{topic="orders",partition="0"} 2',
    'kafka_topic_partition_oldest_offset{topic="orders",partition="1"} 0',
  ]);
});

Deno.test("lagText() without an answer of the brokers has no series of theirs", async () => {
  await lagText(lag, 1);
  assertEquals(await series(undefined, 8), [
    "kafka_lag_exporter_up 0",
    "kafka_lag_exporter_collect_seconds 8",
  ]);
});

Deno.test("lagText() has what is known where brokers did not tell all, with up 0", async () => {
  const gap = { what: "the groups that broker 2 coordinates", why: "it is away", passing: true };
  assertEquals(await series({ ...lag, gaps: [gap] }, 1), [
    "kafka_lag_exporter_up 0",
    "kafka_lag_exporter_collect_seconds 1",
    ...(await series(lag, 1)).slice(2),
  ]);
});

Deno.test("lagText() tells of groups without members and without offsets", async () => {
  const empty = { ...readers, group: "empty", members: [], offsets: [] };
  assertEquals((await series({ groups: [empty], topics: [], gaps: [] }, 0)).slice(2), [
    'kafka_consumergroup_members{consumergroup="empty"} 0',
  ]);
});

Deno.test("lagText() escapes the name of a group, which may hold anything", async () => {
  const odd = { ...readers, group: 'a"b\\c\nd', offsets: [] };
  assertEquals((await series({ groups: [odd], topics: [], gaps: [] }, 0)).slice(2), [
    'kafka_consumergroup_members{consumergroup="a\\"b\\\\c\\nd"} 1',
  ]);
});

Deno.test("lagText() is Prometheus' text format, each metric a gauge with a help text", async () => {
  assertEquals(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
  const lines = (await lagText(lag, 0)).split("\n");
  const names = lines.flatMap((line) => /^# HELP (\w+) \S/.exec(line)?.[1] ?? []);
  assertEquals(names, [
    "kafka_lag_exporter_up",
    "kafka_lag_exporter_collect_seconds",
    "kafka_consumergroup_lag",
    "kafka_consumergroup_current_offset",
    "kafka_consumergroup_members",
    "kafka_topic_partitions",
    "kafka_topic_partition_current_offset",
    "kafka_topic_partition_oldest_offset",
  ]);
  assertEquals(
    lines.filter((line) => line.startsWith("# TYPE")),
    names.map((name) => `# TYPE ${name} gauge`),
  );
});
