// deno task shell: Kafka's tools on PATH.
import { runMain, say } from "../clients/cli/main.ts";
import type { Context } from "../infra/engine/context.ts";
import { prepareFiles } from "../infra/engine/files.ts";
import { claimDirectory, ownershipOf } from "../infra/engine/ownership.ts";
import { CLIENT, renderTools, TOOLS_DIRECTORIES, toolsEnvironment } from "../infra/render/mod.ts";
import { Failure } from "../infra/spec/mod.ts";
import { checkDirectory, tellDropped } from "./_caller.ts";
import { findKafka, openStack } from "./_context.ts";
import { dirFlag } from "./_stack.ts";

await runMain({
  name: "deno task shell",
  summary:
    "Opens a shell with Kafka's tools on PATH (kafka-topics, kafka-console-consumer, …) and\n" +
    "$BOOTSTRAP_SERVERS; or runs one command. kafka1:9092 and the like work as addresses.\n" +
    "On Docker it is a shell in kafka_client.",
  flags: dirFlag,
  rest: "command…",
  examples: [
    "deno task shell",
    "deno task shell -- kafka-topics --bootstrap-server kafka1:9092 --list",
    "deno task shell -- sh -c 'kafka-topics --bootstrap-server $BOOTSTRAP_SERVERS --describe'",
  ],
}, async ({ flags, rest }) => {
  const context = await openStack(flags);
  // Fetching Kafka for a directory that is refused then would be for nothing.
  if (!clientOf(context)) await ownershipOf(context.host, context.dir);
  if (rest.length === 0) {
    say(`Kafka's tools are on PATH; exit leaves. For example:
  kafka-topics --bootstrap-server $BOOTSTRAP_SERVERS --list`);
  }
  // Ctrl-C is for the command, which gets it too.
  Deno.addSignalListener("SIGINT", () => {});
  const client = clientOf(context);
  const command = client ? await inClient(context, client.name, rest) : await onHost(context, rest);
  return (await command.spawn().status).code;
});

/** A command of this machine, or the user's shell, with the tools in the stack's `bin`. */
async function onHost({ host, dir, stack, report }: Context, rest: readonly string[]) {
  checkDirectory(dir);
  await tellDropped(report, "tools");
  const { java, libs } = await findKafka(stack, report);
  await claimDirectory(host, dir);
  const artifacts = renderTools(stack, { os: host.os, java: java.command, libs, dir });
  await prepareFiles(host, dir, { directories: TOOLS_DIRECTORIES, artifacts });
  return new Deno.Command("sh", {
    args: ["-c", rest.length > 0 ? 'exec "$@"' : 'exec "${SHELL:-sh}"', "sh", ...rest],
    env: toolsEnvironment(stack, dir, host.env("PATH") ?? ""),
  });
}

/** The container with the clients, where services run in containers. */
function clientOf({ rendered }: Context) {
  return rendered.services.find(({ name }) => name === CLIENT)?.container;
}

/** A command in the client's container, or bash there. */
async function inClient({ engine }: Context, container: string, rest: readonly string[]) {
  if (!(await engine.observe()).has(CLIENT)) {
    throw new Failure(`${CLIENT} does not run`, {
      hint: `Start it: deno task start ${CLIENT}`,
      exitCode: 3,
    });
  }
  const terminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal() ? "-it" : "-i";
  const command = rest.length > 0 ? rest : ["bash"];
  return new Deno.Command("sh", {
    args: ["-c", 'exec docker exec "$@"', "sh", terminal, container, ...command],
  });
}
