// Kafka's command-line tools as scripts on PATH: Maven delivers their classes,
// but not the scripts of the distribution.
// This module is pure: no Deno APIs, no I/O.
import {
  bootstrapServers,
  isIpAddress,
  nodesOf,
  type Stack,
  zookeeperConnect,
} from "../spec/mod.ts";
import { type Artifact, fileUrl, GENERATED, propertiesFile } from "../services/artifact.ts";
import { DROP_JAVA_OPTIONS, LOCALE_FLAGS, localeOf } from "../services/environment.ts";
import { loopback } from "../services/placement.ts";
import { quote } from "./shell.ts";

/** Main class of each tool, as Kafka 3.9's own scripts name them. */
export const TOOLS: Readonly<Record<string, string>> = {
  "kafka-acls": "kafka.admin.AclCommand",
  "kafka-broker-api-versions": "kafka.admin.BrokerApiVersionsCommand",
  "kafka-client-metrics": "org.apache.kafka.tools.ClientMetricsCommand",
  "kafka-cluster": "org.apache.kafka.tools.ClusterTool",
  "kafka-configs": "kafka.admin.ConfigCommand",
  "kafka-console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
  "kafka-console-producer": "kafka.tools.ConsoleProducer",
  "kafka-consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
  "kafka-consumer-perf-test": "org.apache.kafka.tools.ConsumerPerformance",
  "kafka-delegation-tokens": "org.apache.kafka.tools.DelegationTokenCommand",
  "kafka-delete-records": "org.apache.kafka.tools.DeleteRecordsCommand",
  "kafka-dump-log": "kafka.tools.DumpLogSegments",
  "kafka-e2e-latency": "org.apache.kafka.tools.EndToEndLatency",
  "kafka-features": "org.apache.kafka.tools.FeatureCommand",
  "kafka-get-offsets": "org.apache.kafka.tools.GetOffsetShell",
  "kafka-jmx": "org.apache.kafka.tools.JmxTool",
  "kafka-leader-election": "org.apache.kafka.tools.LeaderElectionCommand",
  "kafka-log-dirs": "org.apache.kafka.tools.LogDirsCommand",
  "kafka-metadata-quorum": "org.apache.kafka.tools.MetadataQuorumCommand",
  "kafka-producer-perf-test": "org.apache.kafka.tools.ProducerPerformance",
  "kafka-reassign-partitions": "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
  "kafka-replica-verification": "org.apache.kafka.tools.ReplicaVerificationTool",
  "kafka-storage": "kafka.tools.StorageTool",
  "kafka-streams-application-reset": "org.apache.kafka.tools.StreamsResetter",
  "kafka-topics": "org.apache.kafka.tools.TopicCommand",
  "kafka-transactions": "org.apache.kafka.tools.TransactionsCommand",
  "kafka-verifiable-consumer": "org.apache.kafka.tools.VerifiableConsumer",
  "kafka-verifiable-producer": "org.apache.kafka.tools.VerifiableProducer",
  "zookeeper-security-migration": "kafka.admin.ZkSecurityMigrator",
  "zookeeper-shell": "org.apache.zookeeper.ZooKeeperMainWithTlsSupportForKafka -server",
};

/** Directories that the tools need, relative to the stack's. */
export const TOOLS_DIRECTORIES = ["bin", "bin/tmp"];

/** Where the tools run. */
export interface ToolsOptions {
  readonly os: "linux" | "darwin";
  /** The java command. */
  readonly java: string;
  /** Directory of Kafka's jars. */
  readonly libs: string;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
}

/**
 * The files in the stack's `bin`: each tool with and without `.sh`, and `kafka-run-class`,
 * which the others call.
 */
export function renderTools(stack: Stack, { os, java, libs, dir }: ToolsOptions): Artifact[] {
  const bin = `${dir}/bin`;
  const script = (...lines: string[]) => ["#!/bin/sh", GENERATED, ...lines, ""].join("\n");
  const names = nodesOf(stack).map(({ name }) => name);
  const locale = Object.entries(localeOf(os)).map(([name, value]) => `${name}=${value}`);
  const runClass = script(
    // The container network's names, as kafka1:9092, are known to the tools on the host too.
    // Only for a command that uses one: a JVM with this file knows no other names.
    `case " $* " in`,
    `  ${names.map((name) => `*[\\ ,]${name}:*`).join("|")}) hosts=-Djdk.net.hosts.file=${
      quote(`${bin}/hosts`)
    };;`,
    `  *) hosts=-Dstack.tool=true;;`,
    `esac`,
    `heap=\${KAFKA_HEAP_OPTS:--Xmx256m}`,
    // An agent in KAFKA_OPTS, meant for a broker, would take the broker's port.
    DROP_JAVA_OPTIONS,
    `export ${locale.join(" ")}`,
    `exec ${quote(java)} $heap -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\`,
    `  ${LOCALE_FLAGS.join(" ")} -Djava.io.tmpdir=${quote(`${bin}/tmp`)} \\`,
    `  "$hosts" -Dlog4j.configuration=${quote(fileUrl(`${bin}/log4j.properties`))} \\`,
    `  -cp ${quote(`${libs}/*`)} "$@"`,
  );
  const all: [string, string][] = [
    ["kafka-run-class", runClass],
    ...Object.entries(TOOLS).map(([name, mainClass]): [string, string] => [
      name,
      script(`exec ${quote(`${bin}/kafka-run-class`)} ${mainClass} "$@"`),
    ]),
  ];
  // A JVM with a file of hosts takes addresses in it only, and knows no name that is not there.
  const address = loopback(stack.bindAddress);
  const known = new Set(["localhost", ...names]);
  if (!isIpAddress(stack.advertisedHost)) known.add(stack.advertisedHost);
  return [
    ...all.flatMap(([name, content]) =>
      [name, `${name}.sh`].map((file): Artifact => ({ path: `bin/${file}`, content, mode: 0o755 }))
    ),
    {
      path: "bin/hosts",
      content: [GENERATED, ...[...known].map((name) => `${address} ${name}`), ""].join("\n"),
    },
    {
      path: "bin/log4j.properties",
      content: propertiesFile({
        "log4j.rootLogger": "WARN, stderr",
        "log4j.appender.stderr": "org.apache.log4j.ConsoleAppender",
        "log4j.appender.stderr.Target": "System.err",
        "log4j.appender.stderr.layout": "org.apache.log4j.PatternLayout",
        "log4j.appender.stderr.layout.ConversionPattern": "[%d] %p %m (%c)%n",
      }),
    },
  ];
}

/** Environment of a shell for this stack: the original's names, and where the brokers are. */
export function toolsEnvironment(stack: Stack, dir: string, path: string) {
  return {
    PATH: `${dir}/bin:${path}`,
    BOOTSTRAP_SERVERS: bootstrapServers(stack),
    KAFKA_HOST: bootstrapServers(stack),
    ZOOKEEPER_HOST: zookeeperConnect(stack),
    STACK_DIR: dir,
  };
}
