// Logging configuration: files that roll, in the service's log directory. Kafka 4 reads it by log4j 2,
// Kafka 3.9 and its ZooKeeper by log4j 1 (reload4j).
// This module is pure: no Deno APIs, no I/O.
import { isAtLeast } from "../spec/mod.ts";
import { type Artifact, fileUrl, propertiesFile } from "./artifact.ts";
import { LOG4J_TO_ERRORS, log4jProperties } from "./log4j.ts";
import { LOG4J2_TO_ERRORS, log4j2Properties } from "./log4j2.ts";

/** A file of its own for some loggers. */
export interface LogFile {
  /** Name of the appender. */
  readonly appender: string;
  readonly file: string;
  /** Logger name → level. Without loggers it is the root's. */
  readonly loggers?: Readonly<Record<string, string>>;
}

/** What differs between the two. */
interface Library {
  readonly file: string;
  /** The system property with its URL. */
  readonly property: string;
  readonly properties: (
    files: readonly LogFile[],
    logDir: string,
    toOutput: boolean,
  ) => Record<string, string | number | boolean>;
  /** A tool's: what is wrong, to standard error. */
  readonly toErrors: Readonly<Record<string, string>>;
}

const LOG4J: Library = {
  file: "log4j.properties",
  property: "log4j.configuration",
  properties: log4jProperties,
  toErrors: LOG4J_TO_ERRORS,
};
const LOG4J_2: Library = {
  file: "log4j2.properties",
  property: "log4j2.configurationFile",
  properties: log4j2Properties,
  toErrors: LOG4J2_TO_ERRORS,
};

function libraryOf(kafkaVersion: string): Library {
  return isAtLeast(kafkaVersion, 4) ? LOG4J_2 : LOG4J;
}

/** What {@linkcode renderLogging} needs beside the version. */
export interface LoggingOptions {
  /**
   * What it logs to; first the file that holds what a person wants to read first, which has the
   * appender `server`.
   */
  readonly files: readonly LogFile[];
  /** Its configuration directory, relative to the stack's. */
  readonly config: string;
  /** Its log directory as the service sees it. */
  readonly logDir: string;
  /** Writes what the main file holds to standard output too, as containers do. */
  readonly toOutput: boolean;
}

/** The file with the logging configuration of a service. */
export function renderLogging(
  kafkaVersion: string,
  { files, config, logDir, toOutput }: LoggingOptions,
): Artifact {
  const { file, properties } = libraryOf(kafkaVersion);
  return {
    path: `${config}/${file}`,
    content: propertiesFile(properties(files, logDir, toOutput)),
  };
}

/** The same for Kafka's tools. */
export function renderToolLogging(kafkaVersion: string, config: string): Artifact {
  const { file, toErrors } = libraryOf(kafkaVersion);
  return { path: `${config}/${file}`, content: propertiesFile(toErrors) };
}

/**
 * A JVM's flag that names its logging configuration.
 *
 * @param configDir Where that lies, as the JVM sees it.
 * @param quote How the file's URL is written.
 */
export function loggingFlag(
  kafkaVersion: string,
  configDir: string,
  quote = (url: string) => url,
): string {
  const { file, property } = libraryOf(kafkaVersion);
  return `-D${property}=${quote(fileUrl(`${configDir}/${file}`))}`;
}
