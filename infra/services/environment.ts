// The environment of what is started and asked: what a caller's shell says about Java, about
// Kafka's scripts and about the language counts neither for the services nor for what is parsed.
// This module is pure: no Deno APIs, no I/O.

/** Variables that change every JVM, or what Kafka's own scripts start. */
const JAVA_OPTIONS = [
  ...["JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"],
  ...["IBM_JAVA_OPTIONS", "OPENJ9_JAVA_OPTIONS"],
  ...["KAFKA_OPTS", "KAFKA_HEAP_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS"],
  ...["KAFKA_JMX_OPTS", "KAFKA_LOG4J_OPTS", "JMX_PORT"],
];

/** Shell command after which a JVM gets only the options in its own command line. */
export const DROP_JAVA_OPTIONS = `unset ${JAVA_OPTIONS.join(" ")} CLASSPATH`;

/**
 * Shell command that drops what would change a service: options of Java, and `GF_…`, each of which
 * replaces a line of grafana.ini. The rest stays: what finds `java` may be a script of a version
 * manager, with variables of its own.
 */
export const DROP_SETTINGS = `${DROP_JAVA_OPTIONS}
for name in $(env | sed -n 's/^\\(GF_[A-Za-z0-9_]*\\)=.*/\\1/p'); do unset "$name"; done`;

/** Shell script that prints the names of the Java options that are set. */
export const PRINT_JAVA_OPTIONS = `for name in ${
  JAVA_OPTIONS.join(" ")
}; do eval "[ -z \\"\\$$name\\" ]" || echo "$name"; done`;

/**
 * The locale of all that is started: English messages, and file names in UTF-8, for a JVM reads and
 * writes them in the locale's encoding (`sun.jnu.encoding`, which no option sets).
 */
export function localeOf(os: "linux" | "darwin"): Readonly<Record<string, string>> {
  return { LC_ALL: os === "darwin" ? "en_US.UTF-8" : "C.UTF-8", LANGUAGE: "" };
}

/**
 * A JVM's flags for the same. A Turkish one looks for `GroupType.CLASSİC`; macOS tells a JVM the
 * user's language past the environment.
 */
export const LOCALE_FLAGS = ["-Duser.language=en", "-Duser.country=", "-Dfile.encoding=UTF-8"];
