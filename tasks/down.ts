// deno task down: stops everything, keeps the data.
import { runMain, say } from "../clients/cli/main.ts";
import { observeAll } from "../infra/engine/choose.ts";
import { deleteStack } from "../infra/engine/deletion.ts";
import { ownershipOf } from "../infra/engine/ownership.ts";
import type { Context } from "../infra/engine/context.ts";
import { execute } from "../infra/engine/plan/execute.ts";
import { planDown } from "../infra/engine/plan/plan_up.ts";
import { saveStopped } from "../infra/engine/recording.ts";
import { Failure } from "../infra/spec/mod.ts";
import { confirm } from "./_confirm.ts";
import { openStack } from "./_context.ts";
import { STOPS, untilInterrupted } from "./_interrupt.ts";
import { ifWritable, withLockIfWritable } from "./_lock.ts";
import { fault } from "./_spec.ts";
import { dirFlag } from "./_stack.ts";

await runMain({
  name: "deno task down",
  summary: "Stops all services, brokers before ZooKeepers. Data, configuration and logs stay.",
  flags: {
    ...dirFlag,
    "delete-data": {
      type: "boolean",
      help: "delete what the stack made in its directory too: asks first",
    },
    yes: { type: "boolean", help: "do not ask" },
  },
  examples: ["deno task down", "deno task down --delete-data --yes"],
}, ({ flags }) =>
  untilInterrupted(STOPS, async (host) => {
    const context = await openStack(flags, { host });
    const { dir, engine } = context;
    const deletes = flags["delete-data"];
    // Whose data that would be is not known.
    if (deletes && fault && flags.dir === undefined) throw fault;
    const runs = (await engine.observe()).size > 0;
    const whose = await ownershipOf(host, dir).catch((error) => {
      // What runs can be stopped; nothing is written or deleted there.
      if (runs && !deletes) return "another's" as const;
      throw error;
    });
    if (deletes && !confirm(`Delete all topics, records and logs in ${dir}?`, flags.yes)) {
      say("Nothing was stopped or deleted.");
      return 1;
    }
    // Services may outlive their directory, when somebody removed it.
    if (whose === "empty" && !runs) {
      say(`There is no stack in ${dir}.`);
      return 0;
    }
    await withLockIfWritable(dir, "down", async () => {
      const running = await engine.observe();
      await execute(context, planDown([...running.keys()]).steps, { running });
      if (whose === "ours") {
        await ifWritable(async () => await saveStopped(context, await engine.observe()));
      }
      say(running.size === 0 ? `Nothing runs in ${dir}.` : "All services have stopped.");
      if (deletes) await deleteData(context);
      else if (whose === "ours") say(`Data stays in ${dir}. Start again: deno task up`);
    });
  }));

/** Deletes, unless something runs there after all. */
async function deleteData({ host, dir, record }: Context) {
  const running = await observeAll(host, dir, record);
  if (running.length > 0) {
    throw new Failure(`Nothing was deleted: ${running.join(", ")} of the stack in ${dir} run`, {
      hint: "Was it started again meanwhile? Stop it first: deno task down",
    });
  }
  const left = await deleteStack(host, dir);
  say(`The stack's files in ${dir} are deleted.`);
  if (left.length > 0) say(`These are not the stack's, and stay: ${left.join(", ")}`);
}
