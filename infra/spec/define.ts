// StackSpec → Stack: defaults, derived names, ports and directories.
// This module is pure: no Deno APIs, no I/O.
import { urlHost } from "./address.ts";
import { InvalidSpec } from "./failure.ts";
import type {
  Broker,
  Directories,
  GroupSpec,
  Monitoring,
  MonitoringSpec,
  Stack,
  StackSpec,
  ZooKeeper,
} from "./types.ts";
import { heapMiB, validateSpec } from "./validate.ts";

/** Version of Deno in the client's image. */
const DENO_VERSION = "2.9.6";

/** The last release line with ZooKeeper; its jars hold ZooKeeper 3.8.4. */
export const KAFKA_VERSION = "3.9.2";

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

/** The nodes of the cluster: the ensemble, then the brokers. */
export function nodesOf(stack: Stack): readonly (ZooKeeper | Broker)[] {
  return [...stack.zookeepers, ...stack.brokers];
}

/** `host:port` of every broker's first listener for clients on the host, comma-separated. */
export function bootstrapServers(stack: Stack): string {
  return stack.brokers.map((b) => `${urlHost(stack.advertisedHost)}:${b.listeners[0].port}`).join();
}

/** `host:port` of every ZooKeeper for clients on the host, comma-separated. */
export function zookeeperConnect(stack: Stack): string {
  return stack.zookeepers.map((z) => `${urlHost(stack.advertisedHost)}:${z.clientPort}`).join();
}

/** Where the broker of this name keeps what, relative to the stack's directory. */
export function brokerDirectories(name: string): Directories {
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
  return brokerDirectories(`kafka${id}`).data;
}

/** Where the ZooKeeper with this id keeps its data, relative to the stack's directory. */
export function zookeeperData(id: number): string {
  return zookeeperDirectories(`zookeeper${id}`).data;
}

function resolve(spec: StackSpec): Stack {
  const brokers = spec.brokers ?? {};
  const count = brokers.count ?? 3;
  const offset = spec.portOffset ?? 0;
  const bindAddress = spec.bindAddress ?? "127.0.0.1";
  const replicationFactor = brokers.replicationFactor ?? Math.min(3, count);
  return {
    name: spec.name ?? "kafka-stack",
    mode: spec.mode ?? "zookeeper",
    dir: spec.dir ?? "./stack",
    bindAddress,
    advertisedHost: spec.advertisedHost ?? bindAddress,
    portOffset: offset,
    kafkaVersion: KAFKA_VERSION,
    partitions: brokers.partitions ?? 10,
    replicationFactor,
    minInsyncReplicas: brokers.minInsyncReplicas ?? (replicationFactor < 3 ? 1 : 2),
    retentionHours: brokers.retentionHours ?? 168,
    docker: {
      images: {
        kafka: `apache/kafka:${KAFKA_VERSION}`,
        deno: `denoland/deno:debian-${DENO_VERSION}`,
        java: "eclipse-temurin:21-jre",
        prometheus: "prom/prometheus:v3.5.0",
        grafana: "grafana/grafana:12.1.1",
        ...spec.docker?.images,
      },
      subnet: spec.docker?.subnet,
    },
    monitoring: monitoring(spec.monitoring ?? {}, offset),
    zookeepers: nodes(spec.zookeepers ?? {}, "128m").map((node): ZooKeeper => ({
      ...common(node, `zookeeper${node.id}`),
      directories: zookeeperDirectories(`zookeeper${node.id}`),
      clientPort: (node.port ?? 2180 + node.id) + offset,
      quorumPort: 2887 + node.id + offset,
      electionPort: 3887 + node.id + offset,
      exporterPort: 8080 + 100 * node.id + offset,
    })),
    brokers: nodes(brokers, "512m").map((node): Broker => ({
      ...common(node, `kafka${node.id}`),
      directories: brokerDirectories(`kafka${node.id}`),
      listeners: [{
        name: "CLIENT",
        securityProtocol: "PLAINTEXT",
        port: (node.port ?? 9091 + node.id) + offset,
      }],
      exporterPort: 8081 + node.id + offset,
    })),
  };
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
