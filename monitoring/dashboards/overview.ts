// The first dashboard: is the cluster well, and what goes through it?
// This module is pure: no Deno APIs, no I/O.
import { ACTIVE_CONTROLLER, QUORUM } from "./overview_quorum.ts";
import { type Dashboard, type Panel, worseAbove, worseBelow } from "./panel.ts";
import { BROKER, OF_BROKER, OF_BROKER_JVM, OF_TOPIC, TOPIC } from "./variables.ts";

const topics = `${OF_BROKER},${OF_TOPIC}`;
const totals = `${OF_BROKER},topic=""`;

const rate = (by: string, metric: string, of: string) =>
  `sum by (${by}) (rate(kafka_server_brokertopicmetrics_${metric}_total{${of}}[$__rate_interval]))`;

const MODES = ["zookeeper", "kraft"] as const;

/** What a broker loses that pauses for too long. */
const LOST = {
  zookeeper: "sessions with ZooKeeper may expire",
  kraft: "brokers may be fenced",
};

/** Health at the top, then resources, then traffic. */
export const OVERVIEW: Dashboard = {
  uid: "kafka-overview",
  title: "Kafka Overview",
  description: "Is the cluster well, and what goes through it? Begin here.",
  variables: [BROKER, TOPIC],
  rows: [
    {
      title: "Health",
      panels: [
        {
          title: "Brokers Online",
          means: "Brokers that answer and take part in the cluster, and how many there should be.",
          worry: "Fewer are online than there should be.",
          act: "`deno task status` names the one that is missing, `deno task logs` its reason; " +
            "`deno task up` starts what does not run.",
          kind: "stat",
          unit: "none",
          size: "quarter",
          queries: [
            {
              expr: "count(kafka_server_replicamanager_leadercount) or vector(0)",
              legend: "online",
            },
            { expr: 'count(up{job="kafka"})', legend: "of" },
          ],
          thresholds: worseBelow(1),
        },
        ...ACTIVE_CONTROLLER,
        {
          title: "Under Replicated Partitions",
          means: "Partitions of which a replica is not in the ISR, counted at their leaders.",
          worry: "It stays above 0: one more failure may cost availability.",
          act:
            "Is a broker down? Start it. If none is, look for a slow disk or network: Brokers, " +
            "Replication Lag.",
          kind: "stat",
          unit: "none",
          size: "quarter",
          queries: [{
            expr: "sum(kafka_server_replicamanager_underreplicatedpartitions)",
            legend: "partitions",
          }],
          thresholds: worseAbove(1),
        },
        {
          title: "Offline Partitions",
          means:
            "Partitions without a leader, as the controller counts them: nobody reads or writes them.",
          worry: "It is above 0.",
          act: "Start the brokers that hold their replicas; `deno task topic:describe` names them.",
          kind: "stat",
          unit: "none",
          size: "quarter",
          queries: [{
            expr: "max(kafka_controller_kafkacontroller_offlinepartitionscount)",
            legend: "partitions",
          }],
          thresholds: worseAbove(1),
        },
        {
          title: "Under Min ISR Partitions",
          means: "Partitions with fewer replicas in sync than `min.insync.replicas`.",
          worry: "It is above 0: producers with `acks=all` are refused there.",
          act: "Bring back the brokers that are missing; do not lower `min.insync.replicas`.",
          kind: "stat",
          unit: "none",
          size: "quarter",
          queries: [{
            expr: "sum(kafka_server_replicamanager_underminisrpartitioncount)",
            legend: "partitions",
          }],
          thresholds: worseAbove(1),
        },
        ...QUORUM,
        {
          title: "Consumer Lag",
          means: "Records that all consumer groups together have not read yet.",
          worry: "It grows and does not come down again.",
          act: "See Consumer Groups for the group; give it more consumers or faster ones.",
          kind: "stat",
          unit: "short",
          size: "quarter",
          queries: [{ expr: "sum(kafka_consumergroup_lag)", legend: "records" }],
        },
        {
          title: "Alerts That Fire",
          means: "How many alerts fire now.",
          worry: "It is above 0.",
          act: "Read which in the table below.",
          kind: "stat",
          unit: "none",
          size: "quarter",
          queries: [{
            expr: 'count(ALERTS{alertstate="firing"}) or vector(0)',
            legend: "alerts",
          }],
          thresholds: worseAbove(1),
        },
        {
          title: "Targets Up",
          means: "What Prometheus watches, and whether it answered the last scrape.",
          worry: "One is down: its panels show the past, or nothing.",
          act: "`deno task status`; an exporter may be down although its service is well.",
          kind: "stat",
          unit: "none",
          size: "full",
          queries: [{ expr: "up", legend: "{{instance}}" }],
          thresholds: worseBelow(1),
          words: { 0: "down", 1: "up" },
        },
        {
          title: "Firing Alerts",
          means: "Each alert that fires, with its severity and the service it is about.",
          worry: "A row is there.",
          act: "The alert's description in Prometheus says what to do; `critical` ones first.",
          kind: "table",
          unit: "none",
          size: "full",
          queries: [{
            expr: 'count by (alertname, severity, instance) (ALERTS{alertstate="firing"})',
            legend: "alerts",
          }],
          empty: "No alert fires",
          needs: "firing alert",
        },
      ],
    },
    {
      title: "Resources",
      panels: [
        {
          title: "CPU Usage",
          means: "Processor time of each broker; 100 % is one core in full use.",
          worry: "It stays near the number of cores: requests queue.",
          act: "See Brokers for the requests that cost so much; spread leaders, or add brokers.",
          kind: "timeseries",
          unit: "percentunit",
          size: "third",
          queries: [{
            expr: `rate(process_cpu_seconds_total{${OF_BROKER_JVM}}[$__rate_interval])`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "JVM Memory Used",
          means: "Memory of each broker's JVM, heap and the rest together.",
          worry: "Its low points rise from hour to hour.",
          act: "See JVM for the pool that grows; raise `brokers.heap` in `infra/stack.ts`.",
          kind: "timeseries",
          unit: "bytes",
          size: "third",
          queries: [{
            expr: `sum by (instance) (jvm_memory_used_bytes{${OF_BROKER_JVM}})`,
            legend: "{{instance}}",
          }],
        },
        ...MODES.map((only): Panel => ({
          title: "Time spent in GC",
          only,
          means: "The share of time in which each broker stands still and collects garbage.",
          worry: `Above 20 %: latencies rise, and ${LOST[only]}.`,
          act: "Raise `brokers.heap`, or send fewer and larger batches.",
          kind: "timeseries",
          unit: "percentunit",
          size: "third",
          queries: [{
            expr: "sum by (instance) " +
              `(rate(jvm_gc_collection_seconds_sum{${OF_BROKER_JVM}}[$__rate_interval]))`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(0.1, 0.2),
        })),
      ],
    },
    {
      title: "Traffic",
      panels: [
        {
          title: "Messages In Per Topic",
          means: "Records that producers write to each topic.",
          worry: "A topic that always has records gets none, or many times its usual number.",
          act: "Look at the producers of that topic.",
          kind: "timeseries",
          unit: "recps",
          size: "half",
          queries: [{ expr: rate("topic", "messagesin", topics), legend: "{{topic}}" }],
        },
        {
          title: "Messages In Per Broker",
          means: "Records that producers write to each broker, as leader.",
          worry: "One broker gets far more than the others, or none.",
          act: "Compare with Brokers, Leaders: uneven leaders, or keys that meet few partitions.",
          kind: "timeseries",
          unit: "recps",
          size: "half",
          queries: [{ expr: rate("instance", "messagesin", totals), legend: "{{instance}}" }],
        },
        {
          title: "Bytes In Per Topic",
          means: "Bytes that producers write to each topic, compressed as they came.",
          worry: "It grows towards what disks and network take, times the replication factor.",
          act: "Compress in the producer; check retention against the disk.",
          kind: "timeseries",
          unit: "Bps",
          size: "half",
          queries: [{ expr: rate("topic", "bytesin", topics), legend: "{{topic}}" }],
        },
        {
          title: "Bytes In Per Broker",
          means: "Bytes that producers write to each broker, without replication.",
          worry: "One broker takes far more than the others.",
          act: "Spread leaders, or give the busy topic more partitions.",
          kind: "timeseries",
          unit: "Bps",
          size: "half",
          queries: [{ expr: rate("instance", "bytesin", totals), legend: "{{instance}}" }],
        },
        {
          title: "Bytes Out Per Topic",
          means: "Bytes that consumers read of each topic.",
          worry: "It falls to nothing while records come in: nobody reads.",
          act: "See Consumer Groups.",
          kind: "timeseries",
          unit: "Bps",
          size: "half",
          queries: [{ expr: rate("topic", "bytesout", topics), legend: "{{topic}}" }],
        },
        {
          title: "Bytes Out Per Broker",
          means: "Bytes that consumers read from each broker, without replication.",
          worry: "It nears what the network takes.",
          act: "Look for groups that read everything again; spread leaders.",
          kind: "timeseries",
          unit: "Bps",
          size: "half",
          queries: [{ expr: rate("instance", "bytesout", totals), legend: "{{instance}}" }],
        },
      ],
    },
  ],
};
