// The targets: what turns the services of a stack into files. Here and nowhere else they are named.
// This module is pure: no Deno APIs, no I/O.
import {
  type Artifact,
  type ContainerOptions,
  IMAGE_PROGRAMS,
  placeInContainers,
  type Placement,
  placeOnMachine,
  type Programs,
  type Service,
} from "../services/mod.ts";
import type { Stack } from "../spec/mod.ts";
import { COMPOSE_FILE, renderCompose } from "./compose.ts";

/** Where services will live, and what describes them there beside their own files. */
export interface Target {
  /** The programs that there are for sure; none: those that are found on this machine. */
  readonly programs?: Programs;
  /** @param dir Absolute path of the stack's directory. */
  placement(stack: Stack, dir: string): Placement;
  /** The files by which all of them are started. */
  files(stack: Stack, services: readonly Service[], dir: string): readonly Artifact[];
}

/** The files that targets write at the top of a stack's directory: they are deleted with it. */
export const TARGET_FILES: readonly string[] = [COMPOSE_FILE, ".env"];

/** The targets by name. */
export const TARGETS = {
  /** Processes of this machine: they need no files but their own. */
  processes: (): Target => ({ placement: placeOnMachine, files: () => [] }),
  /** Services of Docker Compose. */
  compose: (options: ContainerOptions): Target => ({
    programs: IMAGE_PROGRAMS,
    placement: (stack) => placeInContainers(stack, options),
    files: renderCompose,
  }),
};
