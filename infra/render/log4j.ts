// Logging configuration (reload4j): files that roll, in the service's log directory.
// This module is pure: no Deno APIs, no I/O.
import { type Artifact, propertiesFile } from "./artifact.ts";

/** A file of its own for some loggers. */
interface LogFile {
  /** Name of the appender. */
  readonly appender: string;
  readonly file: string;
  /** Logger name → level. Without loggers it is the root's. */
  readonly loggers?: Readonly<Record<string, string>>;
}

/** Kafka's own division of its log files, as its distribution has it. */
const KAFKA_FILES: readonly LogFile[] = [
  { appender: "server", file: "server.log" },
  {
    appender: "controller",
    file: "controller.log",
    loggers: { "kafka.controller": "INFO", "org.apache.kafka.controller": "INFO" },
  },
  { appender: "stateChange", file: "state-change.log", loggers: { "state.change.logger": "INFO" } },
  { appender: "cleaner", file: "log-cleaner.log", loggers: { "kafka.log.LogCleaner": "INFO" } },
  {
    appender: "authorizer",
    file: "kafka-authorizer.log",
    loggers: { "kafka.authorizer.logger": "INFO" },
  },
];

const ZOOKEEPER_FILES: readonly LogFile[] = [{ appender: "server", file: "zookeeper.log" }];

/** Time, level, text, logger: as Kafka's own configuration has it. */
const PATTERN = "[%d] %p %m (%c)%n";

/** Name of the file that holds what a person wants to read first. */
export function mainLogFile(kind: "zookeeper" | "broker"): string {
  return (kind === "broker" ? KAFKA_FILES : ZOOKEEPER_FILES)[0]!.file;
}

/**
 * `log4j.properties` of a service.
 *
 * @param kind What the service is.
 * @param configDir Its configuration directory, relative to the stack's.
 * @param logDir Its log directory as the service sees it.
 * @param toOutput Writes what the main file holds to standard output too, as containers do.
 */
export function renderLog4j(
  kind: "zookeeper" | "broker",
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
  for (const { appender, file, loggers } of kind === "broker" ? KAFKA_FILES : ZOOKEEPER_FILES) {
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
