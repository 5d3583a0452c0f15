// deno task group:list: shows all consumer groups.
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { describeGroups } from "../clients/kafka/groups/groups.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { jsonFlag, lagOf, sayGaps, toJson } from "./_admin.ts";
import { stackConnection, stackFlags } from "./_stack.ts";
import { table } from "./_table.ts";

await runMain({
  name: "deno task group:list",
  summary:
    "Lists consumer groups: type (classic, consumer, share, streams), state, consumers, the broker\n" +
    "that coordinates each, and its lag: records that it has still to read.",
  flags: { ...stackFlags, ...jsonFlag },
  examples: ["deno task group:list", "deno task group:list --json"],
}, async ({ flags }) => {
  const found = await withCluster(
    await stackConnection(flags),
    (cluster) => describeGroups(cluster),
  );
  const groups = found.groups.map(({ group, type, state, members, coordinator, offsets }) => ({
    group,
    type,
    state,
    members: members.length,
    coordinator: coordinator.id,
    lag: lagOf(offsets),
  }));
  if (flags.json) console.log(toJson(groups));
  else if (groups.length === 0 && found.gaps.length === 0) {
    say("There are no consumer groups. Begin one: deno task consume");
  } else if (groups.length > 0) {
    console.log(table(
      ["GROUP", "TYPE", "STATE", "MEMBERS", "COORDINATOR", "LAG"],
      groups.map((group) => Object.values(group).map(String)),
    ));
    say("How far they are: deno task group:describe");
  }
  return sayGaps(found.gaps);
});
