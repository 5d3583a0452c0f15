// deno task build: the client's image.
import { runMain, say } from "../clients/cli/main.ts";
import { buildClient } from "./_context.ts";
import { dirFlag } from "./_stack.ts";

await runMain({
  name: "deno task build",
  summary: "Builds the image of kafka_client: Kafka's tools, Deno and clients/, ready offline.\n" +
    "`up` does it by itself where it is missing or something in it has changed.",
  flags: dirFlag,
  examples: ["deno task build"],
}, async ({ flags }) => {
  console.log(await buildClient(flags));
  say("Start it with the stack: deno task up");
});
