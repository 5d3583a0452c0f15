// deno task stop: some services, or all.
import { runServiceVerb } from "./_service_verbs.ts";

await runServiceVerb({
  verb: "stop",
  summary: "Stops services; their data stays. All without a name.",
});
