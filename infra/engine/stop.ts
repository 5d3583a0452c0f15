// Stops services, each before what it needs.
import { DESCRIPTORS, stopPhases } from "../render/mod.ts";
import type { Context } from "./context.ts";
import type { RunningService } from "./engine.ts";

/**
 * Stops services, each before what it needs: the clean shutdown of brokers needs the ensemble.
 *
 * @throws {Failure} One does not end; all others have been stopped.
 */
export async function stopInOrder(
  { engine, rendered }: Pick<Context, "engine" | "rendered">,
  services: readonly RunningService[],
): Promise<void> {
  const graceMs = (name: string) =>
    rendered.services.find((service) => service.name === name)?.stopGraceMs ?? 30_000;
  const failures: unknown[] = [];
  for (const phase of stopPhases(DESCRIPTORS, services)) {
    // One that cannot be stopped keeps no other running.
    await engine.stop(phase, graceMs).catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
