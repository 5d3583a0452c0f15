// Plans how a stack, or some of its services, gets from what runs now to what its description says.
// This module is pure: no Deno APIs, no I/O.
import { DESCRIPTORS, isUnchanged, rolesOf, type Service } from "../../render/mod.ts";
import { type Stack, votersOf } from "../../spec/mod.ts";
import type { Facts } from "./facts.ts";
import type { Plan, Step } from "./plan.ts";
import { has, namesOf, startSteps } from "./plan_start.ts";

/** What is wanted. */
export interface Wish {
  readonly stack: Stack;
  /** All services of the stack. */
  readonly services: readonly Service[];
  /** Only these; default: all, and what the stack no longer has is stopped. */
  readonly only?: readonly string[] | undefined;
  /** What of it runs is stopped first. */
  readonly restart?: boolean | undefined;
  /** Milliseconds that services may take to be ready, each time that they are waited for. */
  readonly timeoutMs: number;
}

/**
 * Plans: nothing that is right is touched.
 *
 * @throws {Failure} An empty ZooKeeper would be one of a majority that knows nothing.
 */
export function planUp(wish: Wish, before: Facts): Plan {
  const { stack, services, only, restart = false, timeoutMs } = wish;
  const { ensembleChange: change } = before;
  const facts = change ? afterResize(stack, before) : before;
  const { running } = facts;
  const runs = ({ name }: { readonly name: string }) => running.has(name);
  const wanted = services.filter(({ name }) => !only || only.includes(name));
  const changed = wanted.filter((service) =>
    runs(service) && (restart || !isUnchanged(service, running.get(service.name)!.fingerprint))
  );
  const surplus = [...running.keys()].filter((name) =>
    !only && !services.some((service) => service.name === name)
  );
  // Brokers are restarted one after another, so that each partition keeps a leader. With another
  // ensemble they cannot go on anyway.
  const together = changed.filter((service) =>
    restart || changed.some(has("zookeeper")) || startsLast(service)
  );
  const inTurn = changed.filter((service) => !together.includes(service));
  const starting = wanted.filter((service) => !runs(service) || together.includes(service));
  const options = {
    ...{ dir: stack.dir, all: services, facts, timeoutMs },
    again: namesOf([...before.running.values()]),
  };
  const last = wanted.filter(startsLast);
  // Not where some nodes are asked for: the others may be stopped on purpose.
  const vote: Step[] = stack.mode === "kraft" && !only ? [{ kind: "vote", timeoutMs }] : [];
  const lastSteps: Step[] = [
    ...vote,
    ...startSteps(starting.filter(startsLast), options),
    ...(last.length > 0 ? [waitFor(last, timeoutMs)] : []),
  ];
  const first = wanted.filter((service) => !startsLast(service));
  const willRun = (node: { readonly name: string }) =>
    runs(node) || wanted.some(({ name }) => name === node.name);
  const brokers = stack.brokers.filter(willRun);
  const prove = (meanwhile: readonly Step[]): Step[] => {
    if (first.length === 0) return [...meanwhile];
    // ZooKeepers alone are no cluster that could be proven.
    if (brokers.length === 0) return [waitFor(first, timeoutMs), ...meanwhile];
    const nodes = {
      ids: brokers.map(({ id }) => id),
      controllers: votersOf(stack).filter(willRun).map(({ nodeId }) => nodeId),
      all: brokers.length === stack.brokers.length,
    };
    return [{ kind: "prove", services: namesOf(first), nodes, timeoutMs, meanwhile }];
  };
  const touched = [...starting, ...inTurn];
  return {
    steps: [
      ...(touched.length > 0 ? [{ kind: "prepare", services: namesOf(touched) } as const] : []),
      ...(change
        ? [{
          ...{ kind: "resize", from: change.ensemble.members.length } as const,
          ...{ to: stack.zookeepers.length, timeoutMs },
        }]
        : []),
      { kind: "write", files: facts.staleFiles.length },
      // While they run they can be asked to leave; the others could not make a majority later.
      ...(surplus.some(mayVote(stack)) ? vote : []),
      ...stop(surplus, { reason: "no longer in the stack's description" }),
      ...stop(namesOf(together), {
        again: true,
        ...(restart ? {} : { reason: whyRestarted(together, facts) }),
      }),
      ...startSteps(starting.filter((service) => !startsLast(service)), options),
      ...prove(lastSteps),
      ...inTurn.flatMap((service) => [
        ...stop([service.name], { again: true, reason: whyRestarted([service], facts) }),
        ...startSteps([service], options),
        ...prove([]),
      ]),
    ],
    started: namesOf(touched),
    kept: namesOf(wanted.filter((service) => !touched.includes(service))),
  };
}

/** Whether a node that leaves may be a voter: brokers are none beside controllers of their own. */
function mayVote({ controllers }: Stack): (name: string) => boolean {
  return (name) => {
    const roles = rolesOf(DESCRIPTORS, name);
    return roles.includes("controller") && !(controllers.length > 0 && roles.includes("broker"));
  };
}

/** Plans a stop, each service before what it needs. */
export function planStop(names: readonly string[]): Plan {
  return { steps: stop(names, {}), started: [], kept: [] };
}

/** Plans the stop of all that runs, of which nothing stays but files. */
export function planDown(names: readonly string[]): Plan {
  return { steps: [...stop(names, {}), { kind: "release" }], started: [], kept: [] };
}

/** Whether a service starts when the brokers are ready: on two cores it would slow their start. */
function startsLast({ after }: Service): boolean {
  return after.some(({ until }) => until === "ready");
}

function waitFor(services: readonly Service[], timeoutMs: number): Step {
  return { kind: "wait", gate: { kind: "ready", services: namesOf(services), timeoutMs } };
}

function stop(
  services: readonly string[],
  options: { readonly reason?: string; readonly again?: boolean },
): Step[] {
  return services.length > 0 ? [{ kind: "stop", services, ...options }] : [];
}

/** Which files changed. None: they are already written, or it is something else that counts. */
function whyRestarted(services: readonly Service[], { staleFiles }: Facts): string {
  const changed = services.flatMap(({ files }) => files.map(({ path }) => path))
    .filter((path) => staleFiles.includes(path));
  const names = [...new Set(changed.map((path) => path.slice(path.lastIndexOf("/") + 1)))];
  return names.length > 0 ? `${names.join(", ")} changed` : "settings or program changed";
}

/** A change of the ensemble leaves the directories ready, and neither ZooKeepers nor brokers running. */
function afterResize(stack: Stack, facts: Facts): Facts {
  const ended = (name: string) =>
    rolesOf(DESCRIPTORS, name).some((role) => role === "zookeeper" || role === "broker");
  return {
    ...facts,
    running: new Map([...facts.running].filter(([name]) => !ended(name))),
    ensembleChange: undefined,
    ensembleData: namesOf(stack.zookeepers),
  };
}
