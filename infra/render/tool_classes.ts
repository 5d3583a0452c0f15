// Which command-line tools a Kafka has, and the main class of each, as its own scripts name them.
// This module is pure: no Deno APIs, no I/O.
import { isAtLeast, type Stack } from "../spec/mod.ts";

type Tools = Readonly<Record<string, string>>;

/** Those of Kafka 3.9. */
const TOOLS: Tools = {
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
};

/** Where there are ZooKeepers. */
const ZOOKEEPER_TOOLS: Tools = {
  "zookeeper-security-migration": "kafka.admin.ZkSecurityMigrator",
  "zookeeper-shell": "org.apache.zookeeper.ZooKeeperMainWithTlsSupportForKafka -server",
};

/** What came or moved later, by the version that had it first. */
const LATER: readonly { readonly since: readonly [number, number]; readonly tools: Tools }[] = [
  {
    since: [4, 0],
    tools: {
      "kafka-acls": "org.apache.kafka.tools.AclCommand",
      "kafka-broker-api-versions": "org.apache.kafka.tools.BrokerApiVersionsCommand",
      "kafka-console-producer": "org.apache.kafka.tools.ConsoleProducer",
      "kafka-console-share-consumer": "org.apache.kafka.tools.consumer.ConsoleShareConsumer",
      "kafka-groups": "org.apache.kafka.tools.GroupsCommand",
      "kafka-share-groups": "org.apache.kafka.tools.consumer.group.ShareGroupCommand",
    },
  },
  {
    since: [4, 1],
    tools: {
      "kafka-share-consumer-perf-test": "org.apache.kafka.tools.ShareConsumerPerformance",
      "kafka-streams-groups": "org.apache.kafka.tools.streams.StreamsGroupCommand",
      "kafka-verifiable-share-consumer": "org.apache.kafka.tools.VerifiableShareConsumer",
    },
  },
  { since: [4, 3], tools: { "kafka-dump-log": "org.apache.kafka.tools.DumpLogSegments" } },
  { since: [4, 4], tools: { "kafka-configs": "org.apache.kafka.tools.ConfigCommand" } },
];

/** The main class of each tool for a stack, with its first argument where it has one. */
export function toolClasses({ mode, kafkaVersion }: Pick<Stack, "mode" | "kafkaVersion">): Tools {
  const later = LATER.filter(({ since }) => isAtLeast(kafkaVersion, ...since));
  return Object.assign(
    {},
    TOOLS,
    mode === "zookeeper" ? ZOOKEEPER_TOOLS : {},
    ...later.map(({ tools }) => tools),
  );
}
