// What brokers and controllers have in common: the program, its logs, its storage, the properties of
// topics, which in KRaft mode both read.
// This module is pure: no Deno APIs, no I/O.
import { type Broker, type Controller, isAtLeast, type Stack } from "../spec/mod.ts";
import { type Artifact, propertiesFile } from "./artifact.ts";
import type { Situation } from "./descriptor.ts";
import { renderExporter } from "./exporter.ts";
import { hostsFlag, renderHosts } from "./hosts.ts";
import { describeJvm, type JvmOptions } from "./jvm.ts";
import { type LogFile, renderLogging } from "./logging.ts";
import { formatOf } from "./storage.ts";

const SERVER_LOG = "server.log";

/** Kafka's own division of its log files, as its distribution has it. */
function logFiles({ kafkaVersion }: Stack): readonly LogFile[] {
  const cleaners = isAtLeast(kafkaVersion, 4)
    ? ["LogCleaner", "LogCleaner$CleanerThread", "Cleaner"]
      .map((name) => `org.apache.kafka.storage.internals.log.${name}`)
    : ["kafka.log.LogCleaner"];
  return [
    { appender: "server", file: SERVER_LOG },
    {
      appender: "controller",
      file: "controller.log",
      loggers: { "kafka.controller": "INFO", "org.apache.kafka.controller": "INFO" },
    },
    {
      appender: "stateChange",
      file: "state-change.log",
      loggers: { "state.change.logger": "INFO" },
    },
    {
      appender: "cleaner",
      file: "log-cleaner.log",
      loggers: Object.fromEntries(cleaners.map((name) => [name, "INFO"])),
    },
    {
      appender: "authorizer",
      file: "kafka-authorizer.log",
      loggers: { "kafka.authorizer.logger": "INFO" },
    },
  ];
}

/** The part of a description that follows from the node and these options. */
export function describeKafka(
  situation: Situation,
  node: Broker | Controller,
  options: Pick<JvmOptions, "besideHeapMiB" | "job">,
) {
  const { stack, placement, storage } = situation;
  const kraft = stack.mode === "kraft";
  return {
    ...describeJvm(situation, node, {
      mainClass: "kafka.Kafka",
      configFile: "server.properties",
      logFile: SERVER_LOG,
      jvmFlags: kraft ? hostsFlag(placement, node) : [],
      ...options,
    }),
    ...(kraft && storage ? { format: formatOf(situation, storage, node) } : {}),
  };
}

/** The files of a node with these properties. */
export function renderKafka(
  { stack, placement, exporters }: Situation,
  node: Broker | Controller,
  properties: Readonly<Record<string, string | number>>,
): Artifact[] {
  const { config, log } = node.directories;
  return [
    { path: `${config}/server.properties`, content: propertiesFile(properties, node.config) },
    renderLogging(stack.kafkaVersion, {
      files: logFiles(stack),
      config,
      logDir: placement.path(log),
      toOutput: placement.container !== undefined,
    }),
    ...(stack.mode === "kraft" ? renderHosts(stack, placement, node) : []),
    // A controller's metrics are among those that a broker can have.
    ...(exporters ? [renderExporter(node, exporters.broker)] : []),
  ];
}

/** What a topic has that is created without saying so. In KRaft mode a controller decides it. */
export function topicDefaults(stack: Stack) {
  return {
    "num.partitions": stack.partitions,
    "default.replication.factor": stack.replicationFactor,
    "min.insync.replicas": stack.minInsyncReplicas,
  };
}
