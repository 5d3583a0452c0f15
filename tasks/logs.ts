// deno task logs: what the services write.
import { runMain, say } from "../clients/_main.ts";
import { showLogs } from "../infra/engine/logs.ts";
import { checkServices, openStack } from "./_context.ts";
import { onReaderGone, writeLine } from "./_pipe.ts";
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
  const named = rendered.processes.filter(({ name }) =>
    positional.length === 0 || positional.includes(name)
  );
  const processes = named.flatMap((p) => {
    // In containers, what watches prints its log for Docker to keep.
    const inDocker = p.kind === "monitor" && p.container !== undefined;
    return p.kind === "client" || inDocker ? [] : [p];
  });
  if (positional.length > 0) {
    for (const { name, kind, container } of named) {
      if (kind === "client") say(`${name} waits for commands and writes no log.`);
      else if (kind === "monitor" && container) {
        say(`Docker has its log: docker logs ${container.name}`);
      }
    }
  }
  if (processes.length === 0) return;
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
  const write = (name: string, line: string) => {
    if (!stop.signal.aborted && !writeLine(`${name.padEnd(width)} | ${line}`)) stop.abort();
  };
  const { tail, follow } = flags;
  if (follow) onReaderGone(() => stop.abort(), stop.signal);
  await showLogs({ host, dir, processes, tail, follow, signal: stop.signal, write });
});
