// Stack → files, directories and processes.
// This module is pure: no Deno APIs, no I/O.
import { servicesOf, type Stack } from "../spec/mod.ts";
import type { Artifact } from "./artifact.ts";
import { renderBroker } from "./broker.ts";
import { renderClient } from "./client.ts";
import { renderCompose } from "./compose.ts";
import type { MonitoringContent } from "./content.ts";
import { EXPORTER_DIRECTORY, renderExporter } from "./exporter.ts";
import { filesOfMonitors, IMAGE_PROGRAMS, type Programs, renderMonitors } from "./monitors.ts";
import {
  type DockerOptions,
  dockerPlacement,
  nativePlacement,
  type Placement,
} from "./placement.ts";
import {
  type Fingerprinted,
  type Process,
  renderClients,
  renderJvms,
  withFingerprint,
} from "./process.ts";
import { renderZooKeeper } from "./zookeeper.ts";

export { type Artifact, fileUrl, GENERATED } from "./artifact.ts";
export type { Address, DockerOptions } from "./placement.ts";
export type {
  Check,
  Client,
  Fingerprinted,
  Jvm,
  Monitor,
  Process,
  ScrapeTarget,
} from "./process.ts";
export type { MonitoringContent } from "./content.ts";
export type { Programs } from "./monitors.ts";
export { ADMIN_PASSWORD, scrapeTargets } from "./monitors.ts";
export { clientBuild } from "./build.ts";
export { jvmsOf, temporary } from "./process.ts";
export { COMPOSE_FILE, LABEL } from "./compose.ts";
export { EXPORTER_JAR, EXPORTER_VERSION } from "./exporter.ts";
export { CLIENT, hostPort, MONITORS, projectName } from "./placement.ts";
export { renderTools, TOOLS_DIRECTORIES, toolsEnvironment } from "./tools.ts";
export { DROP_JAVA_OPTIONS, DROP_SETTINGS, localeOf, PRINT_JAVA_OPTIONS } from "./environment.ts";
export { shellWord } from "./shell.ts";

/** All that an engine needs to make a stack run. */
export interface Rendered {
  readonly artifacts: readonly Artifact[];
  /** Directories that must exist, relative to the stack's. */
  readonly directories: readonly string[];
  readonly processes: readonly Fingerprinted[];
}

/** What the services are watched with. */
export interface MonitoringOptions {
  readonly content: MonitoringContent;
  /** The programs that there are. */
  readonly programs: Programs;
}

/**
 * Renders a stack for processes of this machine: the same input gives the same bytes.
 *
 * @param dir Absolute path of the stack's directory.
 * @param monitoring Without it nothing watches the services.
 */
export function renderNative(stack: Stack, dir: string, monitoring?: MonitoringOptions): Rendered {
  return render(stack, nativePlacement(stack, dir), monitoring);
}

/**
 * Renders a stack for containers: the same input gives the same bytes.
 *
 * @param dir Absolute path of the stack's directory.
 * @param content What the services are watched with; without it nothing watches them.
 */
export function renderDocker(
  stack: Stack,
  dir: string,
  options: DockerOptions,
  content?: MonitoringContent,
): Rendered {
  const placement = dockerPlacement(stack, options);
  const monitoring = content && { content, programs: IMAGE_PROGRAMS };
  const rendered = render(
    stack,
    placement,
    monitoring,
    renderClients(stack, placement),
  );
  const compose = renderCompose(stack, rendered.processes, dir);
  return { ...rendered, artifacts: [...rendered.artifacts, ...compose] };
}

function render(
  stack: Stack,
  placement: Placement,
  monitoring: MonitoringOptions | undefined,
  clients: readonly Process[] = [],
): Rendered {
  const jvms = renderJvms(stack, placement, monitoring !== undefined);
  const monitors = monitoring ? renderMonitors(stack, placement, monitoring.programs) : [];
  const processes: Process[] = [...jvms, ...clients, ...monitors];
  const artifacts = [
    ...stack.zookeepers.flatMap((z) => renderZooKeeper(stack, z, placement)),
    ...stack.brokers.flatMap((broker) => renderBroker(stack, broker, placement)),
    renderClient(stack),
    ...(monitoring ? monitoringFiles(stack, placement, monitoring.content, processes) : []),
  ];
  return {
    artifacts,
    directories: [
      ...servicesOf(stack).flatMap(({ directories }) => Object.values(directories)),
      ...(monitoring ? [EXPORTER_DIRECTORY] : []),
      ...monitors.flatMap(({ directories }) => Object.values(directories)),
    ],
    processes: processes.map((process) => withFingerprint(process, artifacts)),
  };
}

function monitoringFiles(
  stack: Stack,
  placement: Placement,
  content: MonitoringContent,
  processes: readonly Process[],
): Artifact[] {
  const exporters = content.exporters(stack.monitoring!.metrics);
  return [
    ...servicesOf(stack).map((service) => renderExporter(service, exporters)),
    ...filesOfMonitors(stack, placement, content, processes),
  ];
}
