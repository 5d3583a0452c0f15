// deno task logs: what the services write.
import { runMain, say } from "../clients/cli/main.ts";
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
  const named = rendered.services.filter(({ name }) =>
    positional.length === 0 || positional.includes(name)
  );
  const logged = named.flatMap(({ name, logFile }) => logFile ? [{ name, logFile }] : []);
  if (positional.length > 0) {
    for (const { name, program, logFile, container } of named) {
      if (!program) say(`${name} waits for commands and writes no log.`);
      else if (!logFile) say(`Docker has its log: docker logs ${container!.name}`);
    }
  }
  if (logged.length === 0) return;
  const there = await Promise.all(
    logged.map(({ logFile }) => host.readFrom(`${dir}/${logFile}`, 0)),
  );
  if (there.every((file) => file === undefined)) {
    say(`There are no logs in ${dir}. Start the stack: deno task up`);
    return 3;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  const width = Math.max(...logged.map(({ name }) => name.length));
  const write = (name: string, line: string) => {
    if (!stop.signal.aborted && !writeLine(`${name.padEnd(width)} | ${line}`)) stop.abort();
  };
  const { tail, follow } = flags;
  if (follow) onReaderGone(() => stop.abort(), stop.signal);
  await showLogs({ host, dir, services: logged, tail, follow, signal: stop.signal, write });
});
