// deno task topic:alter: changes a topic's configs or adds partitions.
import { withCluster } from "../clients/cluster.ts";
import { UsageError } from "../clients/flags.ts";
import { runMain, say } from "../clients/_main.ts";
import { checkTopicName } from "../clients/_topic.ts";
import { alterTopic } from "../clients/topics.ts";
import { parseConfigs } from "./_admin.ts";
import { stackBootstrapServers, stackFlags } from "./_stack.ts";
import { table } from "./_table.ts";

await runMain({
  name: "deno task topic:alter",
  summary: "Changes configs of a topic or adds partitions, and shows them before and after.\n" +
    "What is not named stays as it is.",
  flags: {
    ...stackFlags,
    topic: { type: "string", help: "name", default: "test-topic" },
    config: { type: "list", help: "sets a config", value: "key=value" },
    "delete-config": {
      type: "list",
      help: "takes a config back to the broker's setting",
      value: "key",
    },
    partitions: { type: "integer", help: "new number of partitions", value: "n", min: 1 },
  },
  examples: [
    "deno task topic:alter --config cleanup.policy=compact",
    "deno task topic:alter --topic orders --delete-config retention.ms --partitions 6",
  ],
}, async ({ flags }) => {
  const topic = checkTopicName(flags.topic);
  const { partitions } = flags;
  const set = parseConfigs(flags.config);
  const remove = flags["delete-config"];
  const both = remove.find((name) => name in set);
  if (both !== undefined) throw new UsageError(`${both} is both set and deleted`);
  if (Object.keys(set).length + remove.length === 0 && partitions === undefined) {
    throw new UsageError("Nothing to change: give --config, --delete-config or --partitions");
  }
  const servers = await stackBootstrapServers(flags);
  const changes = await withCluster(
    servers,
    (cluster) => alterTopic(cluster, topic, { set, remove, partitions }),
  );
  console.log(table(
    [topic, "BEFORE", "AFTER"],
    changes.map(({ name, before, after }) => [name, before, after]),
  ));
  say(`See all of it: deno task topic:describe --topic ${topic}`);
});
