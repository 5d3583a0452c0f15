// deno task status: how each service is.
import { runMain, say } from "../clients/cli/main.ts";
import { openStack } from "./_context.ts";
import { readStatus, servicesTable } from "./_services.ts";
import { dirFlag } from "./_stack.ts";

await runMain({
  name: "deno task status",
  summary: "Shows each service: what it does, its address, memory, pid and since when.\n" +
    "Ends with exit code 3 when something is wrong, and says what.",
  flags: { ...dirFlag, json: { type: "boolean", help: "print JSON" } },
  examples: ["deno task status", "deno task status --json"],
}, async ({ flags }) => {
  const context = await openStack(flags);
  const status = await readStatus(context);
  if (flags.json) console.log(JSON.stringify(status, null, 2));
  else {
    console.log(servicesTable(status));
    status.problems.forEach((problem) => say(`  ${problem}`));
    if (status.services.every(({ state }) => state === "stopped")) say("Start it: deno task up");
    else if (!status.healthy) say("Look further: deno task doctor · deno task logs <service>");
  }
  return status.healthy ? 0 : 3;
});
