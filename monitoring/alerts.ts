// Alert rules: what is wrong with a cluster, and when it is worth a person's time. Each has its
// section in docs/alerts.md. Those of KRaft's quorum have a file of their own.
// This module is pure: no Deno APIs, no I/O.
import { GENERATED } from "../infra/services/artifact.ts";
import { toYaml } from "../infra/render/yaml.ts";
import type { Mode } from "../infra/spec/mod.ts";
import { KRAFT_ALERTS } from "./kraft_alerts.ts";

/** One alert. */
export interface Alert {
  readonly name: string;
  /** PromQL: there is something wrong for each series that it returns. */
  readonly expr: string;
  /** How long it must be wrong. */
  readonly for: string;
  /** `critical`: data or service is at risk now. `warning`: it will be. */
  readonly severity: "critical" | "warning";
  /** One line, with Prometheus' templates. */
  readonly summary: string;
  /** With the number that made it fire. */
  readonly description: string;
  /** The only mode in which it is there; without it, in both. */
  readonly only?: Mode;
}

/** Records that a group may be behind in a topic before that it falls further behind is an alert. */
const LAG = 1000;

/**
 * PromQL for the number of ZooKeepers in the quorum. One outside runs and answers scrapes, but has
 * nothing to say of requests.
 */
export const SERVING_ZOOKEEPERS = "count(zookeeper_outstandingrequests) or vector(0)";

/**
 * PromQL for the average time of a request in the last 5 minutes, in ms, of each ZooKeeper that was
 * asked something. The server has only the average since its start and the number of its answers.
 *
 * @param labels Selects them: `job="zookeeper"`; empty: all.
 */
export function zookeeperLatency(labels: string): string {
  const matchers = labels && `{${labels}}`;
  const answers = `zookeeper_packetssent${matchers}`;
  return `delta((zookeeper_avgrequestlatency${matchers} * ${answers})[5m:]) / ` +
    `delta(${answers}[5m:])`;
}

/** Of both modes. */
export const ALERTS: readonly Alert[] = [
  {
    name: "KafkaBrokerDown",
    expr: 'up{job="kafka"} == 0',
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.instance }} is down",
    description: "{{ $labels.instance }} has answered no scrape for a minute (up is {{ $value }}).",
  },
  {
    name: "KafkaControllerCount",
    only: "zookeeper",
    // No broker at all is no series: that counts as none.
    expr: "(sum(kafka_controller_kafkacontroller_activecontrollercount) or vector(0)) != 1",
    for: "1m",
    severity: "critical",
    summary: "The cluster has {{ $value }} active controllers",
    description: "{{ $value }} brokers say that they are the controller; it must be exactly one.",
  },
  {
    name: "KafkaOfflinePartitions",
    expr: "max(kafka_controller_kafkacontroller_offlinepartitionscount) > 0",
    for: "1m",
    severity: "critical",
    summary: "{{ $value }} partitions have no leader",
    description: "{{ $value }} partitions can be neither written nor read.",
  },
  {
    name: "KafkaUnderMinIsrPartitions",
    expr: "kafka_server_replicamanager_underminisrpartitioncount > 0",
    for: "1m",
    severity: "critical",
    summary: "Producers with acks=all are refused on {{ $labels.instance }}",
    description: "{{ $value }} partitions that {{ $labels.instance }} leads have fewer in-sync " +
      "replicas than min.insync.replicas.",
  },
  {
    name: "KafkaUnderReplicatedPartitions",
    expr: "kafka_server_replicamanager_underreplicatedpartitions > 0",
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.instance }} leads under-replicated partitions",
    description:
      "{{ $value }} partitions that {{ $labels.instance }} leads lack an in-sync replica.",
  },
  {
    name: "KafkaUncleanLeaderElection",
    // The counter itself never comes down again; one that is above 0 when it is first seen counts.
    expr: "increase(kafka_controller_controllerstats_uncleanleaderelections_total[5m]) > 0 or " +
      "(kafka_controller_controllerstats_uncleanleaderelections_total > 0 unless " +
      "kafka_controller_controllerstats_uncleanleaderelections_total offset 5m)",
    for: "0s",
    severity: "critical",
    summary: "A replica that was not in sync became a leader: records are lost",
    description:
      "{{ $labels.instance }} counted {{ $value | humanize }} new unclean leader elections.",
  },
  {
    name: "KafkaOfflineLogDirectory",
    expr: "kafka_log_logmanager_offlinelogdirectorycount > 0",
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.instance }} cannot use a log directory",
    description: "{{ $value }} log directories of {{ $labels.instance }} have failed.",
  },
  {
    name: "KafkaRequestHandlersBusy",
    // A rate of a minute that begins at 0 when the broker starts: shorter than `for`.
    expr: "kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent < 0.3",
    for: "5m",
    severity: "warning",
    summary: "The request handlers of {{ $labels.instance }} are busy",
    description:
      "They are idle {{ $value | humanizePercentage }} of the time; below 30 % requests " +
      "queue up.",
  },
  {
    name: "KafkaNetworkProcessorsBusy",
    expr: "kafka_network_socketserver_networkprocessoravgidlepercent < 0.3",
    for: "5m",
    severity: "warning",
    summary: "The network processors of {{ $labels.instance }} are busy",
    description:
      "They are idle {{ $value | humanizePercentage }} of the time; below 30 % answers " +
      "queue up.",
  },
  {
    name: "JvmHeapFull",
    expr: 'jvm_memory_used_bytes{area="heap"} / jvm_memory_max_bytes{area="heap"} > 0.9',
    for: "10m",
    severity: "warning",
    summary: "The heap of {{ $labels.instance }} is almost full",
    description: "{{ $value | humanizePercentage }} of the largest heap are used.",
  },
  {
    name: "JvmGarbageCollection",
    expr: "sum by (job, instance) (rate(jvm_gc_collection_seconds_sum[5m])) > 0.2",
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.instance }} spends its time collecting garbage",
    description: "{{ $value | humanizePercentage }} of the time go into garbage collection.",
  },
  {
    name: "ZooKeeperDown",
    only: "zookeeper",
    expr: 'up{job="zookeeper"} == 0',
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.instance }} is down",
    description: "{{ $labels.instance }} has answered no scrape for a minute (up is {{ $value }}).",
  },
  {
    name: "ZooKeeperQuorumLost",
    only: "zookeeper",
    // Half of an even ensemble is no majority either.
    expr: `(${SERVING_ZOOKEEPERS}) <= count(up{job="zookeeper"}) / 2`,
    for: "30s",
    severity: "critical",
    summary: "The ensemble has no majority: topics and leaders cannot change",
    description: "{{ $value }} ZooKeepers serve requests: no majority.",
  },
  {
    name: "ZooKeeperLatency",
    only: "zookeeper",
    expr: `${zookeeperLatency("")} > 10`,
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.instance }} answers slowly",
    description:
      "In 5 minutes a request took {{ $value | humanize }} ms on average; over 10 ms brokers " +
      "may lose their sessions.",
  },
  {
    name: "ZooKeeperOutstandingRequests",
    only: "zookeeper",
    expr: "zookeeper_outstandingrequests > 10",
    for: "1m",
    severity: "warning",
    summary: "Requests wait at {{ $labels.instance }}",
    description: "{{ $value }} requests are outstanding; usual is none.",
  },
  {
    name: "KafkaConsumerLag",
    expr: `sum by (consumergroup, topic) (kafka_consumergroup_lag) > ${LAG} and ` +
      "sum by (consumergroup, topic) (deriv(kafka_consumergroup_lag[10m])) > 0",
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.consumergroup }} falls behind in {{ $labels.topic }}",
    description: "It has {{ $value | humanize }} records still to read, and they become more.",
  },
  {
    name: "KafkaLagUnknown",
    expr: 'min(kafka_lag_exporter_up or up{job="kafka_lag"}) == 0',
    for: "2m",
    severity: "warning",
    summary: "Consumer lag is not known",
    description: "The lag exporter, or what it asks of the brokers, does not answer (up is " +
      "{{ $value }}).",
  },
  {
    name: "ScrapeSlow",
    expr: "scrape_duration_seconds > 5",
    for: "5m",
    severity: "warning",
    summary: "The metrics of {{ $labels.instance }} come slowly",
    description:
      "A scrape takes {{ $value | humanizeDuration }}; one that takes longer than 10 s, " +
      "or than the interval, is given up.",
  },
  ...KRAFT_ALERTS,
];

/** Those that a stack of this mode has. */
export function alertsOf(mode: Mode): readonly Alert[] {
  return ALERTS.filter(({ only }) => only === undefined || only === mode);
}

/** The heading of an alert's section in docs/alerts.md, as browsers and editors make an anchor of it. */
export function anchorOf({ name }: Alert): string {
  return name.toLowerCase();
}

/**
 * The rule file, for Prometheus 2.42 and 3 alike.
 *
 * @param runbook Where docs/alerts.md is: the base of each alert's `runbook_url`.
 */
export function alertRules(runbook: string, mode: Mode): string {
  const rules = alertsOf(mode).map((alert) => ({
    alert: alert.name,
    expr: alert.expr,
    for: alert.for,
    labels: { severity: alert.severity },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: `${runbook}#${anchorOf(alert)}`,
    },
  }));
  return `${GENERATED}\n${toYaml({ groups: [{ name: "kafka-stack", rules }] })}`;
}
