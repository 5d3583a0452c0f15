// The brokers, and the brokers that are controllers too: server.properties, checks.
// This module is pure: no Deno APIs, no I/O.
import { type Broker, isAtLeast, kafkaDirectories, type Stack } from "../spec/mod.ts";
import type { Descriptor, Situation } from "./descriptor.ts";
import { exporterPorts } from "./jvm.ts";
import { describeKafka, renderKafka, topicDefaults } from "./kafka_node.ts";
import { hostPort, type Placement } from "./placement.ts";
import { controllerDefaults, controllerPorts, quorumProperties } from "./quorum.ts";
import type { Address } from "./service.ts";

/**
 * Healthy: it answers, and counts itself among the brokers that are registered. Bash alone, for the
 * image has no curl, and a JVM for each look would cost half a second of processor time.
 */
const healthScript = ({ host, port }: Address) => [
  "# Healthy: it answers, and counts itself among the brokers that are registered.",
  `exec 3<> /dev/tcp/127.0.0.1/${port} || exit 1`,
  "# Metadata request, version 1, of no topics: its answer holds each broker's host.",
  String.raw`printf '\0\0\0\016\0\3\0\1\0\0\0\0\377\377\0\0\0\0' >&3`,
  "size=$((0x$(dd bs=1 count=4 <&3 2> /dev/null | od -An -tx1 | tr -d ' \\n')))",
  `dd bs=1 count="$size" <&3 2> /dev/null | grep -qa ${host}`,
];

/** The brokers. */
export const kafka: Descriptor = {
  names: /^kafka\d+$/,
  roles: ["broker", "controller"],
  after: [
    // A broker that finds no ensemble waits up to a second before it asks again.
    { role: "zookeeper", until: "alive" },
    // One that finds no controller asks again at once.
    { role: "controller", until: "started" },
  ],
  layout: (name) => ({ directories: kafkaDirectories(name), former: [`kafka/tmp/${name}`] }),
  describe(situation) {
    const { stack, placement, monitoring } = situation;
    return stack.brokers.map((broker) => {
      const listeners = placement.listeners(broker);
      const setting = `brokers.each[${broker.id}]`;
      const ports = listeners.flatMap(({ name, bind, host }) =>
        host ? [[name, { ...host, inside: bind.port, setting: `${setting}.port` }] as const] : []
      );
      const address = { host: stack.advertisedHost, port: broker.listeners[0].port };
      const inside = listeners[0].advertised;
      return {
        ...describeKafka(situation, broker, { besideHeapMiB: 384, job: "kafka" }),
        roles: broker.controllerPort === undefined ? ["broker"] : ["broker", "controller"],
        ports: {
          ...Object.fromEntries(ports),
          ...controllerPorts(situation, broker, `${setting}.controllerPort`),
          ...(monitoring ? exporterPorts(placement, broker.exporterPort, setting) : {}),
        },
        address,
        inside,
        alive: { kind: "port-open", address },
        ready: { kind: "port-open", address },
        health: { everySeconds: 5, ask: { script: healthScript(inside) } },
        // A broker that is killed while it closes its logs has to check them all at its next start.
        stopGraceMs: 30_000,
      };
    });
  },
  files({ name }, situation) {
    const { stack } = situation;
    const broker = stack.brokers.find((one) => one.name === name)!;
    return renderKafka(situation, broker, {
      ...(stack.mode === "kraft" ? inQuorum(situation, broker) : withZooKeeper(situation, broker)),
      ...properties(situation, broker),
    });
  },
};

/** `host:port,…` of the brokers for the other services. */
export function innerServers(stack: Stack, placement: Placement): string {
  return stack.brokers.map((b) => hostPort(placement.listeners(b)[0].advertised)).join();
}

/** As for topics, but not more than the replicas that the user's own properties leave. */
function minIsr(stack: Stack, { config }: Broker, topic: string): number {
  const factor = Number(config[`${topic}.replication.factor`] ?? stack.replicationFactor);
  return Math.min(stack.minInsyncReplicas, factor);
}

/** Who it is and where the others are, with ZooKeeper. */
function withZooKeeper({ stack, placement }: Situation, broker: Broker) {
  const listeners = placement.listeners(broker);
  return {
    "broker.id": broker.nodeId,
    "listeners": listeners.map((l) => `${l.name}://${hostPort(l.bind)}`).join(),
    "advertised.listeners": listeners.map((l) => `${l.name}://${hostPort(l.advertised)}`).join(),
    "listener.security.protocol.map": listeners.map((l) => `${l.name}:${l.securityProtocol}`)
      .join(),
    "inter.broker.listener.name": listeners[0].name,
    "log.dirs": placement.path(broker.directories.data),
    "zookeeper.connect": stack.zookeepers.map((z) => hostPort(placement.zookeeper(z).client))
      .join(),
    // A dead broker is noticed after 6 s, as it was before Kafka 2.5, instead of 18 s (KIP-537):
    // here nothing but the same machine lies between broker and ensemble.
    "zookeeper.session.timeout.ms": 6000,
    // Brokers start beside the ensemble and wait for it.
    "zookeeper.connection.timeout.ms": 60_000,
  };
}

/** The same in KRaft mode. */
function inQuorum(situation: Situation, broker: Broker) {
  const { placement } = situation;
  return {
    ...quorumProperties(situation, broker, placement.listeners(broker)),
    "log.dirs": placement.path(broker.directories.data),
    ...(broker.controllerPort === undefined ? {} : controllerDefaults),
  };
}

/** Keys are those of Kafka's broker configuration. */
function properties({ stack }: Situation, broker: Broker) {
  const kraft = stack.mode === "kraft";
  const share = "share.coordinator.state.topic";
  return {
    ...topicDefaults(stack),
    "offsets.topic.replication.factor": stack.replicationFactor,
    // 50 by default, each synced to disk on every replica: that would be most of a first start.
    "offsets.topic.num.partitions": 6,
    "transaction.state.log.replication.factor": stack.replicationFactor,
    // With one broker down transactions go on, as all else does.
    "transaction.state.log.min.isr": minIsr(stack, broker, "transaction.state.log"),
    // The same for share groups (KIP-932).
    ...(kraft && isAtLeast(stack.kafkaVersion, 4)
      ? {
        [`${share}.num.partitions`]: 6,
        [`${share}.replication.factor`]: stack.replicationFactor,
        [`${share}.min.isr`]: minIsr(stack, broker, share),
      }
      : {}),
    "log.retention.hours": stack.retentionHours,
    "group.initial.rebalance.delay.ms": 0,
    // The whole cluster may stop at once; then no other broker can take over a
    // leadership, and to wait the default of 5 s for one would be in vain.
    ...(kraft ? {} : { "controlled.shutdown.retry.backoff.ms": 500 }),
    // A follower that asks before its leader knows that it leads asks again at once, and not after
    // 1 s: that is when a stack starts. At rest nobody waits for it. replica.fetch.wait.max.ms stays
    // Kafka's, 500 ms: a shorter one has every follower ask so much more often, for ever.
    "replica.fetch.backoff.ms": 50,
    // Reserved by each cleaner at start, 128 MiB by default: too much for a laptop's topics.
    "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
  };
}
