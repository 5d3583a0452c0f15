// The one file that you edit: what your stack looks like.
// `deno task up` makes it so; `deno task render --dry-run` shows what an edit changes.
import type { StackSpec } from "./spec/mod.ts";

export const spec: StackSpec = {
  // Names the stack where several run on one machine.
  name: "kafka-stack",
  // Who keeps the cluster's metadata: "zookeeper", or "kraft", Kafka's own controllers.
  mode: "zookeeper",
  // Another Kafka than the mode's own, 3.9.2 with ZooKeeper and 4.4.0 with KRaft:
  // kafkaVersion: "4.3.1",
  // Where configuration, data and logs live: they survive everything but `down --delete-data`.
  dir: "./stack",
  // Who may connect: 127.0.0.1 or ::1 is this machine only. With 0.0.0.0 or :: set advertisedHost too.
  bindAddress: "127.0.0.1",
  // Moves every port, for a second stack beside the first.
  portOffset: 0,

  // In mode "zookeeper" only. In mode "kraft" the first three brokers are controllers too, or the
  // only one of one or two; controllers of their own instead, with the same settings:
  // controllers: { count: 3, heap: "256m" },
  zookeepers: {
    // 1, 3 or 5.
    count: 3,
    heap: "128m",
    // Lines of zoo.cfg: { "maxClientCnxns": 100 }.
    config: {},
  },

  brokers: {
    // 1 to 9.
    count: 3,
    heap: "512m",
    // Partitions of a topic that is created without saying how many (num.partitions).
    partitions: 10,
    retentionHours: 168,
    // replicationFactor and minInsyncReplicas follow the count: 3 and 2 from three brokers on.

    // Properties of every broker, by Kafka's own names: { "message.max.bytes": 2097152 }.
    config: {},
    // The same for one broker: { 2: { config: { "num.io.threads": 4 } } }.
    each: {},
  },

  monitoring: {
    // Exporters, the lag exporter, Prometheus and Grafana.
    enabled: true,
    // How often Prometheus looks (scrapeIntervalSeconds: 15), at which metrics (metrics: "used", or
    // "all"), for how long it keeps what it saw (retention: "15d"), and on which ports
    // (prometheusPort: 9090, grafanaPort: 3000).
  },

  docker: {
    // A mirror's or another version of an image: { kafka: "mirror.example/apache/kafka:3.9.2" }.
    images: {},
    // The network's addresses, where Docker's choice clashes with others: "172.30.7.0/24".
    // subnet: "172.30.7.0/24",
  },
};
