// Configuration of the JMX exporter agent: which MBeans of a service become which metrics.
// This module is pure: no Deno APIs, no I/O.
import { GENERATED } from "../infra/render/artifact.ts";
import type { ExporterConfigs } from "../infra/render/content.ts";
import { toYaml } from "../infra/render/yaml.ts";

/** A rule of the exporter: the first whose pattern matches names the metric. */
interface Rule {
  /** Matched against `domain<key=value, …><path>attribute`. */
  readonly pattern: string;
  readonly name: string;
  readonly type: "COUNTER" | "GAUGE" | "UNTYPED";
  readonly labels?: Readonly<Record<string, string>>;
}

/** `, key=value` in an MBean's name, and the label that it becomes, for up to three of them. */
const KEYS = [3, 2, 1, 0].map((count) => ({
  count,
  pattern: ", (.+)=(.+)".repeat(count),
  labels: Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`$${4 + 2 * n}`, `$${5 + 2 * n}`]),
  ),
}));

/** Kafka's metrics library, Yammer: a type and a name, then what the metric is about. */
const YAMMER = "kafka.(\\w+)<type=(.+), name=(.+)";

const BROKER_RULES: readonly Rule[] = [
  {
    // A meter of nanoseconds: its rate, not its count, is the share of time.
    pattern: "kafka.server<type=KafkaRequestHandlerPool, name=RequestHandlerAvgIdlePercent>" +
      "<>OneMinuteRate",
    name: "kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent",
    type: "GAUGE",
  },
  ...KEYS.map(({ pattern, labels }): Rule => ({
    // MessagesInPerSec is a count since the start: rates are Prometheus' business.
    pattern: `${YAMMER}PerSec\\w*${pattern}><>Count`,
    name: "kafka_$1_$2_$3_total",
    type: "COUNTER",
    labels,
  })),
  ...KEYS.map(({ pattern, labels }): Rule => ({
    pattern: `${YAMMER}${pattern}><>Value`,
    name: "kafka_$1_$2_$3",
    type: "GAUGE",
    labels,
  })),
  ...KEYS.map(({ pattern, labels }): Rule => ({
    pattern: `${YAMMER}${pattern}><>Count`,
    name: "kafka_$1_$2_$3_count",
    // As a counter it would be called `_count_total`.
    type: "UNTYPED",
    labels,
  })),
  ...KEYS.map(({ count, pattern, labels }): Rule => ({
    // Of six percentiles the three that are looked at: eight histograms for each kind of request.
    pattern: `${YAMMER}${pattern}><>(50|99|999)thPercentile`,
    name: "kafka_$1_$2_$3",
    type: "GAUGE",
    labels: { ...labels, quantile: `0.$${4 + 2 * count}` },
  })),
  {
    pattern: "kafka.server<type=socket-server-metrics, listener=(.+), networkProcessor=(.+)>" +
      "<>(connection-count|connection-creation-total|connection-close-total)",
    name: "kafka_server_socketserver_$3",
    type: "GAUGE",
    labels: { listener: "$1", networkprocessor: "$2" },
  },
  {
    // Its domain has a dot more than Kafka's others.
    pattern: "kafka.coordinator.group<type=GroupMetadataManager, name=(.+)><>Value",
    name: "kafka_coordinator_group_$1",
    type: "GAUGE",
  },
  {
    pattern: "kafka.server<type=group-coordinator-metrics><>" +
      "(group-completed-rebalance|offset-commit)-count",
    name: "kafka_server_groupcoordinator_$1_total",
    type: "COUNTER",
  },
];

const QUORUM = "org.apache.ZooKeeperService<name0=ReplicatedServer_id(\\d+)";

const ZOOKEEPER_RULES: readonly Rule[] = [
  {
    pattern: `${QUORUM}, name1=replica\\.(\\d+), name2=(\\w+)><>(\\w+)`,
    name: "zookeeper_$4",
    type: "GAUGE",
    labels: { server_id: "$2", member_type: "$3" },
  },
  {
    pattern: `${QUORUM}, name1=replica\\.(\\d+), name2=(\\w+), name3=(\\w+)><>(\\w+)`,
    name: "zookeeper_$4_$5",
    type: "GAUGE",
    labels: { server_id: "$2", member_type: "$3" },
  },
  {
    pattern: `${QUORUM}><>(\\w+)`,
    name: "zookeeper_$2",
    type: "GAUGE",
    labels: { server_id: "$1" },
  },
  {
    pattern: "org.apache.ZooKeeperService<name0=StandaloneServer_port(\\d+)><>(\\w+)",
    name: "zookeeper_$2",
    type: "GAUGE",
    labels: { member_type: "Standalone" },
  },
  {
    pattern: "org.apache.ZooKeeperService<name0=StandaloneServer_port(\\d+), name1=(\\w+)><>(\\w+)",
    name: "zookeeper_$2_$3",
    type: "GAUGE",
    labels: { member_type: "Standalone" },
  },
];

/** MBeans that nobody looks at, or of which there is one for each client. */
const EXCLUDED = [
  "kafka.admin.client:*",
  "kafka.consumer:*",
  "kafka.producer:*",
  "*:type=app-info,*",
  "kafka.server:type=*,cipher=*,*",
  "org.apache.ZooKeeperService:name3=Connections,*",
];

/** The agent's configuration for each kind of service, as YAML. */
export function exporterConfigs(): ExporterConfigs {
  const file = (rules: readonly Rule[]) =>
    `${GENERATED}\n${
      toYaml({
        lowercaseOutputName: true,
        lowercaseOutputLabelNames: true,
        excludeObjectNames: EXCLUDED,
        // Without the cache a broker's scrape matches every pattern against every attribute anew.
        rules: rules.map((rule) => ({ ...rule, cache: true })),
      })
    }`;
  return { zookeeper: file(ZOOKEEPER_RULES), broker: file(BROKER_RULES) };
}
