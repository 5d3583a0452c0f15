// Stack → services, with all files and directories that they need.
// This module is pure: no Deno APIs, no I/O.
import {
  type Artifact,
  describeServices,
  type Descriptor,
  DESCRIPTORS,
  type MonitoringOptions,
  type Service,
  type Storage,
} from "../services/mod.ts";
import type { Stack } from "../spec/mod.ts";
import { renderClient } from "./client.ts";
import type { Target } from "./targets.ts";

export * from "../services/mod.ts";
export { COMPOSE_FILE, LABEL } from "./compose.ts";
export { type Target, TARGET_FILES, TARGETS } from "./targets.ts";
export { renderTools, TOOLS_DIRECTORIES, toolsEnvironment } from "./tools.ts";
export { shellWord } from "./shell.ts";

/** All that a runtime needs to make a stack run. */
export interface Rendered {
  readonly artifacts: readonly Artifact[];
  /** Directories that must exist, relative to the stack's. */
  readonly directories: readonly string[];
  readonly services: readonly Service[];
}

/** What a stack is rendered with. */
export interface RenderOptions {
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  readonly target: Target;
  /** What the services are monitored with; none: nothing monitors them. */
  readonly monitoring?: MonitoringOptions | undefined;
  /** What tells this machine's Java and jars from others, where services run by them. */
  readonly java?: string | undefined;
  /** In KRaft mode; none: nothing is formatted. */
  readonly storage?: Storage | undefined;
  /** Which services there can be; default: all. */
  readonly descriptors?: readonly Descriptor[] | undefined;
}

/** Renders a stack: the same input gives the same bytes. */
export function render(stack: Stack, options: RenderOptions): Rendered {
  const { dir, target, monitoring, java, storage, descriptors = DESCRIPTORS } = options;
  const placement = target.placement(stack, dir);
  const services = describeServices(descriptors, {
    stack,
    placement,
    monitoring,
    java,
    storage,
  });
  const directories = services.flatMap((service) => [
    ...Object.values(service.directories),
    ...service.reads,
  ]);
  return {
    artifacts: [
      ...services.flatMap(({ files }) => files),
      renderClient(stack),
      ...target.files(stack, services, dir),
    ],
    directories: [...new Set(directories)],
    services,
  };
}
