// The command line of a service's program: the same for a process of this machine and for one in a
// container, but for where things lie.
// This module is pure: no Deno APIs, no I/O.
import type { Programs } from "./descriptor.ts";
import type { Program } from "./service.ts";

/** Where things lie that services are run by. */
export interface Places {
  /** The java command, and the directory of Kafka's jars. */
  readonly java?: { readonly command: string; readonly libs: string };
  /** Deno, and the project's directory with its scripts. */
  readonly deno?: { readonly command: string; readonly root: string };
}

/** Where they lie in the images. */
export const IMAGE_PLACES = {
  java: { command: "java", libs: "/opt/kafka/libs" },
  deno: { command: "deno", root: "/kafka_client" },
} as const satisfies Places;

/** The programs in the images. */
export const IMAGE_PROGRAMS: Programs = {
  deno: IMAGE_PLACES.deno,
  prometheus: "prometheus",
  grafana: { command: "/usr/share/grafana/bin/grafana", home: "/usr/share/grafana" },
};

/**
 * The command, then its arguments.
 *
 * @param jvmFlags What a Java program gets beside its own flags.
 */
export function commandOf(
  program: Program,
  { java, deno }: Places,
  jvmFlags: readonly string[] = [],
): [string, ...string[]] {
  switch (program.type) {
    case "command":
      return [program.command, ...program.args];
    case "deno": {
      const { command, root } = deno!;
      return [command, "run", ...program.flags, `${root}/${program.script}`, ...program.args];
    }
    case "java": {
      const { mainClass, args } = program;
      const { command, libs } = java!;
      return [command, ...jvmFlags, ...program.jvmFlags, "-cp", `${libs}/*`, mainClass, ...args];
    }
  }
}
