// deno task restart: some services, or all.
import { runVerb } from "./_some.ts";

await runVerb({
  verb: "restart",
  summary:
    "Stops services and starts them again; returns when they are in sync. All without a name.",
  stops: true,
  starts: true,
});
