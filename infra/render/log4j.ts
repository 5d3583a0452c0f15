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
 */
export function renderLog4j(
  kind: "zookeeper" | "broker",
  configDir: string,
  logDir: string,
): Artifact {
  const lines: Record<string, string | number | boolean> = { "log4j.rootLogger": "INFO, server" };
  for (const { appender, file, loggers } of kind === "broker" ? KAFKA_FILES : ZOOKEEPER_FILES) {
    const name = `log4j.appender.${appender}`;
    lines[name] = "org.apache.log4j.RollingFileAppender";
    lines[`${name}.File`] = `${logDir}/${file}`;
    // Six files of 10 MB each bound what a service writes, whatever happens.
    lines[`${name}.MaxFileSize`] = "10MB";
    lines[`${name}.MaxBackupIndex`] = 5;
    lines[`${name}.layout`] = "org.apache.log4j.PatternLayout";
    lines[`${name}.layout.ConversionPattern`] = "[%d] %p %m (%c)%n";
    for (const [logger, level] of Object.entries(loggers ?? {})) {
      lines[`log4j.logger.${logger}`] = `${level}, ${appender}`;
      lines[`log4j.additivity.${logger}`] = false;
    }
  }
  return { path: `${configDir}/log4j.properties`, content: propertiesFile(lines) };
}
