// deno task logs: what the services write.
import { runMain, say } from "../clients/_main.ts";
import { jvmsOf } from "../infra/render/mod.ts";
import { showLogs } from "../infra/engine/logs.ts";
import { checkServices, openStack } from "./_context.ts";
import { dirFlag } from "./_stack.ts";

await runMain({
  name: "deno task logs",
  summary: "Shows the logs of services, each line with its service's name; all without a name.",
  positional: "[service…]",
  flags: {
    ...dirFlag,
    follow: { type: "boolean", help: "go on with what comes, until Ctrl-C", short: "f" },
    tail: { type: "integer", help: "how many of the last lines of each", default: 20, value: "n" },
  },
  examples: ["deno task logs -f", "deno task logs kafka1 --tail 100"],
}, async ({ flags, positional }) => {
  const context = await openStack(flags);
  checkServices(context, positional);
  const { host, dir, rendered } = context;
  const jvms = jvmsOf(rendered.processes);
  const processes = jvms.filter(({ name }) => positional.length === 0 || positional.includes(name));
  if (processes.length === 0) {
    say(`${positional.join(", ")} waits for commands and writes no log.`);
    return;
  }
  const there = await Promise.all(processes.map((p) => host.readFrom(`${dir}/${p.logFile}`, 0)));
  if (there.every((file) => file === undefined)) {
    say(`There are no logs in ${dir}. Start the stack: deno task up`);
    return 3;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  const width = Math.max(...processes.map(({ name }) => name.length));
  const write = (name: string, line: string) => console.log(`${name.padEnd(width)} | ${line}`);
  const { tail, follow } = flags;
  await showLogs({ host, dir, processes, tail, follow, signal: stop.signal, write });
});
