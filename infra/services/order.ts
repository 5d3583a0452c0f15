// In which order services start and stop, from what each needs before it starts.
// This module is pure: no Deno APIs, no I/O.
import type { Descriptor } from "./descriptor.ts";
import type { After, Role, Service } from "./service.ts";

type Needing = Pick<Service, "roles" | "after">;

/** The services that `one` needs, among all. What has the same roles waits for nobody. */
export function neededBy<T extends Needing>(one: Needing, all: readonly T[]): T[] {
  return all.filter(({ roles }) =>
    one.after.some(({ role }) => roles.includes(role)) && roles.join() !== one.roles.join()
  );
}

/** How many groups come before that of `one`; `isStep`: whether what it needs is in another group. */
function depthOf(
  one: Needing,
  all: readonly Needing[],
  isStep: (after: After) => boolean = () => true,
): number {
  const depths = one.after.flatMap((after) =>
    neededBy({ ...one, after: [after] }, all)
      .map((other) => (isStep(after) ? 1 : 0) + depthOf(other, all, isStep))
  );
  return Math.max(0, ...depths);
}

/**
 * The services in groups: each group waits for services of the groups before it only. What needs
 * others just to be started starts with them.
 */
export function startPhases<T extends Needing>(services: readonly T[]): T[][] {
  return phases(services, (one) => depthOf(one, services, ({ until }) => until !== "started"));
}

/**
 * What runs, in groups that stop one after another: each before what it needs. What no descriptor
 * knows stops first.
 */
export function stopPhases<T extends { readonly name: string }>(
  descriptors: readonly Descriptor[],
  running: readonly T[],
): T[][] {
  const depth = ({ name }: T) => {
    const descriptor = descriptors.find(({ names }) => names.test(name));
    return descriptor ? -depthOf(descriptor, descriptors) : -Infinity;
  };
  return phases(running, depth);
}

/** All roles that a service of this name can have, whether the stack still has it or not. */
export function rolesOf(descriptors: readonly Descriptor[], name: string): readonly Role[] {
  return descriptors.find(({ names }) => names.test(name))?.roles ?? [];
}

function phases<T>(all: readonly T[], depth: (one: T) => number): T[][] {
  const depths = [...new Set(all.map(depth))].sort((a, b) => a - b);
  return depths.map((each) => all.filter((one) => depth(one) === each));
}
