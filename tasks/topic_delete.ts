// deno task topic:delete: deletes a topic.
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { UsageError } from "../clients/cli/flags.ts";
import { internalHolds } from "../clients/kafka/topics/internal_topics.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { checkTopicName } from "../clients/cli/topic_name.ts";
import { deleteTopic, findTopic, listTopics } from "../clients/kafka/topics/topics.ts";
import { internalFlag, needInternal } from "./_admin.ts";
import { confirm } from "./_confirm.ts";
import { stackConnection, stackFlags } from "./_stack.ts";

await runMain({
  name: "deno task topic:delete",
  summary: "Deletes a topic with its records: asks first. Returns when it is gone.",
  flags: {
    ...stackFlags,
    topic: { type: "string", help: "name" },
    ...internalFlag,
    yes: { type: "boolean", help: "do not ask" },
  },
  examples: ["deno task topic:delete --topic orders", "deno task topic:delete --topic x --yes"],
}, async ({ flags }) => {
  if (flags.topic === undefined) throw new UsageError("Which topic? Give --topic");
  const topic = checkTopicName(flags.topic);
  const connection = await stackConnection(flags);
  return await withCluster(connection, async (cluster) => {
    const { internal } = findTopic(await listTopics(cluster), topic);
    if (internal) needInternal(topic, flags.internal);
    const question = internal
      ? `${topic} is Kafka's own. It holds ${internalHolds(topic)}.\nDelete it all the same?`
      : `Delete topic ${topic} and all its records?`;
    if (!confirm(question, flags.yes)) {
      say("Nothing was deleted.");
      return 1;
    }
    await deleteTopic(cluster, topic);
    say(`Topic ${topic} is deleted.`);
    return 0;
  });
});
