// Carries out a plan: the one place where services are started and stopped for a task. Interrupted at
// any moment, the next plan goes on from there.
import type { Context } from "../context.ts";
import type { Running } from "../engine.ts";
import { markEnsemble } from "../data/ensemble.ts";
import { keepStorage } from "../data/storage.ts";
import { matchVoters } from "../data/voters.ts";
import { prepareFiles } from "../files.ts";
import { type Prove, type Proven, waitUntilProven } from "../readiness.ts";
import { saveRecord } from "../recording.ts";
import { resizeEnsemble } from "../data/resize.ts";
import { stopInOrder } from "../stop.ts";
import { waitForGate } from "./gates.ts";
import { describeStep, type ProvenNodes, type Step } from "./plan.ts";

/** What a plan is carried out with. */
export interface ExecuteOptions {
  /** What ran when the plan was made. */
  readonly running: Running;
  /** Makes the proof for a cluster of which these brokers should run; none: no step asks for one. */
  readonly prove?: (nodes: ProvenNodes) => Prove;
  /** The services were named one by one: a broker whose data is gone may begin empty. */
  readonly named?: boolean;
}

/**
 * Carries out steps, and says each in a line.
 *
 * @returns What was proven of the cluster last; `undefined`: nothing was.
 * @throws {Failure} Something stands in the way, or was not ready in time.
 */
export async function execute(
  context: Context,
  steps: readonly Step[],
  options: ExecuteOptions,
): Promise<Proven | undefined> {
  const { host, dir, engine, stack, rendered, report, kraft } = context;
  const { running, named = false } = options;
  const servicesOf = (names: readonly string[]) =>
    rendered.services.filter(({ name }) => names.includes(name));
  // Written down while what was started is waited for.
  let saved = Promise.resolve();
  const save = () => {
    saved = saved.then(async () => await saveRecord(context, await engine.observe()));
    saved.catch(() => {});
  };
  let cluster: Proven | undefined;
  const carryOut = async (step: Step): Promise<void> => {
    for (const gate of step.kind === "start" ? step.gates : []) {
      await waitForGate(context, gate, named);
    }
    const line = describeStep(step);
    if (line !== undefined) report(undefined, line);
    switch (step.kind) {
      case "prepare":
        await context.fetchFiles();
        await engine.prepare(servicesOf(step.services));
        // Before anything is changed: whatever interrupts this, the next task knows the flags.
        return await saveRecord(context, running);
      case "resize":
        return await resizeEnsemble(context, {
          timeoutMs: step.timeoutMs,
          execute: async (old, steps) => void await execute(old, steps, options),
        });
      case "write":
        await prepareFiles(host, dir, rendered);
        if (kraft) return await keepStorage(host, dir, kraft.storage);
        return await markEnsemble(host, dir, { members: stack.zookeepers.map(({ id }) => id) });
      case "stop":
        return await stopInOrder(
          context,
          [...running.values()].filter(({ name }) => step.services.includes(name)),
        );
      case "start":
        await engine.start(servicesOf(step.services));
        return save();
      case "wait":
        return await waitForGate(context, step.gate, named);
      case "vote":
        return await matchVoters(context, step.timeoutMs);
      case "prove":
        cluster = await waitUntilProven({
          ...{ ...context, services: servicesOf(step.services) },
          deadline: host.now() + step.timeoutMs,
          prove: options.prove!(step.nodes),
          meanwhile: async () => {
            for (const other of step.meanwhile) await carryOut(other);
          },
        });
        return;
      case "release":
        return await engine.release();
    }
  };
  try {
    for (const step of steps) await carryOut(step);
  } finally {
    // A disk that is full shows elsewhere too, and what failed before says more.
    await saved.catch(() => {});
  }
  await saved;
  return cluster;
}
