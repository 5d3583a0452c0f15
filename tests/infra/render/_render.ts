// Renders stacks for tests in one line: for this machine, and for containers.
import {
  type ContainerOptions,
  type Descriptor,
  IMAGE_PROGRAMS,
  type MonitoringContent,
  type MonitoringOptions,
  render,
  type Rendered,
  type Storage,
  TARGETS,
} from "../../../infra/render/mod.ts";
import type { Stack } from "../../../infra/spec/mod.ts";

/** For processes of this machine. */
export function renderNative(
  stack: Stack,
  dir: string,
  monitoring?: MonitoringOptions,
  descriptors?: readonly Descriptor[],
  storage?: Storage,
): Rendered {
  return render(stack, { dir, target: TARGETS.processes(), monitoring, descriptors, storage });
}

/** For containers. */
export function renderDocker(
  stack: Stack,
  dir: string,
  options: ContainerOptions,
  content?: MonitoringContent,
  descriptors?: readonly Descriptor[],
  storage?: Storage,
): Rendered {
  const monitoring = content && { content, programs: IMAGE_PROGRAMS };
  const target = TARGETS.compose(options);
  return render(stack, { dir, target, monitoring, descriptors, storage });
}
