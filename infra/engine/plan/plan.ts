// What a plan is: the steps that lead from what runs to what is wanted, each with its reason and
// with what must hold before it. Planners return them, and do nothing; execute.ts carries them out.
// This module is pure: no Deno APIs, no I/O.

/** The nodes that a proof is about. */
export interface ProvenNodes {
  /** `broker.id` or `node.id` of the brokers that should run. */
  readonly ids: readonly number[];
  /** `node.id` of the controllers that should run; none in ZooKeeper mode. */
  readonly controllers: readonly number[];
  /** Those are all brokers that the cluster has: no partition may lie on others only. */
  readonly all: boolean;
}

/** Something that must hold before a plan goes on. */
export interface Gate {
  /**
   * `alive`: others may connect to the services. `ready`: they do their work. `sessions`: ZooKeeper
   * has ended the sessions of these brokers, which were killed. `loss`: nothing is lost when these
   * brokers, whose data directories are gone, begin empty.
   */
  readonly kind: "alive" | "ready" | "sessions" | "loss";
  readonly services: readonly string[];
  /** What it may take, in ms. */
  readonly timeoutMs: number;
}

/** One step of a plan. Services are named. */
export type Step =
  /** Fetches, builds and pulls what services need, which no time-out counts. */
  | { readonly kind: "prepare"; readonly services: readonly string[] }
  /** Changes the number of ZooKeepers of an ensemble with data: the brokers stop meanwhile. */
  | {
    readonly kind: "resize";
    readonly from: number;
    readonly to: number;
    /** What its members may take to come together, in ms. */
    readonly timeoutMs: number;
  }
  /** Makes the directories, and writes the files that are missing or differ. */
  | { readonly kind: "write"; readonly files: number }
  | {
    readonly kind: "stop";
    readonly services: readonly string[];
    readonly reason?: string;
    /** A later step starts them again. */
    readonly again?: boolean;
  }
  | {
    readonly kind: "start";
    readonly services: readonly string[];
    /** None: they were stopped by this plan. */
    readonly reason?: string;
    readonly gates: readonly Gate[];
  }
  | { readonly kind: "wait"; readonly gate: Gate }
  /** Lets exactly the controllers vote that the stack describes (KRaft). */
  | { readonly kind: "vote"; readonly timeoutMs: number }
  /** Proves that the cluster works, once all services answer; `meanwhile` begins then. */
  | {
    readonly kind: "prove";
    readonly services: readonly string[];
    readonly nodes: ProvenNodes;
    /** What it may take, in ms. */
    readonly timeoutMs: number;
    readonly meanwhile: readonly Step[];
  }
  /** Removes what stopped services leave beside their files. */
  | { readonly kind: "release" };

/** Steps in order, and what they come to. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Services that are started, for the first time or again. */
  readonly started: readonly string[];
  /** Services that run and are as they should be. */
  readonly kept: readonly string[];
}

/** What a step does, in one line for people; none: it has nothing to say. */
export function describeStep(step: Step): string | undefined {
  switch (step.kind) {
    case "resize":
      return `changes the ensemble from ${step.from} to ${step.to}: the brokers stop meanwhile`;
    case "write":
      return step.files === 0 ? undefined : `writes ${step.files} file${step.files > 1 ? "s" : ""}`;
    case "stop": {
      const verb = step.again ? "restarts" : "stops";
      return `${verb} ${step.services.join(", ")}${step.reason ? `: ${step.reason}` : ""}`;
    }
    case "start":
      return step.reason && `starts ${step.services.join(", ")}: ${step.reason}`;
    default:
      return undefined;
  }
}

/** A plan in lines: all steps, with what they wait for. */
export function describePlan({ steps, kept }: Plan): string[] {
  const lines = steps.flatMap(lineOf);
  return kept.length > 0 ? [...lines, `keeps ${kept.join(", ")}`] : lines;
}

function lineOf(step: Step): string[] {
  switch (step.kind) {
    case "start":
      return [
        `${describeStep(step) ?? `starts ${step.services.join(", ")}`}${
          step.gates.map((gate) => `; before: ${describeGate(gate)}`).join("")
        }`,
      ];
    case "wait":
      return [`waits until ${describeGate(step.gate)}`];
    case "prove":
      return [
        `proves that the cluster works, with ${step.nodes.ids.length} ${
          step.nodes.ids.length === 1 ? "broker" : "brokers"
        }`,
        ...step.meanwhile.flatMap(lineOf),
      ];
    case "vote":
      return ["lets the stack's controllers vote, and no others"];
    case "release":
    case "prepare":
      return [];
    default:
      return [describeStep(step) ?? []].flat();
  }
}

function describeGate({ kind, services }: Gate): string {
  const names = services.join(", ");
  const one = services.length === 1;
  switch (kind) {
    case "alive":
      return `${names} ${one ? "accepts" : "accept"} connections`;
    case "ready":
      return `${names} ${one ? "is" : "are"} ready`;
    case "sessions":
      return `ZooKeeper ends the ${one ? "session" : "sessions"} of ${names}`;
    case "loss":
      return `nothing is lost when ${names} ${one ? "begins" : "begin"} empty`;
  }
}
