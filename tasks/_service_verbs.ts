// start, stop and restart: a verb on the services that are named, or on all.
import { runMain, say } from "../clients/cli/main.ts";
import { ownershipOf } from "../infra/engine/ownership.ts";
import { execute } from "../infra/engine/plan/execute.ts";
import { planStop } from "../infra/engine/plan/plan_up.ts";
import { saveStopped } from "../infra/engine/recording.ts";
import { bringUp } from "../infra/engine/up.ts";
import { checkServices, type OpenStack, openStack, prove } from "./_context.ts";
import { STARTS, STOPS, untilInterrupted } from "./_interrupt.ts";
import { ifWritable, withLock, withLockIfWritable } from "./_lock.ts";
import { dirFlag } from "./_stack.ts";

/** A verb. */
interface ServiceVerb {
  readonly verb: "start" | "stop" | "restart";
  readonly summary: string;
}

/** What the services of a verb are waited for. */
interface Wanted {
  /** Names of the services. */
  readonly only: readonly string[];
  /** They were named one by one. */
  readonly named: boolean;
  readonly timeoutMs: number;
}

/** Runs `deno task start|stop|restart`. */
export async function runServiceVerb({ verb, summary }: ServiceVerb) {
  const starts = verb !== "stop";
  await runMain({
    name: `deno task ${verb}`,
    summary,
    positional: "[service…]",
    flags: {
      ...dirFlag,
      timeout: {
        type: "duration",
        help: "how long services may take to be ready",
        default: 120_000,
        value: "2m",
      },
    },
    examples: [`deno task ${verb} kafka2`, `deno task ${verb} zookeeper1 kafka1`],
  }, ({ flags, positional }) =>
    untilInterrupted(starts ? STARTS : STOPS, async (host) => {
      const context = await openStack(flags, { host, purpose: starts ? "start" : "look" });
      checkServices(context, positional);
      const named = positional.length > 0;
      const only = named ? positional : context.rendered.services.map(({ name }) => name);
      const wanted = { only, named, timeoutMs: flags.timeout };
      if (starts) {
        await withLock(context.dir, verb, () => start(context, wanted, verb === "restart"));
      } else await stop(context, wanted);
      say("How the services are: deno task status");
    }));
}

async function start(context: OpenStack, wanted: Wanted, restart: boolean) {
  const options = { ...wanted, restart, prove: prove(context.stack) };
  const { started, kept } = await bringUp(context, options);
  if (kept.length > 0) say(`Already running: ${kept.join(", ")}`);
  if (started.length > 0) say(`Started and in sync: ${started.join(", ")}`);
}

async function stop(context: OpenStack, { only }: Wanted) {
  const { host, dir, engine } = context;
  const whose = await ownershipOf(host, dir).catch(async (error) => {
    // What runs can be stopped; nothing is written there.
    if ((await engine.observe()).size > 0) return "another's" as const;
    throw error;
  });
  await withLockIfWritable(dir, "stop", async () => {
    const running = await engine.observe();
    const stopping = [...running.keys()].filter((name) => only.includes(name));
    await execute(context, planStop(stopping).steps, { running });
    if (whose === "ours") {
      await ifWritable(async () => await saveStopped(context, await engine.observe()));
    }
    const others = only.filter((name) => !stopping.includes(name));
    if (others.length > 0) say(`Not running: ${others.join(", ")}`);
    if (stopping.length > 0) say(`Stopped: ${stopping.join(", ")}`);
  });
}
