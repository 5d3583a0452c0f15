// The runtimes: the ways to run services. Here and nowhere else they are named.
import { docker } from "./docker/docker.ts";
import type { Runtime } from "./engine.ts";
import { native } from "./native/native.ts";

/** The runtimes, the preferred one first; the last one needs nothing but this machine. */
export const RUNTIMES = [docker, native] as const;

/** The one that always can be used. */
export const FALLBACK: Runtime = native;

/** Values of `--engine`. */
export const ENGINE_NAMES: readonly string[] = ["auto", ...RUNTIMES.map(({ name }) => name)];

/** The runtime of that name; none: another version of this toolkit knows it. */
export function runtimeOf(name: string | undefined): Runtime | undefined {
  return RUNTIMES.find((runtime) => runtime.name === name);
}
