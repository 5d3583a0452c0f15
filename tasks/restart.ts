// deno task restart: some services, or all.
import { runServiceVerb } from "./_service_verbs.ts";

await runServiceVerb({
  verb: "restart",
  summary:
    "Stops services and starts them again; returns when they are in sync. All without a name.",
});
