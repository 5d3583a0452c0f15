// log4j.properties of a service, as log4j 1 (reload4j) reads it.
// This module is pure: no Deno APIs, no I/O.
import type { LogFile } from "./logging.ts";

/** Time, level, text, logger: as Kafka's own configuration has it. */
export const PATTERN = "[%d] %p %m (%c)%n";

/** The properties. `toOutput`: to standard output too. */
export function log4jProperties(
  files: readonly LogFile[],
  logDir: string,
  toOutput: boolean,
): Record<string, string | number | boolean> {
  const lines: Record<string, string | number | boolean> = {
    "log4j.rootLogger": toOutput ? "INFO, server, stdout" : "INFO, server",
    ...(toOutput
      ? {
        "log4j.appender.stdout": "org.apache.log4j.ConsoleAppender",
        "log4j.appender.stdout.layout": "org.apache.log4j.PatternLayout",
        "log4j.appender.stdout.layout.ConversionPattern": PATTERN,
      }
      : {}),
  };
  for (const { appender, file, loggers } of files) {
    const name = `log4j.appender.${appender}`;
    lines[name] = "org.apache.log4j.RollingFileAppender";
    lines[`${name}.File`] = `${logDir}/${file}`;
    // Six files of 10 MB each bound what a service writes, whatever happens.
    lines[`${name}.MaxFileSize`] = "10MB";
    lines[`${name}.MaxBackupIndex`] = 5;
    lines[`${name}.layout`] = "org.apache.log4j.PatternLayout";
    lines[`${name}.layout.ConversionPattern`] = PATTERN;
    for (const [logger, level] of Object.entries(loggers ?? {})) {
      lines[`log4j.logger.${logger}`] = `${level}, ${appender}`;
      lines[`log4j.additivity.${logger}`] = false;
    }
  }
  return lines;
}

/** A tool's properties: what is wrong, to standard error. */
export const LOG4J_TO_ERRORS = {
  "log4j.rootLogger": "WARN, stderr",
  "log4j.appender.stderr": "org.apache.log4j.ConsoleAppender",
  "log4j.appender.stderr.Target": "System.err",
  "log4j.appender.stderr.layout": "org.apache.log4j.PatternLayout",
  "log4j.appender.stderr.layout.ConversionPattern": PATTERN,
};
