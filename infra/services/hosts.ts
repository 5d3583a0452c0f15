// The names of the nodes, where they are processes of one machine: the quorum's log knows its voters
// by name, and containers have them from their network.
// This module is pure: no Deno APIs, no I/O.
import { type Broker, type Controller, isIpAddress, type Stack } from "../spec/mod.ts";
import { type Artifact, GENERATED } from "./artifact.ts";
import { loopback, type Placement } from "./placement.ts";

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}${index + 1}`);

/** All that a stack can have: a node that comes or goes changes no other's file. */
const NAMES = ["localhost", ...numbered("kafka", 9), ...numbered("controller", 5)];

/**
 * The text of a file of hosts for JVMs on this machine. A JVM with such a file knows no name that is
 * not in it.
 */
export function hostsText(stack: Stack, names: readonly string[] = NAMES): string {
  const address = loopback(stack.bindAddress);
  const known = new Set(names);
  if (!isIpAddress(stack.advertisedHost)) known.add(stack.advertisedHost);
  return [GENERATED, ...[...known].map((name) => `${address} ${name}`), ""].join("\n");
}

/** The file of hosts of a node; none in a container. */
export function renderHosts(
  stack: Stack,
  placement: Placement,
  { directories }: Broker | Controller,
): Artifact[] {
  if (placement.container) return [];
  return [{ path: `${directories.config}/hosts`, content: hostsText(stack) }];
}

/** A JVM's flags that name it. */
export function hostsFlag(
  placement: Placement,
  { directories }: Broker | Controller,
): string[] {
  if (placement.container) return [];
  return [`-Djdk.net.hosts.file=${placement.path(`${directories.config}/hosts`)}`];
}
