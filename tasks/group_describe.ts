// deno task group:describe: shows how far consumer groups are.
import { withCluster } from "../clients/cluster.ts";
import { describeGroups, type GroupDescription } from "../clients/groups.ts";
import { runMain, say } from "../clients/_main.ts";
import { cell, count, jsonFlag, toJson } from "./_admin.ts";
import { stackBootstrapServers, stackFlags } from "./_stack.ts";
import { table } from "./_table.ts";

function show({ group, state, coordinator, members, offsets }: GroupDescription): string {
  const lag = offsets.reduce((sum, { lag = 0n }) => sum + lag, 0n);
  const idle = members.filter(({ partitions }) => partitions.length === 0);
  return [
    `${group}: ${state}, ${count(members.length, "member")}, ` +
    `coordinator broker ${coordinator.id}, lag ${lag}`,
    table(
      ["TOPIC", "PARTITION", "COMMITTED", "LOG-END-OFFSET", "LAG", "CLIENT-ID", "HOST"],
      offsets.map(({ topic, partition, committed, logEnd, lag, member }) =>
        [topic, partition, committed, logEnd, lag, member?.clientId, member?.host].map(cell)
      ),
    ),
    ...idle.map(({ clientId, host }) => `Without partitions: ${clientId} on ${host}`),
  ].join("\n");
}

await runMain({
  name: "deno task group:describe",
  summary:
    "Shows consumer groups: committed offset, log end offset and lag of each partition, and\n" +
    "who reads it. Without --group all groups.",
  flags: { ...stackFlags, ...jsonFlag, group: { type: "string", help: "only this one" } },
  examples: ["deno task group:describe --group flinox", "deno task group:describe --json"],
}, async ({ flags }) => {
  const names = flags.group === undefined ? undefined : [flags.group];
  const servers = await stackBootstrapServers(flags);
  const groups = await withCluster(servers, (cluster) => describeGroups(cluster, names));
  if (flags.json) console.log(toJson(groups));
  else if (groups.length === 0) {
    say("There are no consumer groups. Begin one: deno task consume");
  } else console.log(groups.map(show).join("\n\n"));
});
