// Brings a stack, or some of its services, from what runs now to what the spec says.
import type { Context } from "./context.ts";
import { checkMode, checkStackData } from "./data/data.ts";
import type { Running } from "./engine.ts";
import { checkEnsemble } from "./data/ensemble.ts";
import { checkRunningGone } from "./data/gone.ts";
import { checkLeaving, membersOf } from "./data/leaving.ts";
import { keepProven } from "./data/storage.ts";
import { checkVoters } from "./data/voters.ts";
import { checkFiles } from "./ownership.ts";
import { execute } from "./plan/execute.ts";
import { findFacts } from "./plan/facts.ts";
import type { Plan, ProvenNodes } from "./plan/plan.ts";
import { planUp } from "./plan/plan_up.ts";
import { checkDisk, checkPorts, checkWritable } from "./preflight.ts";
import type { Prove, Proven } from "./readiness.ts";
import { saveRecord } from "./recording.ts";

/** What to bring up. */
export interface WantedServices {
  /**
   * Milliseconds that services may take to be ready, each time that they are waited for. What is
   * fetched or built before, and what stops, does not count.
   */
  readonly timeoutMs: number;
  /** Only these services; default: all, and what the stack no longer has is stopped. */
  readonly only?: readonly string[];
  /** What of it runs is stopped first. */
  readonly restart?: boolean;
}

/** How to bring up. */
export interface UpOptions extends WantedServices {
  /** Makes the proof for a cluster of which these brokers should run. */
  readonly prove: (nodes: ProvenNodes) => Prove;
  /** The services in `only` were named one by one: a broker whose data is gone may begin empty. */
  readonly named?: boolean;
}

/** What {@linkcode bringUp} did. */
export interface UpResult {
  readonly started: readonly string[];
  readonly kept: readonly string[];
  /** The cluster that was proven; none: no broker is to run, or only monitoring services were started. */
  readonly cluster: Proven | undefined;
  /** What runs now. */
  readonly running: Running;
}

/**
 * Starts what does not run, restarts what runs with other settings, and returns when the cluster is
 * proven. Nothing that is right is touched, so that it can be run again at any time.
 *
 * @throws {Failure} Something stands in the way, or was not ready in time.
 */
export async function bringUp(context: Context, options: UpOptions): Promise<UpResult> {
  const { plan, running: before } = await planBringUp(context, options);
  const cluster = await execute(context, plan.steps, { ...options, running: before });
  const running = await context.engine.observe();
  // Of a cluster of some of its brokers it is not known which have left it.
  const whole = context.stack.brokers.every(({ name }) => running.has(name));
  if (cluster && whole && context.kraft) await keepProven(context, context.kraft);
  await saveRecord(context, running, {
    ...(cluster ? { clusterId: cluster.clusterId } : {}),
    ...(cluster && whole ? { members: await membersOf(context, running) } : {}),
  });
  return { started: plan.started, kept: plan.kept, cluster, running };
}

/**
 * Finds what stands in the way, and plans. Nothing is changed.
 *
 * @throws {Failure} Something does: data would be hidden or lost, or what starts would fail.
 */
export async function planBringUp(
  context: Context,
  { timeoutMs, only, restart }: WantedServices,
): Promise<{ readonly plan: Plan; readonly running: Running }> {
  const { host, dir, stack, rendered, engine } = context;
  const running = await engine.observe();
  await checkMode(context);
  checkVoters(context, running.size > 0);
  await checkLeaving(context, running);
  if (only) await checkEnsemble(context);
  await checkRunningGone(context, running, only);
  await checkFiles(host, dir, rendered.artifacts);
  const facts = await findFacts(context, running);
  const plan = planUp({ stack, services: rendered.services, only, restart, timeoutMs }, facts);
  if (plan.started.length > 0) await checkStart(context, running, plan.started);
  return { plan, running };
}

/** Finds what would keep services from starting. */
async function checkStart(context: Context, running: Running, starting: readonly string[]) {
  const { host, dir, rendered } = context;
  await checkDisk(host, dir);
  await checkWritable(host, dir, rendered.directories);
  await checkStackData(context);
  // What runs has its ports itself.
  await checkPorts(
    host,
    rendered.services.filter(({ name }) => starting.includes(name) && !running.has(name)),
  );
}

/**
 * For a task that writes files only: no data would be hidden by them.
 *
 * @throws {Failure} Brokers would leave with data, or the ensemble has another size.
 */
export async function checkSizes(context: Context): Promise<void> {
  await checkLeaving(context, await context.engine.observe());
  await checkEnsemble(context);
}
