// deno task shell: Kafka's tools on PATH.
import { runMain, say } from "../clients/_main.ts";
import { prepareFiles } from "../infra/engine/files.ts";
import { renderTools, toolsEnvironment } from "../infra/render/mod.ts";
import { findKafka, openStack } from "./_context.ts";
import { dirFlag } from "./_stack.ts";

await runMain({
  name: "deno task shell",
  summary:
    "Opens a shell with Kafka's tools on PATH (kafka-topics, kafka-console-consumer, …) and\n" +
    "$BOOTSTRAP_SERVERS; or runs one command. kafka1:9092 and the like work as addresses.",
  flags: dirFlag,
  rest: "command…",
  examples: [
    "deno task shell",
    "deno task shell -- kafka-topics --bootstrap-server kafka1:9092 --list",
    "deno task shell -- sh -c 'kafka-topics --bootstrap-server $BOOTSTRAP_SERVERS --describe'",
  ],
}, async ({ flags, rest }) => {
  const { host, dir, stack, report } = await openStack(flags);
  const { java, libs } = await findKafka(stack, report);
  const artifacts = renderTools(stack, { java: java.command, libs, dir });
  await prepareFiles(host, dir, { directories: ["bin"], artifacts });
  if (rest.length === 0) {
    say(`Kafka's tools are on PATH; exit leaves. For example:
  kafka-topics --bootstrap-server $BOOTSTRAP_SERVERS --list`);
  }
  // Ctrl-C is for the command, which gets it too.
  Deno.addSignalListener("SIGINT", () => {});
  const child = new Deno.Command("sh", {
    args: ["-c", rest.length > 0 ? 'exec "$@"' : 'exec "${SHELL:-sh}"', "sh", ...rest],
    env: toolsEnvironment(stack, dir, host.env("PATH") ?? ""),
  }).spawn();
  return (await child.status).code;
});
