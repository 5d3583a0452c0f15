// Which metrics are wanted: those that dashboards, alerts and `top` read, and some for dashboards of
// people's own.
// This module is pure: no Deno APIs, no I/O.
import type { Mode } from "../../infra/spec/mod.ts";
import { alertsOf } from "../alerts.ts";
import { dashboardsOf } from "../dashboards/all.ts";
import { queriesOf } from "../dashboards/queries.ts";
import { KINDS, WANTED } from "../top/samples.ts";

/**
 * Read by nothing here, and cheap: one series each, or as many as there are topics or processors.
 * monitoring/README.md lists them.
 */
export const FOR_OWN_DASHBOARDS: readonly string[] = [
  "kafka_controller_kafkacontroller_activebrokercount",
  "kafka_controller_kafkacontroller_controllerstate",
  "kafka_controller_kafkacontroller_fencedbrokercount",
  "kafka_controller_kafkacontroller_globalpartitioncount",
  "kafka_controller_kafkacontroller_globaltopiccount",
  "kafka_controller_kafkacontroller_topicstodeletecount",
  "kafka_coordinator_group_numgroups",
  "kafka_network_processor_idlepercent",
  "kafka_network_socketserver_expiredconnectionskilledcount",
  "kafka_server_brokertopicmetrics_reassignmentbytesin_total",
  "kafka_server_brokertopicmetrics_reassignmentbytesout_total",
  "kafka_server_delayedoperationpurgatory_numdelayedoperations",
  "kafka_server_fetchsessioncache_numincrementalfetchpartitionscached",
  "kafka_server_replicafetchermanager_minfetchrate",
  "kafka_server_replicamanager_failedisrupdates_total",
  "kafka_server_replicamanager_reassigningpartitions",
  "zookeeper_nonmtlslocalconncount",
  "zookeeper_nonmtlsremoteconncount",
  "zookeeper_pendingrevalidationcount",
  "zookeeper_txnlogelapsedsynctime",
];

/** An expression that reads metrics, and what it belongs to. */
export interface Reader {
  /** `alert KafkaBrokerDown`, `kafka-brokers: Partitions`, `top`. */
  readonly from: string;
  /** PromQL. */
  readonly expr: string;
}

/** All that reads metrics of a stack of this mode. */
export const readersOf = (mode: Mode): readonly Reader[] => [
  ...dashboardsOf(mode).flatMap(queriesOf)
    .map(({ dashboard, panel, expr }) => ({ from: `${dashboard}: ${panel}`, expr })),
  ...alertsOf(mode).map(({ name, expr }) => ({ from: `alert ${name}`, expr })),
  ...KINDS[mode].flatMap((kind) => WANTED[kind]).map((expr) => ({ from: "top", expr })),
];

/** The words of an expression, without labels' values: names of metrics, of labels, of functions. */
export function wordsOf(expr: string): string[] {
  return expr.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/[a-zA-Z_:][\w:]*/g) ?? [];
}

/** Names of metrics that are wanted in this mode; among words that name none. */
export function wantedMetrics(mode: Mode): ReadonlySet<string> {
  return new Set([...readersOf(mode).flatMap(({ expr }) => wordsOf(expr)), ...FOR_OWN_DASHBOARDS]);
}
