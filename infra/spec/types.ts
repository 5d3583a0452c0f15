// What a user writes (StackSpec) and what it resolves to (Stack).
// This module is pure: no Deno APIs, no I/O.

/** Where Kafka keeps its metadata: an ensemble of ZooKeepers, or its own controllers (KIP-500). */
export type Mode = "zookeeper" | "kraft";

/** Kafka's `security.protocol`. */
export type SecurityProtocol = "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";

/** Properties by Kafka's or ZooKeeper's own names. */
export type Properties = Readonly<Record<string, string | number | boolean>>;

/** Settings of one service; what is absent comes from its group. */
export interface NodeSpec {
  /**
   * Its port before the offset. Default: 9092 + id − 1 (broker), 2181 + id − 1 (ZooKeeper),
   * 9392 + id − 1 (controller).
   */
  readonly port?: number;
  /** Largest Java heap, e.g. `512m` or `2g`. */
  readonly heap?: string;
  /** Properties for this service only. */
  readonly config?: Properties;
}

/** Settings of all services of a kind, and of single ones. */
export interface GroupSpec {
  /** How many. Default 3. */
  readonly count?: number;
  /** Largest Java heap of each, e.g. `512m` or `2g`. */
  readonly heap?: string;
  /** Properties for all. */
  readonly config?: Properties;
  /** What differs for single ones, by id (from 1). */
  readonly each?: Readonly<Record<number, NodeSpec>>;
}

/** Settings of the brokers. */
export interface BrokersSpec extends GroupSpec {
  /** `num.partitions`. Default 10. */
  readonly partitions?: number;
  /** Of user topics, offsets and transactions alike. Default: 3, or as many as there are brokers. */
  readonly replicationFactor?: number;
  /** `min.insync.replicas`. Default: 2, or 1 where the replication factor is below 3. */
  readonly minInsyncReplicas?: number;
  /** `log.retention.hours`. Default 168. */
  readonly retentionHours?: number;
}

/** Names of images, with version or digest. */
export interface Images {
  /** Default `apache/kafka` of the stack's Kafka version. */
  readonly kafka: string;
  /** Base of the client's image; on glibc, as Deno needs it. */
  readonly deno: string;
  /** Where the client's Java comes from; on glibc too. */
  readonly java: string;
  readonly prometheus: string;
  readonly grafana: string;
}

/** Settings of the docker engine. */
export interface DockerSpec {
  /** Others than the official ones: a mirror's, or with a digest. */
  readonly images?: Partial<Images>;
  /** Address range of the stack's network, e.g. `172.30.7.0/24`. Default: Docker chooses. */
  readonly subnet?: string;
}

/** What a user writes in `infra/stack.ts`. Every field has a default. */
export interface StackSpec {
  readonly name?: string;
  readonly mode?: Mode;
  /** Version of Apache Kafka. Default `3.9.2` with ZooKeeper, `4.4.0` with KRaft. */
  readonly kafkaVersion?: string;
  /** Directory of the stack, absolute or from where the task runs. Default `./stack`. */
  readonly dir?: string;
  /** IP address that every port is bound to. Default `127.0.0.1`. */
  readonly bindAddress?: string;
  /** Name or address that clients on the host are sent to. Default: the bind address. */
  readonly advertisedHost?: string;
  /** Added to every port. Default 0. */
  readonly portOffset?: number;
  /** In mode `zookeeper` only. */
  readonly zookeepers?: GroupSpec;
  /**
   * In mode `kraft` only: controllers that are no brokers. Default: the first brokers are
   * controllers too, three of them, or one where there are fewer than three brokers.
   */
  readonly controllers?: GroupSpec;
  readonly brokers?: BrokersSpec;
  readonly docker?: DockerSpec;
  readonly monitoring?: MonitoringSpec;
}

/**
 * Which metrics the brokers and ZooKeepers serve: those that are used, by dashboards, alerts and
 * `top`, with some more; or all that they have, at several times the cost.
 */
export type MetricsChoice = "used" | "all";

/** Settings of the monitoring services. */
export interface MonitoringSpec {
  /** Exporters, the lag exporter, Prometheus and Grafana: all of them or none. Default true. */
  readonly enabled?: boolean;
  /** Time between two looks of Prometheus at a service, in seconds. Default 15. */
  readonly scrapeIntervalSeconds?: number;
  /** Which metrics there are. Default `used`; monitoring/README.md lists them. */
  readonly metrics?: MetricsChoice;
  /** How long Prometheus keeps what it saw, e.g. `12h`, `15d`, `1y`. Default `15d`. */
  readonly retention?: string;
  /** Before the offset. Default 9090. */
  readonly prometheusPort?: number;
  /** Before the offset. Default 3000. */
  readonly grafanaPort?: number;
}

/** Resolved settings of the monitoring services. Ports are the host's, offset included. */
export interface Monitoring {
  readonly scrapeIntervalSeconds: number;
  readonly metrics: MetricsChoice;
  readonly retention: string;
  readonly prometheusPort: number;
  readonly grafanaPort: number;
  readonly lagExporterPort: number;
}

/** A listener of a broker, as clients on the host see it. */
export interface Listener {
  /** Kafka's listener name. */
  readonly name: string;
  readonly securityProtocol: SecurityProtocol;
  /** Port on the host, offset included. */
  readonly port: number;
}

/** Directories of a service, relative to the stack's. */
export interface Directories {
  readonly config: string;
  readonly data: string;
  /** Application log. */
  readonly log: string;
}

interface Node {
  /** e.g. `kafka2`: unique in the stack. */
  readonly name: string;
  /** From 1. */
  readonly id: number;
  /** Largest Java heap in MiB. */
  readonly heapMiB: number;
  /** The user's properties for this service: those for all, then those for this one. */
  readonly config: Properties;
  readonly directories: Directories;
  /** Port on the host of its metrics, offset included. */
  readonly exporterPort: number;
}

/** One server of the ensemble. Ports are the host's, offset included. */
export interface ZooKeeper extends Node {
  readonly clientPort: number;
  /** Followers connect to the leader here. */
  readonly quorumPort: number;
  readonly electionPort: number;
}

/** One broker. */
export interface Broker extends Node {
  /** `node.id`, or `broker.id` with ZooKeeper. */
  readonly nodeId: number;
  readonly listeners: readonly [Listener, ...Listener[]];
  /** Where it is a controller too: the port of its CONTROLLER listener, offset included. */
  readonly controllerPort?: number;
}

/** One KRaft controller that is no broker. */
export interface Controller extends Node {
  /** `node.id`: unlike any broker's, for the quorum knows both by it. */
  readonly nodeId: number;
  /** Port of its CONTROLLER listener, offset included. */
  readonly controllerPort: number;
}

/** The resolved, frozen description that everything is derived from. */
export interface Stack {
  readonly name: string;
  readonly mode: Mode;
  readonly dir: string;
  readonly bindAddress: string;
  readonly advertisedHost: string;
  readonly portOffset: number;
  /** Version of Apache Kafka. */
  readonly kafkaVersion: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  readonly retentionHours: number;
  /** None in mode `kraft`. */
  readonly zookeepers: readonly ZooKeeper[];
  /** Those that are no brokers; `votersOf()` gives them all. */
  readonly controllers: readonly Controller[];
  readonly brokers: readonly Broker[];
  readonly docker: { readonly images: Images; readonly subnet: string | undefined };
  /** None: nothing monitors the services. */
  readonly monitoring: Monitoring | undefined;
}

/** One finding of validation. */
export interface Problem {
  /** Where in the spec, e.g. `brokers.each[2].port`. */
  readonly path: string;
  readonly reason: string;
}
