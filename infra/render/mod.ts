// Stack → files, directories and processes.
// This module is pure: no Deno APIs, no I/O.
import { servicesOf, type Stack } from "../spec/mod.ts";
import type { Artifact } from "./artifact.ts";
import { renderBroker } from "./broker.ts";
import { renderClient } from "./client.ts";
import { renderCompose } from "./compose.ts";
import {
  type DockerOptions,
  dockerPlacement,
  nativePlacement,
  type Placement,
} from "./placement.ts";
import {
  type Fingerprinted,
  type Jvm,
  renderClients,
  renderJvms,
  withFingerprint,
} from "./process.ts";
import { renderZooKeeper } from "./zookeeper.ts";

export type { Artifact } from "./artifact.ts";
export type { Address, DockerOptions } from "./placement.ts";
export type { Check, Client, Fingerprinted, Jvm, Process } from "./process.ts";
export { clientBuild, jvmsOf } from "./process.ts";
export { COMPOSE_FILE, LABEL } from "./compose.ts";
export { CLIENT, hostPort, projectName } from "./placement.ts";
export { renderTools, toolsEnvironment } from "./tools.ts";

/** All that an engine needs to make a stack run. */
export interface Rendered<P extends Fingerprinted = Fingerprinted> {
  readonly artifacts: readonly Artifact[];
  /** Directories that must exist, relative to the stack's. */
  readonly directories: readonly string[];
  readonly processes: readonly P[];
}

/**
 * Renders a stack for processes of this machine: the same input gives the same bytes.
 *
 * @param dir Absolute path of the stack's directory.
 */
export function renderNative(stack: Stack, dir: string): Rendered<Fingerprinted<Jvm>> {
  const placement = nativePlacement(stack, dir);
  const artifacts = filesOf(stack, placement);
  const jvms = renderJvms(stack, placement);
  return {
    artifacts,
    directories: directoriesOf(stack),
    processes: jvms.map((process) => withFingerprint(process, artifacts)),
  };
}

/**
 * Renders a stack for containers: the same input gives the same bytes.
 *
 * @param dir Absolute path of the stack's directory.
 */
export function renderDocker(stack: Stack, dir: string, options: DockerOptions): Rendered {
  const placement = dockerPlacement(stack, options);
  const artifacts = filesOf(stack, placement);
  const processes = [
    ...renderJvms(stack, placement),
    ...renderClients(stack, placement, options.root),
  ]
    .map((process) => withFingerprint(process, artifacts));
  return {
    artifacts: [...artifacts, ...renderCompose(stack, processes, dir)],
    directories: directoriesOf(stack),
    processes,
  };
}

function filesOf(stack: Stack, placement: Placement): Artifact[] {
  return [
    ...stack.zookeepers.flatMap((z) => renderZooKeeper(stack, z, placement)),
    ...stack.brokers.flatMap((broker) => renderBroker(stack, broker, placement)),
    renderClient(stack),
  ];
}

function directoriesOf(stack: Stack): string[] {
  return servicesOf(stack).flatMap(({ directories }) => Object.values(directories));
}
