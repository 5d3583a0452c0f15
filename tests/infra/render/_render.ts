// Renders stacks for tests in one line: for this machine, and for containers.
import {
  type ContainerOptions,
  type Descriptor,
  IMAGE_PROGRAMS,
  type MonitoringContent,
  type MonitoringOptions,
  render,
  type Rendered,
  TARGETS,
} from "../../../infra/render/mod.ts";
import type { Stack } from "../../../infra/spec/mod.ts";

/** For processes of this machine. */
export function renderNative(
  stack: Stack,
  dir: string,
  monitoring?: MonitoringOptions,
  descriptors?: readonly Descriptor[],
): Rendered {
  return render(stack, { dir, target: TARGETS.processes(), monitoring, descriptors });
}

/** For containers. */
export function renderDocker(
  stack: Stack,
  dir: string,
  options: ContainerOptions,
  content?: MonitoringContent,
  descriptors?: readonly Descriptor[],
): Rendered {
  const monitoring = content && { content, programs: IMAGE_PROGRAMS };
  return render(stack, { dir, target: TARGETS.compose(options), monitoring, descriptors });
}
