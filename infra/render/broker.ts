// server.properties and logging of one broker.
// This module is pure: no Deno APIs, no I/O.
import type { Broker, Stack } from "../spec/mod.ts";
import { type Artifact, propertiesFile } from "./artifact.ts";
import { renderLog4j } from "./log4j.ts";
import { hostPort, type Placement } from "./placement.ts";

/** As for topics, but not more than the replicas that the user's own properties leave. */
function minIsr(stack: Stack, { config }: Broker, topic: string): number {
  const factor = Number(config[`${topic}.replication.factor`] ?? stack.replicationFactor);
  return Math.min(stack.minInsyncReplicas, factor);
}

/** The files of `broker`. Keys are those of Kafka's broker configuration. */
export function renderBroker(stack: Stack, broker: Broker, placement: Placement): Artifact[] {
  const { config, data, log } = broker.directories;
  const listeners = placement.listeners(broker);
  const own = {
    "broker.id": broker.id,
    "listeners": listeners.map((l) => `${l.name}://${hostPort(l.bind)}`).join(),
    "advertised.listeners": listeners.map((l) => `${l.name}://${hostPort(l.advertised)}`).join(),
    "listener.security.protocol.map": listeners.map((l) => `${l.name}:${l.securityProtocol}`)
      .join(),
    "inter.broker.listener.name": listeners[0].name,
    "log.dirs": placement.path(data),
    "zookeeper.connect": stack.zookeepers.map((z) => hostPort(placement.zookeeper(z).client))
      .join(),
    // A dead broker is noticed after 6 s, as it was before Kafka 2.5, instead of 18 s (KIP-537):
    // here nothing but the same machine lies between broker and ensemble.
    "zookeeper.session.timeout.ms": 6000,
    // Brokers start beside the ensemble and wait for it.
    "zookeeper.connection.timeout.ms": 60_000,
    "num.partitions": stack.partitions,
    "default.replication.factor": stack.replicationFactor,
    "min.insync.replicas": stack.minInsyncReplicas,
    "offsets.topic.replication.factor": stack.replicationFactor,
    // 50 by default, each synced to disk on every replica: that would be most of a first start.
    "offsets.topic.num.partitions": 6,
    "transaction.state.log.replication.factor": stack.replicationFactor,
    // With one broker down transactions go on, as all else does.
    "transaction.state.log.min.isr": minIsr(stack, broker, "transaction.state.log"),
    "log.retention.hours": stack.retentionHours,
    "group.initial.rebalance.delay.ms": 0,
    // The whole cluster may stop at once; then no other broker can take over a
    // leadership, and to wait the default of 5 s for one would be in vain.
    "controlled.shutdown.retry.backoff.ms": 500,
    // A follower that asks before its leader knows that it leads asks again at once, and not after
    // 1 s: that is when a stack starts. At rest nobody waits for it. replica.fetch.wait.max.ms stays
    // Kafka's, 500 ms: a shorter one has every follower ask so much more often, for ever.
    "replica.fetch.backoff.ms": 50,
    // Reserved by each cleaner at start, 128 MiB by default: too much for a laptop's topics.
    "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
  };
  return [
    { path: `${config}/server.properties`, content: propertiesFile(own, broker.config) },
    renderLog4j("broker", config, placement.path(log), placement.container !== undefined),
  ];
}
