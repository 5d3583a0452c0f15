// start, stop and restart: a verb on some services, or on all.
import { runMain, say } from "../clients/cli/main.ts";
import { bringUp, checkSizes, noteStopped, stopInOrder } from "../infra/engine/up.ts";
import { ownershipOf } from "../infra/engine/ownership.ts";
import { checkServices, openStack, prove } from "./_context.ts";
import { STARTS, STOPS, untilInterrupted } from "./_interrupt.ts";
import { ifWritable, withLock, withLockIfWritable } from "./_lock.ts";
import { dirFlag } from "./_stack.ts";

/** What differs between the verbs. */
interface Verb {
  readonly verb: "start" | "stop" | "restart";
  readonly summary: string;
  readonly stops: boolean;
  readonly starts: boolean;
}

/** Runs `deno task start|stop|restart`. */
export async function runVerb({ verb, summary, stops, starts }: Verb) {
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
      const { rendered } = context;
      const names = positional.length > 0 ? positional : rendered.services.map(({ name }) => name);
      const whose = await ownershipOf(context.host, context.dir).catch(async (error) => {
        // What runs can be stopped; nothing is written there.
        if (!starts && (await context.engine.observe()).size > 0) return "another's" as const;
        throw error;
      });
      const locked = starts ? withLock : withLockIfWritable;
      await locked(context.dir, verb, async () => {
        // What would keep services from starting again must not be found after they were stopped.
        if (starts) {
          await checkSizes(context);
          await context.fetchFiles();
          await context.engine.prepare(
            rendered.services.filter(({ name }) => names.includes(name)),
          );
        }
        if (stops) {
          const running = [...(await context.engine.observe()).values()];
          const some = running.filter(({ name }) => names.includes(name));
          if (some.length > 0) {
            context.report(
              undefined,
              `stops ${some.map((s) => s.name).join(", ")}`,
            );
          }
          await stopInOrder(context, some);
          if (whose === "ours") await ifWritable(() => noteStopped(context));
          const not = names.filter((name) => !some.some((s) => s.name === name));
          if (not.length > 0 && !starts) say(`Not running: ${not.join(", ")}`);
          if (some.length > 0 && !starts) {
            say(`Stopped: ${some.map(({ name }) => name).join(", ")}`);
          }
        }
        if (starts) {
          const options = {
            ...{ timeoutMs: flags.timeout, prove: prove(context.stack) },
            ...{ only: names, named: positional.length > 0 },
          };
          const { started, kept } = await bringUp(context, options);
          if (kept.length > 0) say(`Ran already: ${kept.join(", ")}`);
          if (started.length > 0) say(`Started and in sync: ${started.join(", ")}`);
        }
      });
      say("How all are: deno task status");
    }));
}
