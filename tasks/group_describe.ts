// deno task group:describe: shows how far consumer groups are.
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { positionText } from "../clients/kafka/groups/position.ts";
import { describeGroups, type GroupDescription } from "../clients/kafka/groups/groups.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { cell, count, jsonFlag, lagOf, sayGaps, toJson } from "./_admin.ts";
import { stackConnection, stackFlags } from "./_stack.ts";
import { table } from "./_table.ts";

function show({ group, type, state, coordinator, members, offsets }: GroupDescription): string {
  const idle = members.filter(({ partitions }) => partitions.length === 0);
  const remarks = offsets.some((offset) => positionText(offset) !== undefined);
  return [
    `${group}: ${type}, ${state}, ${count(members.length, "member")}, ` +
    `coordinator broker ${coordinator.id}, lag ${lagOf(offsets)}`,
    table(
      [
        ...[
          "TOPIC",
          "PARTITION",
          type === "share" ? "START-OFFSET" : "COMMITTED",
          "LOG-START-OFFSET",
          "LOG-END-OFFSET",
          "LAG",
        ],
        ...["CLIENT-ID", "HOST", ...remarks ? ["REMARK"] : []],
      ],
      offsets.map((offset) => {
        const { topic, partition, committed, logStart, logEnd, lag } = offset;
        // Of a share group several may read a partition.
        const readers = members.filter(({ partitions }) =>
          partitions.some((own) => own.topic === topic && own.partition === partition)
        );
        const each = (texts: string[]) => [...new Set(texts)].join(", ");
        return [
          ...[topic, partition, committed, logStart, logEnd, lag].map(cell),
          ...[each(readers.map((r) => r.clientId)), each(readers.map((r) => r.host))].map(cell),
          ...remarks ? [positionText(offset) ?? ""] : [],
        ];
      }),
    ),
    ...idle.map(({ clientId, host }) => `Without partitions: ${clientId} on ${host}`),
  ].join("\n");
}

/** What to do about committed offsets that the log does not have. */
function sayWhatToDo(groups: readonly GroupDescription[]) {
  const odd = groups.find(({ offsets }) =>
    offsets.some(({ position }) => position === "below-start" || position === "beyond-end")
  );
  if (!odd) return;
  say(
    "A consumer that finds no record at its committed offset continues where its auto.offset.reset " +
      `says.\nSet it: deno task group:reset --group ${odd.group} --all-topics --to-earliest`,
  );
}

await runMain({
  name: "deno task group:describe",
  summary:
    "Shows consumer groups: committed offset, both ends of the log and lag of each partition,\n" +
    "and who reads it. Without --group all groups.\n" +
    "Of a share group the start offset: all before it is done with.\n" +
    "The lag counts records that are there. --json says as `position` where the committed\n" +
    "offset lies: inside (the log), below-start, beyond-end, no-leader, no-partition.",
  flags: { ...stackFlags, ...jsonFlag, group: { type: "string", help: "only this one" } },
  examples: ["deno task group:describe --group flinox", "deno task group:describe --json"],
}, async ({ flags }) => {
  const names = flags.group === undefined ? undefined : [flags.group];
  const connection = await stackConnection(flags);
  const { groups, gaps } = await withCluster(
    connection,
    (cluster) => describeGroups(cluster, names),
  );
  if (flags.json) console.log(toJson(groups));
  else if (groups.length > 0) console.log(groups.map(show).join("\n\n"));
  else if (gaps.length === 0) say("There are no consumer groups. Begin one: deno task consume");
  if (!flags.json) sayWhatToDo(groups);
  const leaderless = groups.some(({ offsets }) =>
    offsets.some(({ position }) => position === "no-leader")
  );
  return Math.max(sayGaps(gaps), leaderless ? 1 : 0);
});
