// The fingerprint of a service: a digest of what decides how it behaves. It is kept with what runs;
// where it differs from what is wanted, the service is restarted. How the service is checked, how
// long it may take to stop, what its container may take, and where Deno lies are not part of it.
// This module is pure: no Deno APIs, no I/O.
import { createHash } from "node:crypto";
import type { Artifact } from "./artifact.ts";
import type { Description, Service } from "./service.ts";

/**
 * The fingerprint of a service with these files.
 *
 * @param java What tells this machine's Java and jars from others; none: the image's name does.
 */
export function fingerprintOf(
  { program, environment, ports, container }: Description,
  files: readonly Artifact[],
  java?: string,
): string {
  const image = container && [container.image, container.user];
  const open = Object.values(ports).map(({ host, port, inside }) => [host, port, inside]);
  const jvm = program?.type === "java" ? java : undefined;
  return digest([program, jvm, environment, open, image, files]);
}

/** Whether what runs under this fingerprint is the service as it is wanted. */
export function isUnchanged(
  { fingerprint, formerFingerprint }: Service,
  running: string | undefined,
): boolean {
  return running !== undefined && [fingerprint, formerFingerprint].includes(running);
}

/** A short digest of plain data. */
export function digest(data: unknown): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 16);
}
