// Plans how services that do not run are started: each after what it needs, and what could lose or
// hide data last, behind a gate.
// This module is pure: no Deno APIs, no I/O.
import { neededBy, type Role, type Service, startPhases } from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";
import type { Facts } from "./facts.ts";
import type { Gate, Step } from "./plan.ts";

/** What {@linkcode startSteps} depends on. */
export interface StartOptions {
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  /** All services of the stack. */
  readonly all: readonly Service[];
  readonly facts: Facts;
  /** Names of those that ran, and are stopped by the same plan. */
  readonly again: readonly string[];
  /** What each gate may take, in ms. */
  readonly timeoutMs: number;
}

/** Services that start together, and what must hold before. */
interface Part {
  readonly services: readonly Service[];
  readonly gates: readonly Gate[];
}

/** The names of services. */
export const namesOf = (services: readonly { readonly name: string }[]) =>
  services.map(({ name }) => name);

/** Tells services with a role from others. */
export const has = (role: Role) => ({ roles }: Service) => roles.includes(role);

/**
 * The steps that start services.
 *
 * @throws {Failure} An empty ZooKeeper would be one of a majority that knows nothing.
 */
export function startSteps(starting: readonly Service[], options: StartOptions): Step[] {
  const { again, timeoutMs } = options;
  return startPhases(starting).flatMap((phase) => {
    const before = (until: Gate["kind"]) => {
      const needed = new Set(
        phase.flatMap((one) =>
          neededBy({ ...one, after: one.after.filter((after) => after.until === until) }, starting)
        ),
      );
      const services = namesOf([...needed]);
      return services.length > 0 ? [{ kind: until, services, timeoutMs }] : [];
    };
    const gates = [...before("alive"), ...before("ready")];
    const parts = phase.some(has("zookeeper"))
      ? ensembleParts(phase, options)
      : brokerParts(phase, options);
    return parts.filter(({ services }) => services.length > 0).map((part): Step => ({
      kind: "start",
      services: namesOf(part.services),
      ...(part.services.every(({ name }) => again.includes(name)) ? {} : { reason: "not running" }),
      gates: [...gates, ...part.gates],
    }));
  });
}

/**
 * First the ZooKeepers that have data. One without is let in when a majority that knows the topics
 * serves, for two empty ones and one that was away would make a majority too.
 */
function ensembleParts(
  phase: readonly Service[],
  { dir, all, facts, timeoutMs }: StartOptions,
): Part[] {
  const knows = ({ name }: Service) => facts.ensembleData.includes(name);
  const empty = phase.filter((service) => has("zookeeper")(service) && !knows(service));
  if (facts.ensembleData.length === 0 || empty.length === 0 || !facts.brokersHaveData) {
    return [{ services: phase, gates: [] }];
  }
  const first = phase.filter((service) => !empty.includes(service));
  const ensemble = all.filter(has("zookeeper"));
  const serving = ensemble.filter((one) =>
    knows(one) && (first.includes(one) || facts.running.has(one.name))
  );
  if (2 * serving.length <= ensemble.length) {
    const [{ name, directories }] = empty as [Service];
    throw new Failure(
      `${name} has no data (${dir}/${directories.data}), and no majority of the ensemble runs that ` +
        "could give it",
      { hint: "Start the others too: deno task up" },
    );
  }
  const ready: Gate = { kind: "ready", services: namesOf(serving), timeoutMs };
  return [{ services: first, gates: [] }, { services: empty, gates: [ready] }];
}

/**
 * First the brokers that ended cleanly, and what needs no more than them. One that was killed is
 * registered until its session ends, and one that starts before ends with "node already exists". One
 * whose data is gone begins only when nothing is lost by that; the others run then, to go on.
 */
function brokerParts(phase: readonly Service[], options: StartOptions): Part[] {
  const { all, facts, again, timeoutMs } = options;
  const gate = (kind: Gate["kind"], services: readonly Service[]): Gate[] =>
    services.length > 0 ? [{ kind, services: namesOf(services), timeoutMs }] : [];
  const gone = phase.filter(({ name }) => facts.gone.includes(name));
  // In KRaft mode a broker waits by itself until the controllers have given up its last run.
  const sessions = all.some(has("zookeeper"));
  const killed = phase.filter(({ name }) => sessions && facts.killed.includes(name));
  const waiting = killed.filter((service) => !gone.includes(service));
  const first = phase.filter((service) => !gone.includes(service) && !waiting.includes(service));
  // One that did not end in its time was killed by this plan.
  const restarted = first.filter((one) =>
    sessions && has("broker")(one) && again.includes(one.name)
  );
  return [
    { services: first, gates: gate("sessions", restarted) },
    { services: waiting, gates: gate("sessions", waiting) },
    {
      services: gone,
      gates: [
        ...gate("loss", gone),
        ...gate("sessions", gone.filter((service) => killed.includes(service))),
      ],
    },
  ];
}
