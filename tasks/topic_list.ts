// deno task topic:list: shows all topics.
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { fetchTopicList, isUnderReplicated } from "../clients/kafka/topics/topics.ts";
import { jsonFlag, sayGaps, toJson } from "./_admin.ts";
import { stackConnection, stackFlags } from "./_stack.ts";
import { table } from "./_table.ts";

await runMain({
  name: "deno task topic:list",
  summary: "Lists topics: partitions, replication factor, partitions with a replica out of sync.",
  flags: {
    ...stackFlags,
    ...jsonFlag,
    internal: { type: "boolean", help: "Kafka's own topics too, e.g. __consumer_offsets" },
  },
  examples: ["deno task topic:list", "deno task topic:list --json"],
}, async ({ flags }) => {
  const all = await withCluster(await stackConnection(flags), fetchTopicList);
  const topics = all.topics.filter(({ internal }) => flags.internal || !internal).map((topic) => ({
    topic: topic.topic,
    partitions: topic.partitions.length,
    replicationFactor: topic.partitions[0]?.replicas.length ?? 0,
    underReplicated: topic.partitions.filter(isUnderReplicated).length,
  }));
  if (flags.json) console.log(toJson(topics));
  else if (topics.length === 0 && all.gaps.length === 0) {
    say("There are no topics. Make one: deno task topic:create");
  } else if (topics.length > 0) {
    console.log(table(
      ["TOPIC", "PARTITIONS", "REPLICATION-FACTOR", "UNDER-REPLICATED"],
      topics.map((topic) => Object.values(topic).map(String)),
    ));
  }
  return sayGaps(all.gaps);
});
