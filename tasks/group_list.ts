// deno task group:list: shows all consumer groups.
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { listGroups } from "../clients/kafka/groups/groups.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { jsonFlag, sayGaps, toJson } from "./_admin.ts";
import { stackConnection, stackFlags } from "./_stack.ts";
import { table } from "./_table.ts";

await runMain({
  name: "deno task group:list",
  summary: "Lists consumer groups: state, consumers, and the broker that coordinates each.",
  flags: { ...stackFlags, ...jsonFlag },
  examples: ["deno task group:list", "deno task group:list --json"],
}, async ({ flags }) => {
  const found = await withCluster(await stackConnection(flags), listGroups);
  const groups = found.groups.map(({ group, state, members, coordinator }) => ({
    group,
    state,
    members: members.length,
    coordinator: coordinator.id,
  }));
  if (flags.json) console.log(toJson(groups));
  else if (groups.length === 0 && found.gaps.length === 0) {
    say("There are no consumer groups. Begin one: deno task consume");
  } else if (groups.length > 0) {
    console.log(table(
      ["GROUP", "STATE", "MEMBERS", "COORDINATOR"],
      groups.map((group) => Object.values(group).map(String)),
    ));
    say("How far they are: deno task group:describe");
  }
  return sayGaps(found.gaps);
});
