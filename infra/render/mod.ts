// Stack → files, directories and processes.
// This module is pure: no Deno APIs, no I/O.
import { servicesOf, type Stack } from "../spec/mod.ts";
import type { Artifact } from "./artifact.ts";
import { renderBroker } from "./broker.ts";
import { renderClient } from "./client.ts";
import { renderCompose } from "./compose.ts";
import { EXPORTER_DIRECTORY, type ExporterConfigs, renderExporter } from "./exporter.ts";
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
export { EXPORTER_JAR, EXPORTER_VERSION, type ExporterConfigs } from "./exporter.ts";
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
 * @param exporters Gives each JVM an exporter of its metrics.
 */
export function renderNative(
  stack: Stack,
  dir: string,
  exporters?: ExporterConfigs,
): Rendered<Fingerprinted<Jvm>> {
  const placement = nativePlacement(stack, dir);
  const artifacts = filesOf(stack, placement, exporters);
  const jvms = renderJvms(stack, placement, exporters !== undefined);
  return {
    artifacts,
    directories: directoriesOf(stack, exporters),
    processes: jvms.map((process) => withFingerprint(process, artifacts)),
  };
}

/**
 * Renders a stack for containers: the same input gives the same bytes.
 *
 * @param dir Absolute path of the stack's directory.
 * @param exporters Gives each JVM an exporter of its metrics.
 */
export function renderDocker(
  stack: Stack,
  dir: string,
  options: DockerOptions,
  exporters?: ExporterConfigs,
): Rendered {
  const placement = dockerPlacement(stack, options);
  const artifacts = filesOf(stack, placement, exporters);
  const processes = [
    ...renderJvms(stack, placement, exporters !== undefined),
    ...renderClients(stack, placement, options.root),
  ]
    .map((process) => withFingerprint(process, artifacts));
  return {
    artifacts: [...artifacts, ...renderCompose(stack, processes, dir)],
    directories: directoriesOf(stack, exporters),
    processes,
  };
}

function filesOf(stack: Stack, placement: Placement, exporters?: ExporterConfigs): Artifact[] {
  return [
    ...stack.zookeepers.flatMap((z) => renderZooKeeper(stack, z, placement)),
    ...stack.brokers.flatMap((broker) => renderBroker(stack, broker, placement)),
    renderClient(stack),
    ...(exporters ? servicesOf(stack).map((service) => renderExporter(service, exporters)) : []),
  ];
}

function directoriesOf(stack: Stack, exporters?: ExporterConfigs): string[] {
  return [
    ...servicesOf(stack).flatMap(({ directories }) => Object.values(directories)),
    ...(exporters ? [EXPORTER_DIRECTORY] : []),
  ];
}
