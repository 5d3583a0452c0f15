// deno task start: some services, or all.
import { runVerb } from "./_some.ts";

await runVerb({
  verb: "start",
  summary:
    "Starts services that do not run, and returns when they are in sync; all without a name.",
  stops: false,
  starts: true,
});
