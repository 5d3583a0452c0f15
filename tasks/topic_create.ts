// deno task topic:create: makes a topic.
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { UsageError } from "../clients/cli/flags.ts";
import { isInternalName } from "../clients/kafka/topics/internal_topics.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { checkTopicName } from "../clients/cli/topic_name.ts";
import { createTopic } from "../clients/kafka/topics/topics.ts";
import { count, parseConfigs } from "./_admin.ts";
import { stackConnection, stackFlags } from "./_stack.ts";

await runMain({
  name: "deno task topic:create",
  summary: "Creates a topic, unless it is there with the same shape. Returns when it can be used.",
  flags: {
    ...stackFlags,
    topic: { type: "string", help: "name", default: "test-topic" },
    partitions: { type: "integer", help: "how many", value: "n", default: 3, min: 1 },
    "replication-factor": {
      type: "integer",
      help: "replicas of each partition (default: 3, or one a broker where there are fewer)",
      value: "n",
      min: 1,
    },
    config: { type: "list", help: "a config of the topic", value: "key=value" },
  },
  examples: [
    "deno task topic:create",
    "deno task topic:create --topic orders --partitions 12 --config cleanup.policy=compact",
  ],
}, async ({ flags }) => {
  const name = checkTopicName(flags.topic);
  if (isInternalName(name)) {
    throw new UsageError(
      `${name} is Kafka's own: it is created with its own settings when it is needed`,
      "Choose another name.",
    );
  }
  const replicationFactor = flags["replication-factor"];
  const shape = {
    partitions: flags.partitions,
    replicationFactor,
    config: parseConfigs(flags.config),
  };
  const connection = await stackConnection(flags);
  const { created, topic } = await withCluster(
    connection,
    (cluster) => createTopic(cluster, name, shape),
  );
  const replicas = topic.partitions[0]!.replicas.length;
  say(
    `Topic ${name} ${created ? "is created" : "is there already"}: ` +
      `${count(topic.partitions.length, "partition")}, replication factor ${replicas}.`,
  );
  if (created && replicationFactor === undefined && replicas < 3) {
    say(
      `Replication factor ${replicas}, not 3: only ${count(replicas, "broker")} ` +
        `${replicas === 1 ? "is" : "are"} registered. Is one down? deno task status`,
    );
  }
  if (created && /[._]/.test(name)) {
    say("Kafka makes no difference between . and _ in metric names: use only one of them.");
  }
  say(`Write to it: deno task produce${name === "test-topic" ? "" : ` --topic ${name}`}`);
});
