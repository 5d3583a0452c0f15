// The fingerprints of the version before: digests of all that was known of a process, in the order
// in which it was known. What runs under one of them is recognised, and not restarted in vain.
// This module is pure: no Deno APIs, no I/O.
import type { Artifact } from "./artifact.ts";
import { commandOf } from "./command.ts";
import type { Programs } from "./descriptor.ts";
import { digest } from "./fingerprint.ts";
import type { Description } from "./service.ts";
import { outputFile } from "./web_service.ts";

/**
 * The former fingerprint of a service.
 *
 * @param deno Where Deno is, which counted then.
 * @returns `undefined`: that version had no such service.
 */
export function formerFingerprintOf(
  service: Description,
  files: readonly Artifact[],
  deno: Programs["deno"] | undefined,
): string | undefined {
  const { name, roles, program, directories, container, metrics, environment } = service;
  const { address, inside, ready: check, stopGraceMs } = service;
  const ports = Object.fromEntries(
    Object.entries(service.ports).map(([purpose, { setting: _, ...port }]) => [purpose, port]),
  );
  const inContainer = container ? { container } : {};
  const scrape = metrics && { job: metrics.job, address: metrics.inside };
  if (program === undefined) {
    return digest([{ name, kind: "client", ports, stopGraceMs, container, environment }, []]);
  }
  if (program.type === "java") {
    const { mainClass, jvmFlags, args, heapMiB } = program;
    return digest([{
      ...{ name, kind: roles[0], mainClass, jvmFlags, args, heapMiB, directories },
      ...{ logFile: service.logFile },
      ...inContainer,
      ...(metrics ? { exporter: metrics.address, scrape } : {}),
      ...{ ports, address, inside, check, stopGraceMs },
    }, files]);
  }
  if (deno === undefined) return undefined;
  return digest([{
    ...{ name, kind: roles[0], command: commandOf(program, { deno }), directories, ports },
    ...{ address, inside, check, logFile: outputFile(name), stopGraceMs },
    ...inContainer,
    ...(metrics ? { scrape } : {}),
  }, files]);
}
