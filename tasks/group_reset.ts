// deno task group:reset: lets a consumer group go on elsewhere.
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { type Command, UsageError, type Values } from "../clients/cli/flags.ts";
import {
  commitReset,
  parseDatetime,
  parseSelection,
  planReset,
  type ResetTarget,
} from "../clients/kafka/groups/reset.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { checkTopicName } from "../clients/cli/topic_name.ts";
import { cell } from "./_admin.ts";
import { stackConnection, stackFlags } from "./_stack.ts";
import { table } from "./_table.ts";

const FLAGS = {
  ...stackFlags,
  group: { type: "string", help: "consumer group; it must have no consumers" },
  topic: { type: "list", help: "a topic, or partitions of it", value: "topic[:0,2]" },
  "all-topics": { type: "boolean", help: "all topics that the group has committed offsets of" },
  "to-earliest": { type: "boolean", help: "to the oldest record" },
  "to-latest": { type: "boolean", help: "to the end: only new records" },
  "to-offset": { type: "integer", help: "to this offset", value: "offset" },
  "to-datetime": {
    type: "string",
    help: "to the first record from then on; UTC unless a zone is given",
    value: "YYYY-MM-DDThh:mm:ss.sss",
  },
  "shift-by": {
    type: "integer",
    help: "so many records on, or back when negative",
    value: "n",
    min: Number.MIN_SAFE_INTEGER,
  },
  execute: { type: "boolean", help: "do it" },
  "dry-run": { type: "boolean", help: "only show what would be done; so too without --execute" },
} as const;

const COMMAND: Command<typeof FLAGS> = {
  name: "deno task group:reset",
  summary: "Resets the committed offsets of a consumer group.",
  flags: FLAGS,
  examples: [
    "deno task group:reset --group flinox --topic test-topic --to-earliest",
    "deno task group:reset --group flinox --topic test-topic:0,2 --shift-by -10 --execute",
  ],
};

function readTarget(flags: Values<typeof FLAGS>): ResetTarget {
  const targets: ResetTarget[] = [];
  if (flags["to-earliest"]) targets.push({ to: "earliest" });
  if (flags["to-latest"]) targets.push({ to: "latest" });
  if (flags["to-offset"] !== undefined) {
    targets.push({ to: "offset", offset: BigInt(flags["to-offset"]) });
  }
  if (flags["to-datetime"] !== undefined) {
    targets.push({ to: "datetime", timestamp: parseDatetime(flags["to-datetime"]) });
  }
  if (flags["shift-by"] !== undefined) {
    targets.push({ to: "shift", by: BigInt(flags["shift-by"]) });
  }
  const [target] = targets;
  if (target && targets.length === 1) return target;
  throw new UsageError(
    target ? "There is more than one place to reset to" : "Where to reset to?",
    "Give one of --to-earliest, --to-latest, --to-offset, --to-datetime and --shift-by.",
  );
}

await runMain(COMMAND, async ({ flags }) => {
  const { group } = flags;
  if (group === undefined) throw new UsageError("Which consumer group? Give --group");
  if (flags.execute && flags["dry-run"]) {
    throw new UsageError("--execute and --dry-run exclude each other");
  }
  if (flags["all-topics"] === (flags.topic.length > 0)) {
    throw new UsageError("Which topics? Give either --topic or --all-topics");
  }
  const target = readTarget(flags);
  const selections = flags["all-topics"] ? undefined : flags.topic.map(parseSelection);
  selections?.forEach(({ topic }) => checkTopicName(topic));
  const connection = await stackConnection(flags);
  const resets = await withCluster(connection, async (cluster) => {
    const resets = await planReset(cluster, group, selections, target);
    if (flags.execute) await commitReset(cluster, group, resets);
    return resets;
  });
  console.log(table(
    ["TOPIC", "PARTITION", "BEFORE", "AFTER"],
    resets.map(({ topic, partition, before, after }) =>
      [topic, partition, before, after].map(cell)
    ),
  ));
  for (const { topic, partition, asked, after } of resets) {
    if (asked !== after) say(`${topic}-${partition} has no offset ${asked}: ${after} is taken.`);
  }
  if (flags.execute) {
    say(`Group ${group} is reset. See it: deno task group:describe --group ${group}`);
  } else say("Nothing was changed. Do it: the same with --execute");
});
