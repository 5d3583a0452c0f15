// Which ports the services of a stack take, and where two want the same.
// This module is pure: no Deno APIs, no I/O.
import type { Problem } from "../spec/mod.ts";
import type { Description } from "./service.ts";

/** Problems with ports, each with the setting that it comes from. */
export function portProblems(services: readonly Pick<Description, "name" | "ports">[]): Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<number, string>();
  for (const { name, ports } of services) {
    for (const [purpose, { port, setting: path }] of Object.entries(ports)) {
      const owner = owners.get(port);
      if (port > 65_535) problems.push({ path, reason: `${port} is over 65535` });
      else if (owner) problems.push({ path, reason: `${port} is already used by ${owner}` });
      else owners.set(port, `${name} (${purpose})`);
    }
  }
  return problems;
}
