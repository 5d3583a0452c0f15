// deno task down: stops everything, keeps the data.
import { runMain, say } from "../clients/_main.ts";
import { note, stopInOrder } from "../infra/engine/up.ts";
import { confirm } from "./_confirm.ts";
import { openStack, withLock } from "./_context.ts";
import { dirFlag } from "./_stack.ts";

/** What the toolkit writes into a stack's directory. */
const OWN = [
  "kafka",
  "zookeeper",
  "kafka_monitoring",
  "bin",
  "client.properties",
  "docker-compose.yml",
  ".env",
  "stack.json",
  ".lock",
];

await runMain({
  name: "deno task down",
  summary: "Stops all services, brokers before ZooKeepers. Data, configuration and logs stay.",
  flags: {
    ...dirFlag,
    "delete-data": { type: "boolean", help: "delete the stack's directory too: asks first" },
    yes: { type: "boolean", help: "do not ask" },
  },
  examples: ["deno task down", "deno task down --delete-data --yes"],
}, async ({ flags }) => {
  const context = await openStack(flags);
  const { host, dir, engine, report } = context;
  if (
    flags["delete-data"] && !confirm(`Delete all topics, records and logs in ${dir}?`, flags.yes)
  ) {
    say("Nothing was stopped or deleted.");
    return 1;
  }
  const there = await host.list(dir);
  // Services may outlive their directory, when somebody removed it.
  if (there.length === 0 && (await engine.observe()).size === 0) {
    say(`There is no stack in ${dir}.`);
    return 0;
  }
  await withLock(dir, "down", async () => {
    const running = [...(await engine.observe()).values()];
    if (running.length > 0) {
      report(
        undefined,
        `stops ${running.map(({ name }) => name).join(", ")}`,
      );
    }
    await stopInOrder(context, running);
    await engine.release();
    await note(context);
    say(running.length === 0 ? `Nothing runs in ${dir}.` : "All services have stopped.");
    if (flags["delete-data"]) {
      // Only what the stack made: the directory may hold something of its owner's.
      for (const name of OWN.filter((own) => there.includes(own))) {
        await host.remove(`${dir}/${name}`);
      }
      say(`The stack's files in ${dir} are deleted.`);
    } else say(`Data stays in ${dir}. Start again: deno task up`);
  });
});
