// StackSpec → Stack: defaults, derived names, ports and directories.
// This module is pure: no Deno APIs, no I/O.
import { urlHost } from "./address.ts";
import { InvalidSpec } from "./failure.ts";
import type {
  Broker,
  Controller,
  Directories,
  GroupSpec,
  Mode,
  Monitoring,
  MonitoringSpec,
  Stack,
  StackSpec,
  ZooKeeper,
} from "./types.ts";
import { heapMiB, validateSpec } from "./validate.ts";
import { DEFAULT_KAFKA_VERSION } from "./versions.ts";

/** Version of Deno in the client's image. */
const DENO_VERSION = "2.9.6";

/**
 * Resolves a spec.
 *
 * @throws {InvalidSpec} Names every problem of the spec at once.
 */
export function defineStack(spec: StackSpec): Stack {
  const problems = validateSpec(spec);
  if (problems.length > 0) throw new InvalidSpec(problems);
  return deepFreeze(resolve(spec));
}

/**
 * The spec in a mode that is chosen over its own: what it says of the other mode's servers waits for
 * that.
 */
export function inMode(spec: StackSpec, mode: Mode): StackSpec {
  const { zookeepers, controllers, ...rest } = spec;
  if (mode === "kraft") return { ...rest, mode, ...(controllers ? { controllers } : {}) };
  return { ...rest, mode, ...(zookeepers ? { zookeepers } : {}) };
}

/** The stack with another version of Kafka: that of the user's own. */
export function withKafkaVersion(stack: Stack, kafkaVersion: string): Stack {
  return deepFreeze({ ...stack, kafkaVersion });
}

/** The nodes of the cluster: the ensemble, or the controllers that are no brokers; the brokers. */
export function nodesOf(stack: Stack): readonly (ZooKeeper | Controller | Broker)[] {
  return [...stack.zookeepers, ...stack.controllers, ...stack.brokers];
}

/** `host:port` of every broker's first listener for clients on the host, comma-separated. */
export function bootstrapServers(stack: Stack): string {
  return stack.brokers.map((b) => `${urlHost(stack.advertisedHost)}:${b.listeners[0].port}`).join();
}

/** `host:port` of every ZooKeeper for clients on the host, comma-separated. */
export function zookeeperConnect(stack: Stack): string {
  return stack.zookeepers.map((z) => `${urlHost(stack.advertisedHost)}:${z.clientPort}`).join();
}

/** Where the broker or controller of this name keeps what, relative to the stack's directory. */
export function kafkaDirectories(name: string): Directories {
  return {
    config: `kafka/config/${name}`,
    data: `kafka/log/${name}/log`,
    log: `kafka/log/${name}`,
  };
}

/** Where the ZooKeeper of this name keeps what, relative to the stack's directory. */
export function zookeeperDirectories(name: string): Directories {
  return {
    config: `zookeeper/conf/${name}`,
    data: `zookeeper/data/${name}`,
    log: `zookeeper/log/${name}`,
  };
}

/** Where the broker with this id keeps its records, relative to the stack's directory. */
export function brokerData(id: number): string {
  return kafkaDirectories(`kafka${id}`).data;
}

/** Where the ZooKeeper with this id keeps its data, relative to the stack's directory. */
export function zookeeperData(id: number): string {
  return zookeeperDirectories(`zookeeper${id}`).data;
}

function resolve(spec: StackSpec): Stack {
  const brokers = spec.brokers ?? {};
  const count = brokers.count ?? 3;
  const mode = spec.mode ?? "zookeeper";
  const kafkaVersion = spec.kafkaVersion ?? DEFAULT_KAFKA_VERSION[mode];
  const offset = spec.portOffset ?? 0;
  const bindAddress = spec.bindAddress ?? "127.0.0.1";
  const replicationFactor = brokers.replicationFactor ?? Math.min(3, count);
  return {
    name: spec.name ?? "kafka-stack",
    mode,
    dir: spec.dir ?? "./stack",
    bindAddress,
    advertisedHost: spec.advertisedHost ?? bindAddress,
    portOffset: offset,
    kafkaVersion,
    partitions: brokers.partitions ?? 10,
    replicationFactor,
    minInsyncReplicas: brokers.minInsyncReplicas ?? (replicationFactor < 3 ? 1 : 2),
    retentionHours: brokers.retentionHours ?? 168,
    docker: {
      images: {
        kafka: `apache/kafka:${kafkaVersion}`,
        deno: `denoland/deno:debian-${DENO_VERSION}`,
        java: "eclipse-temurin:21-jre",
        prometheus: "prom/prometheus:v3.5.0",
        grafana: "grafana/grafana:12.1.1",
        ...spec.docker?.images,
      },
      subnet: spec.docker?.subnet,
    },
    monitoring: monitoring(spec.monitoring ?? {}, offset),
    zookeepers: mode === "kraft" ? [] : zookeepersOf(spec.zookeepers ?? {}, offset),
    controllers: mode === "kraft" && spec.controllers
      ? controllersOf(spec.controllers, offset)
      : [],
    brokers: brokersOf(
      brokers,
      offset,
      mode === "kraft" && !spec.controllers ? combined(count) : 0,
    ),
  };
}

function zookeepersOf(group: GroupSpec, offset: number): ZooKeeper[] {
  return nodes(group, "128m").map((node) => ({
    ...common(node, `zookeeper${node.id}`),
    directories: zookeeperDirectories(`zookeeper${node.id}`),
    clientPort: (node.port ?? 2180 + node.id) + offset,
    quorumPort: 2887 + node.id + offset,
    electionPort: 3887 + node.id + offset,
    exporterPort: 8080 + 100 * node.id + offset,
  }));
}

function controllersOf(group: GroupSpec, offset: number): Controller[] {
  return nodes(group, "256m").map((node) => ({
    ...common(node, `controller${node.id}`),
    // There are at most nine brokers, with the ids 1 to 9.
    nodeId: 100 + node.id,
    directories: kafkaDirectories(`controller${node.id}`),
    controllerPort: (node.port ?? 9391 + node.id) + offset,
    exporterPort: 8481 + node.id + offset,
  }));
}

/**
 * How many of the brokers are controllers too. Three survive the loss of one, and more would only
 * be more to wait for; two would stop with either of them.
 */
function combined(brokers: number): number {
  return brokers < 3 ? 1 : 3;
}

function brokersOf(group: GroupSpec, offset: number, controllers: number): Broker[] {
  return nodes(group, "512m").map((node) => ({
    ...common(node, `kafka${node.id}`),
    nodeId: node.id,
    directories: kafkaDirectories(`kafka${node.id}`),
    listeners: [{
      name: "CLIENT",
      securityProtocol: "PLAINTEXT",
      port: (node.port ?? 9091 + node.id) + offset,
    }],
    ...(node.id <= controllers ? { controllerPort: 9391 + node.id + offset } : {}),
    exporterPort: 8081 + node.id + offset,
  }));
}

function monitoring(spec: MonitoringSpec, offset: number): Monitoring | undefined {
  if (spec.enabled === false) return undefined;
  return {
    scrapeIntervalSeconds: spec.scrapeIntervalSeconds ?? 15,
    metrics: spec.metrics ?? "used",
    retention: spec.retention ?? "15d",
    prometheusPort: (spec.prometheusPort ?? 9090) + offset,
    grafanaPort: (spec.grafanaPort ?? 3000) + offset,
    // Where exporters of consumer lag usually are.
    lagExporterPort: 9308 + offset,
  };
}

function nodes(group: GroupSpec, defaultHeap: string) {
  return Array.from({ length: group.count ?? 3 }, (_, index) => {
    const id = index + 1;
    const own = group.each?.[id] ?? {};
    return {
      id,
      port: own.port,
      heap: own.heap ?? group.heap ?? defaultHeap,
      config: { ...group.config, ...own.config },
    };
  });
}

function common(node: ReturnType<typeof nodes>[number], name: string) {
  return { name, id: node.id, heapMiB: heapMiB(node.heap)!, config: node.config };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
