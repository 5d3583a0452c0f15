// log4j2.properties of a service, as log4j 2 reads it: Kafka's own log4j2.yaml says the same to a
// library for YAML, which every JVM would load first.
// This module is pure: no Deno APIs, no I/O.
import { PATTERN } from "./log4j.ts";
import type { LogFile } from "./logging.ts";

/** The properties. `toOutput`: to standard output too. */
export function log4j2Properties(
  files: readonly LogFile[],
  logDir: string,
  toOutput: boolean,
): Record<string, string | number | boolean> {
  const lines: Record<string, string | number | boolean> = {
    // Kafka logs while it stops; the library would stop at the same signal.
    "shutdownHook": "disable",
    "rootLogger": toOutput ? "INFO, server, stdout" : "INFO, server",
    ...(toOutput
      ? {
        "appender.stdout.type": "Console",
        "appender.stdout.name": "stdout",
        "appender.stdout.layout.type": "PatternLayout",
        "appender.stdout.layout.pattern": PATTERN,
      }
      : {}),
  };
  for (const { appender, file, loggers } of files) {
    const name = `appender.${appender}`;
    lines[`${name}.type`] = "RollingFile";
    lines[`${name}.name`] = appender;
    lines[`${name}.fileName`] = `${logDir}/${file}`;
    // The newest has the number 1. A directory's own % is none of the pattern's.
    lines[`${name}.filePattern`] = `${logDir.replaceAll("%", "%%")}/${file}.%i`;
    lines[`${name}.strategy.type`] = "DefaultRolloverStrategy";
    lines[`${name}.strategy.fileIndex`] = "min";
    // Six files of 10 MB each bound what a service writes, whatever happens.
    lines[`${name}.strategy.max`] = 5;
    lines[`${name}.policy.type`] = "SizeBasedTriggeringPolicy";
    lines[`${name}.policy.size`] = "10MB";
    lines[`${name}.layout.type`] = "PatternLayout";
    lines[`${name}.layout.pattern`] = PATTERN;
    for (const [logger, level] of Object.entries(loggers ?? {})) {
      // Its name may hold dots: an id of its own stands for it.
      const id = `logger.${logger.replaceAll(/\W/g, "_")}`;
      lines[`${id}.name`] = logger;
      lines[id] = `${level}, ${appender}`;
      lines[`${id}.additivity`] = false;
    }
  }
  return lines;
}

/** A tool's properties: what is wrong, to standard error. */
export const LOG4J2_TO_ERRORS = {
  "rootLogger": "WARN, stderr",
  "appender.stderr.type": "Console",
  "appender.stderr.name": "stderr",
  "appender.stderr.target": "SYSTEM_ERR",
  "appender.stderr.layout.type": "PatternLayout",
  "appender.stderr.layout.pattern": PATTERN,
};
