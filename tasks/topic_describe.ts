// deno task topic:describe: shows a topic's partitions and configs.
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { checkTopicName } from "../clients/cli/topic_name.ts";
import { describeTopics, type TopicDescription } from "../clients/kafka/topics/topics.ts";
import { count, jsonFlag, sayGaps, toJson } from "./_admin.ts";
import { stackConnection, stackFlags } from "./_stack.ts";
import { table } from "./_table.ts";

/** Configs that somebody has set: on the topic, or on the broker. */
function isSet({ source }: TopicDescription["configs"][number]): boolean {
  return source !== "default";
}

function show({ topic, partitions, configs }: TopicDescription): string {
  const replicas = partitions[0]?.replicas.length ?? 0;
  const set = configs.filter(isSet).map(({ name, value, source }) =>
    `  ${name}=${value ?? "(hidden)"}${source === "topic" ? "" : ` (${source})`}`
  );
  const rows = partitions.map(({ partition, leader, replicas, isr }) => [
    String(partition),
    leader < 0 ? "none" : String(leader),
    replicas.join(" "),
    isr.join(" "),
    isr.length < replicas.length ? "under-replicated" : "",
  ]);
  return [
    `${topic}: ${count(partitions.length, "partition")}, replication factor ${replicas}`,
    ...set,
    table(["PARTITION", "LEADER", "REPLICAS", "ISR", ""], rows),
  ].join("\n");
}

await runMain({
  name: "deno task topic:describe",
  summary:
    "Shows topics: the leader, replicas and ISR of each partition, and the configs that are\n" +
    "not Kafka's defaults. Without --topic all topics.",
  flags: {
    ...stackFlags,
    ...jsonFlag,
    topic: { type: "string", help: "only this one" },
    internal: { type: "boolean", help: "Kafka's own topics too, e.g. __consumer_offsets" },
  },
  examples: ["deno task topic:describe --topic test-topic", "deno task topic:describe --json"],
}, async ({ flags }) => {
  const names = flags.topic === undefined ? undefined : [checkTopicName(flags.topic)];
  const connection = await stackConnection(flags);
  const all = await withCluster(connection, (cluster) => describeTopics(cluster, names));
  const topics = all.topics.filter(({ internal }) => names || flags.internal || !internal);
  if (flags.json) {
    console.log(toJson(topics.map((t) => ({ ...t, configs: t.configs.filter(isSet) }))));
  } else if (topics.length === 0 && all.gaps.length === 0) {
    say("There are no topics. Make one: deno task topic:create");
  } else if (topics.length > 0) console.log(topics.map(show).join("\n\n"));
  return sayGaps(all.gaps);
});
