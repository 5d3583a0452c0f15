// Configuration of the JMX exporter agent: which MBeans of a service become which metrics.
// This module is pure: no Deno APIs, no I/O.
import { GENERATED } from "../infra/services/artifact.ts";
import type { ExporterConfigs } from "../infra/services/content.ts";
import { toYaml } from "../infra/render/yaml.ts";
import type { MetricsChoice, Mode } from "../infra/spec/mod.ts";
import { BROKER_FAMILIES } from "./mbeans/broker.ts";
import { askFor, type Family, type Rule } from "./mbeans/family.ts";
import { KRAFT_FAMILIES } from "./mbeans/kraft.ts";
import { wantedMetrics } from "./mbeans/wanted.ts";
import { ZOOKEEPER_FAMILIES } from "./mbeans/zookeeper.ts";

/** `, key=value` in an MBean's name, and the label that it becomes, for up to three of them. */
const KEYS = [3, 2, 1, 0].map((count) => ({
  count,
  pattern: ", (.+)=(.+)".repeat(count),
  labels: Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`$${4 + 2 * n}`, `$${5 + 2 * n}`]),
  ),
}));

// The rules for all that a service has to tell. Those for what is used are in mbeans/.

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

/** What only Kafka without ZooKeeper has: Kafka's own metrics, without a name. */
const KRAFT_RULES: readonly Rule[] = [
  ["raft-metrics", "raft"],
  ["broker-metadata-metrics", "broker_metadata"],
].map(([type, name]) => ({
  pattern: `kafka.server<type=${type}><>([\\w-]+)`,
  name: `kafka_server_${name}_$1`,
  type: "GAUGE",
}));

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

/**
 * The agent's configuration for each kind of service, as YAML.
 *
 * @param metrics `used`: it asks no MBean but those of metrics that are wanted; both name a metric
 * alike.
 * @param mode In mode `kraft` that of a broker is a controller's too.
 */
export function exporterConfigs(metrics: MetricsChoice, mode: Mode): ExporterConfigs {
  const kraft = mode === "kraft";
  if (metrics === "all") {
    const all = (rules: readonly Rule[]) => file(toYaml({ excludeObjectNames: EXCLUDED }), rules);
    return {
      zookeeper: all(ZOOKEEPER_RULES),
      broker: all([...BROKER_RULES, ...kraft ? KRAFT_RULES : []]),
    };
  }
  const wanted = wantedMetrics(mode);
  const used = (families: readonly Family[]) => {
    const { include, exclude, rules } = askFor(families, wanted);
    return file(
      toYaml({ includeObjectNames: include }) +
        (Object.keys(exclude).length === 0
          ? ""
          : toYaml({ excludeObjectNameAttributes: exclude }, { flowLevel: 2 })),
      rules,
    );
  };
  return {
    zookeeper: used(ZOOKEEPER_FAMILIES),
    broker: used([...BROKER_FAMILIES, ...kraft ? KRAFT_FAMILIES : []]),
  };
}

function file(mbeans: string, rules: readonly Rule[]): string {
  return `${GENERATED}
${toYaml({ lowercaseOutputName: true, lowercaseOutputLabelNames: true })}${mbeans}${
    // Without the cache a broker's scrape matches every pattern against every attribute anew.
    toYaml({ rules: rules.map((rule) => ({ ...rule, cache: true })) })}`;
}
