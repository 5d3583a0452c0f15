// deno task stop: some services, or all.
import { runVerb } from "./_some.ts";

await runVerb({
  verb: "stop",
  summary: "Stops services; their data stays. All without a name.",
  stops: true,
  starts: false,
});
