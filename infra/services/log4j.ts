// Logging configuration (reload4j): files that roll, in the service's log directory.
// This module is pure: no Deno APIs, no I/O.
import { type Artifact, propertiesFile } from "./artifact.ts";

/** A file of its own for some loggers. */
export interface LogFile {
  /** Name of the appender. */
  readonly appender: string;
  readonly file: string;
  /** Logger name → level. Without loggers it is the root's. */
  readonly loggers?: Readonly<Record<string, string>>;
}

/** Time, level, text, logger: as Kafka's own configuration has it. */
const PATTERN = "[%d] %p %m (%c)%n";

/**
 * `log4j.properties` of a service.
 *
 * @param files What it logs to; first the file that holds what a person wants to read first, which
 * has the appender `server`.
 * @param configDir Its configuration directory, relative to the stack's.
 * @param logDir Its log directory as the service sees it.
 * @param toOutput Writes what the main file holds to standard output too, as containers do.
 */
export function renderLog4j(
  files: readonly LogFile[],
  configDir: string,
  logDir: string,
  toOutput = false,
): Artifact {
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
  return { path: `${configDir}/log4j.properties`, content: propertiesFile(lines) };
}
