// Stack → files, directories and processes.
// This module is pure: no Deno APIs, no I/O.
import { servicesOf, type Stack } from "../spec/mod.ts";
import type { Artifact } from "./artifact.ts";
import { renderBroker } from "./broker.ts";
import { renderClient } from "./client.ts";
import type { Placement } from "./placement.ts";
import { type Process, renderProcesses } from "./process.ts";
import { renderZooKeeper } from "./zookeeper.ts";

export type { Artifact } from "./artifact.ts";
export type { Address, Placement } from "./placement.ts";
export type { Check, Process } from "./process.ts";
export { hostPort, nativePlacement } from "./placement.ts";
export { renderTools, toolsEnvironment } from "./tools.ts";

/** All that an engine needs to make a stack run. */
export interface Rendered {
  readonly artifacts: readonly Artifact[];
  /** Directories that must exist, relative to the stack's. */
  readonly directories: readonly string[];
  readonly processes: readonly Process[];
}

/** Renders a stack: the same input gives the same bytes. */
export function renderStack(stack: Stack, placement: Placement): Rendered {
  return {
    artifacts: [
      ...stack.zookeepers.flatMap((z) => renderZooKeeper(stack, z, placement)),
      ...stack.brokers.flatMap((broker) => renderBroker(stack, broker, placement)),
      renderClient(stack),
    ],
    directories: servicesOf(stack).flatMap((s) => Object.values(s.directories)),
    processes: renderProcesses(stack, placement),
  };
}
