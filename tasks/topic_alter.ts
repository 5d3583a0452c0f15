// deno task topic:alter: changes a topic's configs or adds partitions.
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { UsageError } from "../clients/cli/flags.ts";
import {
  changeRisk,
  type InternalChange,
  internalHolds,
} from "../clients/kafka/topics/internal_topics.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { checkTopicName } from "../clients/cli/topic_name.ts";
import { alterTopic, findTopic, listTopics } from "../clients/kafka/topics/topics.ts";
import { internalFlag, needInternal, parseConfigs } from "./_admin.ts";
import { confirm } from "./_confirm.ts";
import { stackConnection, stackFlags } from "./_stack.ts";
import { table } from "./_table.ts";

function question(topic: string, changes: readonly InternalChange[]): string {
  return [
    `${topic} is Kafka's own. It holds ${internalHolds(topic)}.`,
    ...changes.map((change) => {
      const { name, value } = change;
      const what = value === undefined ? `without ${name} of its own` : `with ${name}=${value}`;
      return `  ${what}: ${changeRisk(change)}`;
    }),
    "Change it all the same?",
  ].join("\n");
}

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
    ...internalFlag,
    yes: { type: "boolean", help: "do not ask before Kafka's own topics are changed" },
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
  const connection = await stackConnection(flags);
  const changes = await withCluster(connection, async (cluster) => {
    if (findTopic(await listTopics(cluster), topic).internal) {
      needInternal(topic, flags.internal);
      const wanted = [
        ...Object.entries(set).map(([name, value]) => ({ name, value })),
        ...remove.map((name) => ({ name, value: undefined })),
        ...partitions === undefined ? [] : [{ name: "partitions", value: String(partitions) }],
      ];
      if (!confirm(question(topic, wanted), flags.yes)) return undefined;
    }
    return await alterTopic(cluster, topic, { set, remove, partitions });
  });
  if (!changes) {
    say("Nothing was changed.");
    return 1;
  }
  console.log(table(
    [topic, "BEFORE", "AFTER"],
    changes.map(({ name, before, after }) => [name, before, after]),
  ));
  say(`See all of it: deno task topic:describe --topic ${topic}`);
});
