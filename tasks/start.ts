// deno task start: some services, or all.
import { runServiceVerb } from "./_service_verbs.ts";

await runServiceVerb({
  verb: "start",
  summary:
    "Starts services that do not run, and returns when they are in sync; all without a name.",
});
