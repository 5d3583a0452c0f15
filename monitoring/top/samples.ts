// What one answer of an exporter says: the few metrics of it that are shown, typed.
// This module is pure: no Deno APIs, no I/O.
import type { Mode } from "../../infra/spec/mod.ts";
import { type Metrics, type Series, sumOf } from "./metrics.ts";

/** What an exporter is about; a node that is broker and controller is a broker. */
export type Kind = "broker" | "controller" | "zookeeper" | "lag";

/** What a stack of each mode can have. */
export const KINDS: Readonly<Record<Mode, readonly Kind[]>> = {
  zookeeper: ["broker", "zookeeper", "lag"],
  kraft: ["broker", "controller", "lag"],
};

/** Counts since the service started. Absent: the exporter does not know it. */
export type Counters<K extends string> = { readonly [N in K]?: number };

/** What happened to a topic on one broker, or to all of its topics. */
export type Traffic = Counters<"messagesIn" | "bytesIn" | "bytesOut">;

/** A topic, as one broker has it. */
export interface TopicSample {
  readonly traffic: Traffic;
  /** Of which the broker has a replica. */
  readonly partitions: ReadonlySet<string>;
  /** Of its replicas' segments. */
  readonly bytes: number;
}

/** A JVM. */
export interface JvmSample {
  readonly heapUsedBytes: number | undefined;
  readonly heapMaxBytes: number | undefined;
  readonly cpu: Counters<"seconds">;
}

/** A broker. Numbers are `undefined` where it does not tell them. */
export interface BrokerSample extends JvmSample {
  readonly kind: "broker";
  /** Kafka's BrokerState: 3 is running. */
  readonly brokerState: number | undefined;
  readonly isController: boolean;
  readonly leaders: number | undefined;
  readonly partitions: number | undefined;
  readonly underReplicated: number | undefined;
  readonly underMinIsr: number | undefined;
  /** Of the cluster; only the controller counts them. */
  readonly offline: number | undefined;
  /** 0 to 1, of the last minute. */
  readonly requestHandlerIdle: number | undefined;
  readonly traffic: Traffic;
  readonly requests: Counters<"produce" | "fetch">;
  readonly topics: ReadonlyMap<string, TopicSample>;
}

/** A controller that is no broker. */
export interface ControllerSample extends JvmSample {
  readonly kind: "controller";
  readonly isController: boolean;
  /** Of the cluster. */
  readonly offline: number | undefined;
  /** Id of the controller that it follows or is; -1: it knows none. */
  readonly leader: number | undefined;
  readonly epoch: number | undefined;
  /** Age of the last record of metadata that it applied. */
  readonly lagMs: number | undefined;
}

/** A ZooKeeper. */
export interface ZooKeeperSample extends JvmSample {
  readonly kind: "zookeeper";
  /** `leader`, `follower`, `observer` or `standalone`; none: it serves nobody. */
  readonly role: string | undefined;
  /** Average since it started. */
  readonly latencyMs: number | undefined;
  readonly outstanding: number | undefined;
  readonly connections: number | undefined;
  readonly znodes: number | undefined;
  readonly watches: number | undefined;
}

/** A consumer group. */
export interface GroupSample {
  readonly members: number | undefined;
  /** Of all partitions. */
  readonly lag: number;
  readonly topics: ReadonlySet<string>;
  /** Committed offset by `topic/partition`. */
  readonly committed: ReadonlyMap<string, number>;
}

/** All consumer groups. */
export interface LagSample {
  readonly kind: "lag";
  /** Whether the brokers answered the exporter. */
  readonly up: boolean;
  readonly groups: ReadonlyMap<string, GroupSample>;
}

/** One answer. */
export type Sample = BrokerSample | ControllerSample | ZooKeeperSample | LagSample;

const MESSAGES_IN = "kafka_server_brokertopicmetrics_messagesin_total";
const BYTES_IN = "kafka_server_brokertopicmetrics_bytesin_total";
const BYTES_OUT = "kafka_server_brokertopicmetrics_bytesout_total";
const REQUESTS = "kafka_network_requestmetrics_requests_total";
const LOG_SIZE = "kafka_log_log_size";
const BROKER_STATE = "kafka_server_kafkaserver_brokerstate";
const CONTROLLER = "kafka_controller_kafkacontroller_activecontrollercount";
const OFFLINE = "kafka_controller_kafkacontroller_offlinepartitionscount";
const QUORUM_LEADER = "kafka_server_raft_current_leader";
const QUORUM_EPOCH = "kafka_server_raft_current_epoch";
const METADATA_LAG = "kafka_controller_kafkacontroller_lastappliedrecordlagms";
const LEADERS = "kafka_server_replicamanager_leadercount";
const PARTITIONS = "kafka_server_replicamanager_partitioncount";
const UNDER_REPLICATED = "kafka_server_replicamanager_underreplicatedpartitions";
const UNDER_MIN_ISR = "kafka_server_replicamanager_underminisrpartitioncount";
const IDLE = "kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent";
const LATENCY = "zookeeper_avgrequestlatency";
const OUTSTANDING = "zookeeper_outstandingrequests";
const CONNECTIONS = "zookeeper_numaliveconnections";
const ZNODES = "zookeeper_inmemorydatatree_nodecount";
const WATCHES = "zookeeper_inmemorydatatree_watchcount";
const HEAP_USED = "jvm_memory_used_bytes";
const HEAP_MAX = "jvm_memory_max_bytes";
const CPU = "process_cpu_seconds_total";
const JVM = [HEAP_USED, HEAP_MAX, CPU];

/**
 * The metrics that are read of each kind, for `name[]` in an exporter's query: a broker has some
 * 250 KiB of others. Empty: all are.
 */
export const WANTED: Readonly<Record<Kind, readonly string[]>> = {
  broker: [
    ...[MESSAGES_IN, BYTES_IN, BYTES_OUT, REQUESTS, LOG_SIZE, BROKER_STATE, CONTROLLER, OFFLINE],
    ...[LEADERS, PARTITIONS, UNDER_REPLICATED, UNDER_MIN_ISR, IDLE, ...JVM],
  ],
  controller: [CONTROLLER, OFFLINE, QUORUM_LEADER, QUORUM_EPOCH, METADATA_LAG, ...JVM],
  zookeeper: [LATENCY, OUTSTANDING, CONNECTIONS, ZNODES, WATCHES, ...JVM],
  lag: [],
};

/** Reads an exporter's answer. */
export function readSample(kind: Kind, metrics: Metrics): Sample {
  if (kind === "broker") return readBroker(metrics);
  if (kind === "controller") return readController(metrics);
  return kind === "zookeeper" ? readZooKeeper(metrics) : readLag(metrics);
}

function readJvm(metrics: Metrics): JvmSample {
  return {
    heapUsedBytes: sumOf(metrics, HEAP_USED, { area: "heap" }),
    heapMaxBytes: sumOf(metrics, HEAP_MAX, { area: "heap" }),
    cpu: counters({ seconds: sumOf(metrics, CPU) }),
  };
}

/** Without those that are not known. */
function counters<K extends string>(values: Record<K, number | undefined>): Counters<K> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Counters<K>;
}

function readBroker(metrics: Metrics): BrokerSample {
  /** Of all topics: the one series without a topic. */
  const ofAll = (name: string) =>
    metrics.get(name)?.find(({ labels }) => labels.topic === undefined)?.value;
  const idle = sumOf(metrics, IDLE);
  return {
    kind: "broker",
    ...readJvm(metrics),
    brokerState: sumOf(metrics, BROKER_STATE),
    isController: sumOf(metrics, CONTROLLER) === 1,
    leaders: sumOf(metrics, LEADERS),
    partitions: sumOf(metrics, PARTITIONS),
    underReplicated: sumOf(metrics, UNDER_REPLICATED),
    underMinIsr: sumOf(metrics, UNDER_MIN_ISR),
    offline: sumOf(metrics, OFFLINE),
    // Exactly 0 is a broker's first seconds, before its meter has ticked; and it may pass 1 a little.
    requestHandlerIdle: idle === undefined || idle === 0 ? undefined : Math.min(1, idle),
    traffic: counters({
      messagesIn: ofAll(MESSAGES_IN),
      bytesIn: ofAll(BYTES_IN),
      bytesOut: ofAll(BYTES_OUT),
    }),
    requests: counters({
      produce: sumOf(metrics, REQUESTS, { request: "Produce" }),
      fetch: sumOf(metrics, REQUESTS, { request: "Fetch" }),
    }),
    topics: readTopics(metrics),
  };
}

function readTopics(metrics: Metrics): Map<string, TopicSample> {
  const logs = groupBy(metrics.get(LOG_SIZE), "topic");
  const traffic = [MESSAGES_IN, BYTES_IN, BYTES_OUT].map((name) =>
    groupBy(metrics.get(name), "topic")
  );
  const names = new Set([...logs.keys(), ...traffic.flatMap((byTopic) => [...byTopic.keys()])]);
  return new Map([...names].map((name) => {
    const [messagesIn, bytesIn, bytesOut] = traffic.map((of) => of.get(name)?.[0]?.value);
    const own = logs.get(name) ?? [];
    return [name, {
      traffic: counters({ messagesIn, bytesIn, bytesOut }),
      partitions: new Set(own.map(({ labels }) => labels.partition ?? "")),
      bytes: own.reduce((sum, { value }) => sum + value, 0),
    }];
  }));
}

/** Series by the value of a label; those without it are left out. */
function groupBy(series: readonly Series[] = [], label: string): Map<string, Series[]> {
  const found = Map.groupBy(series, ({ labels }) => labels[label] ?? "");
  found.delete("");
  return found;
}

function readController(metrics: Metrics): ControllerSample {
  return {
    kind: "controller",
    ...readJvm(metrics),
    isController: sumOf(metrics, CONTROLLER) === 1,
    offline: sumOf(metrics, OFFLINE),
    leader: sumOf(metrics, QUORUM_LEADER),
    epoch: sumOf(metrics, QUORUM_EPOCH),
    lagMs: sumOf(metrics, METADATA_LAG),
  };
}

function readZooKeeper(metrics: Metrics): ZooKeeperSample {
  const role = metrics.get(CONNECTIONS)?.[0]?.labels.member_type;
  return {
    kind: "zookeeper",
    ...readJvm(metrics),
    role: role?.toLowerCase(),
    latencyMs: sumOf(metrics, LATENCY),
    outstanding: sumOf(metrics, OUTSTANDING),
    connections: sumOf(metrics, CONNECTIONS),
    znodes: sumOf(metrics, ZNODES),
    watches: sumOf(metrics, WATCHES),
  };
}

function readLag(metrics: Metrics): LagSample {
  const lags = groupBy(metrics.get("kafka_consumergroup_lag"), "consumergroup");
  const offsets = groupBy(metrics.get("kafka_consumergroup_current_offset"), "consumergroup");
  const members = groupBy(metrics.get("kafka_consumergroup_members"), "consumergroup");
  const names = new Set([...lags.keys(), ...offsets.keys(), ...members.keys()]);
  return {
    kind: "lag",
    up: sumOf(metrics, "kafka_lag_exporter_up") !== 0,
    groups: new Map([...names].map((name) => {
      const own = lags.get(name) ?? [];
      return [name, {
        members: members.get(name)?.[0]?.value,
        // Below 0: not known, as where a partition has no leader.
        lag: own.reduce((sum, { value }) => sum + Math.max(0, value), 0),
        topics: new Set(own.flatMap(({ labels }) => labels.topic ?? [])),
        committed: new Map((offsets.get(name) ?? []).map(({ labels, value }) => [
          `${labels.topic}/${labels.partition}`,
          value,
        ])),
      }];
    })),
  };
}
