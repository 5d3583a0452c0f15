// Finds the Java that runs Kafka.
import { Failure } from "../../spec/mod.ts";
import { DROP_JAVA_OPTIONS, PRINT_JAVA_OPTIONS } from "../../render/mod.ts";
import type { Host } from "../host/host.ts";

/** A Java runtime. */
export interface Java {
  /** As it is called: a path, or `java` from PATH. */
  readonly command: string;
  /** e.g. 17. */
  readonly major: number;
  /** All that `java -version` prints: tells one build from another. */
  readonly build: string;
}

/** Kafka 3.9 runs on 8 to 23, its ZooKeeper too; what we pass needs 11. Java 24 dropped what both need (JEP 486). */
const SUPPORTED = { min: 11, max: 23 };

const HINT =
  "Install a Java runtime, 17 is best (Debian: apt install openjdk-17-jre-headless, Homebrew: brew install openjdk@17),\n" +
  "or let JAVA_HOME name one.";

/**
 * Finds Java: in `JAVA_HOME`, else on PATH.
 *
 * @throws {Failure} There is none, or none that Kafka runs on.
 */
export async function findJava(host: Host): Promise<Java> {
  const home = host.env("JAVA_HOME");
  const command = home ? `${home}/bin/java` : "java";
  const { code, stderr, stdout } = await host.run("sh", [
    // Else it prints the options that it picked up, and each value of them is another build.
    ...["-c", `${DROP_JAVA_OPTIONS}; exec "$@"`],
    ...["sh", command, "-version"],
  ]);
  if (code !== 0) {
    const where = home ? `JAVA_HOME is ${home}, but ${command} does not run` : "No java on PATH";
    throw new Failure(where, { hint: HINT });
  }
  const build = (stderr + stdout).trim();
  const major = parseMajor(build);
  if (major === undefined || major < SUPPORTED.min || major > SUPPORTED.max) {
    const { min, max } = SUPPORTED;
    throw new Failure(
      `${command} is Java ${major ?? `of an unknown version (${build.split("\n")[0]})`}; ` +
        `Kafka and ZooKeeper here need ${min} to ${max}`,
      { hint: HINT },
    );
  }
  return { command, major, build };
}

/** Names of the variables with options for Java that this task was called with; no JVM gets them. */
export async function droppedOptions(host: Host): Promise<string[]> {
  const { stdout } = await host.run("sh", ["-c", PRINT_JAVA_OPTIONS]);
  return stdout.split("\n").filter((name) => name !== "");
}

/** `openjdk version "17.0.15"` → 17, `"1.8.0_292"` → 8. */
function parseMajor(build: string): number | undefined {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(build) ?? [];
  return first === undefined ? undefined : Number(first === "1" ? second : first);
}
