// The choices that dashboards offer, and the label matchers that honour them.
// This module is pure: no Deno APIs, no I/O.
import type { Mode } from "../../infra/spec/mod.ts";
import type { Variable } from "./panel.ts";

/** Which brokers: Prometheus' label `instance` is the service's name. */
export const BROKER: Variable = {
  name: "broker",
  label: "Broker",
  series: 'up{job="kafka"}',
  by: "instance",
  all: "any",
};

/** Which ZooKeepers. */
export const ZOOKEEPER: Variable = {
  name: "zookeeper",
  label: "ZooKeeper",
  series: 'up{job="zookeeper"}',
  by: "instance",
  all: "any",
};

/** Which nodes of a KRaft cluster: brokers, controllers, and what is both. */
export const NODE: Variable = {
  name: "node",
  label: "Node",
  series: 'up{job=~"kafka|kafka_controller"}',
  by: "instance",
  all: "any",
};

/** A mode, or what holds for both. */
export type AnyMode = Mode | "any";

/** Jobs whose services are JVMs. */
const JVM_JOBS: Readonly<Record<AnyMode, string>> = {
  zookeeper: "kafka|zookeeper",
  kraft: "kafka|kafka_controller",
  any: "kafka|kafka_controller|zookeeper",
};

/** What has a JVM beside the brokers, in words. */
export const othersOf = (mode: AnyMode) =>
  ({ zookeeper: "ZooKeepers", kraft: "controllers", any: "ZooKeepers or controllers" })[mode];

/** Which JVMs of a mode: brokers, and ZooKeepers or controllers. */
export const serviceOf = (mode: AnyMode): Variable => ({
  name: "service",
  label: "Service",
  series: `up{job=~"${JVM_JOBS[mode]}"}`,
  by: "instance",
  all: "any",
});

/** Which topics; "All" leaves out the series without a topic, which are the sum of the others. */
export const TOPIC: Variable = {
  name: "topic",
  label: "Topic",
  series: "kafka_log_log_size",
  by: "topic",
  all: "any",
};

/** Which consumer groups. */
export const GROUP: Variable = {
  name: "group",
  label: "Consumer group",
  series: "kafka_consumergroup_members",
  by: "consumergroup",
  all: "any",
};

/** Which topics of the chosen groups. */
export const GROUP_TOPIC: Variable = {
  name: "topic",
  label: "Topic",
  series: 'kafka_consumergroup_lag{consumergroup=~"$group"}',
  by: "topic",
  all: "any",
};

/** Which kinds of request: those that came. A broker has series of 65 kinds, most of them 0. */
export const REQUEST: Variable = {
  name: "request",
  label: "Request",
  series: 'kafka_network_requestmetrics_requests_total{instance=~"$broker"}',
  by: "request",
  all: "offered",
};

/** Series of the chosen brokers. */
export const OF_BROKER = 'instance=~"$broker"';

/** Series of the chosen brokers' JVMs, which every service has. */
export const OF_BROKER_JVM = `job="kafka",${OF_BROKER}`;

/** Series of the chosen ZooKeepers. */
export const OF_ZOOKEEPER = 'instance=~"$zookeeper"';

/** Series of the chosen nodes. */
export const OF_NODE = 'instance=~"$node"';

/** Series of the chosen services' JVMs. */
export const ofService = (mode: AnyMode) => `job=~"${JVM_JOBS[mode]}",instance=~"$service"`;

/** Series of the chosen topics. */
export const OF_TOPIC = 'topic=~"$topic"';

/** Series of the chosen consumer groups and topics. */
export const OF_GROUP = 'consumergroup=~"$group",topic=~"$topic"';
