// Descriptors → the services of a stack, with their files and fingerprints.
// This module is pure: no Deno APIs, no I/O.
import { InvalidSpec } from "../spec/mod.ts";
import type { Descriptor, Programs, Situation } from "./descriptor.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { formerFingerprintOf } from "./former_fingerprint.ts";
import { portProblems } from "./ports.ts";
import type { Service } from "./service.ts";

/**
 * The services of a stack, in the order of their descriptors.
 *
 * @throws {InvalidSpec} Two of them want the same port.
 */
export function describeServices(
  descriptors: readonly Descriptor[],
  given: Omit<Situation, "exporters">,
): Service[] {
  const { stack, monitoring, java } = given;
  const exporters = monitoring?.content.exporters(stack.monitoring!.metrics, stack.mode);
  const situation: Situation = { ...given, exporters };
  const described = descriptors.flatMap((descriptor) =>
    descriptor.describe(situation).map((one) => ({
      descriptor,
      service: { ...one, after: descriptor.after },
    }))
  );
  const all = described.map(({ service }) => service);
  const problems = portProblems(all);
  if (problems.length > 0) throw new InvalidSpec(problems);
  const deno: Programs["deno"] | undefined = monitoring?.programs.deno;
  return described.map(({ descriptor, service }) => {
    const files = descriptor.files?.(service, situation, all) ?? [];
    const former = formerFingerprintOf(service, files, deno);
    return {
      ...service,
      files,
      fingerprint: fingerprintOf(service, files, java),
      ...(former === undefined ? {} : { formerFingerprint: former }),
    };
  });
}
