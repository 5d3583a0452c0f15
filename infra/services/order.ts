// In which order services start and stop, from what each needs before it starts.
// This module is pure: no Deno APIs, no I/O.
import type { Descriptor } from "./descriptor.ts";
import type { Role, Service } from "./service.ts";

type Needing = Pick<Service, "roles" | "after">;

/** The services that `one` needs, among all. What has the needed role itself waits for nobody. */
export function neededBy<T extends Needing>(one: Needing, all: readonly T[]): T[] {
  return all.filter(({ roles }) =>
    one.after.some(({ role }) => roles.includes(role) && !one.roles.includes(role))
  );
}

function depthOf(one: Needing, all: readonly Needing[]): number {
  return Math.max(0, ...neededBy(one, all).map((other) => 1 + depthOf(other, all)));
}

/** The services in groups: each group needs only services of the groups before it. */
export function startPhases<T extends Needing>(services: readonly T[]): T[][] {
  return phases(services, (one) => depthOf(one, services));
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
