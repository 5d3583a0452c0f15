// What the caller's environment may not do to a stack: names that Kafka cannot use, options that
// no JVM gets.
import { UsageError } from "../clients/cli/flags.ts";
import { denoHost } from "../infra/engine/host/deno_host.ts";
import { cacheDir } from "../infra/engine/distribution/mod.ts";
import type { Report } from "../infra/engine/engine.ts";
import { droppedOptions } from "../infra/engine/native/java.ts";
import { classPathProblem, directoryProblem } from "../infra/spec/mod.ts";

/**
 * @throws {UsageError} A stack cannot lie in a directory of that name.
 */
export function checkDirectory(dir: string): void {
  const problem = directoryProblem(dir);
  if (problem === undefined) return;
  throw new UsageError(
    `${JSON.stringify(dir)} cannot be a stack's directory: ${problem}`,
    "Choose another with --dir; one that has data can be moved while its stack is stopped.",
  );
}

/** Names the options of Java that the caller has set: no JVM gets them. */
export async function tellDropped(report: Report, whose: "services" | "tools"): Promise<void> {
  const names = (await droppedOptions(denoHost))
    // As Kafka's own scripts read it.
    .filter((name) => whose === "services" || name !== "KAFKA_HEAP_OPTS");
  if (names.length === 0) return;
  const instead = whose === "services"
    ? "set heap and config in infra/stack.ts"
    : "KAFKA_HEAP_OPTS sets a tool's heap";
  report(
    undefined,
    `${names.join(", ")} ${names.length === 1 ? "is" : "are"} not passed to the JVMs: ${instead}`,
  );
}

/** @throws {UsageError} Kafka's jars, or the archives beside them, cannot lie where they would. */
export function checkPlaces() {
  const home = denoHost.env("KAFKA_HOME");
  const places = [
    ["KAFKA_HOME", home, classPathProblem],
    ["KAFKA_STACK_CACHE", cacheDir(denoHost), directoryProblem],
  ] as const;
  for (const [name, path, problemOf] of places) {
    const problem = path && problemOf(path);
    if (problem) throw new UsageError(`${name} cannot be ${JSON.stringify(path)}: ${problem}`);
  }
}
