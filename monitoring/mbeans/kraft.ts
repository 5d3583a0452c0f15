// The MBeans that brokers and controllers have in mode kraft only, beside those of every broker.
// This module is pure: no Deno APIs, no I/O.
import { attributes, type Family, named } from "./family.ts";

export const KRAFT_FAMILIES: readonly Family[] = [
  // Its `current-state` is a word, which is no metric.
  attributes({
    beans: "kafka.server:type=raft-metrics",
    pattern: "kafka.server<type=raft-metrics>",
    attributes: [
      ...["current-leader", "current-epoch", "number-of-voters", "log-end-offset"],
      ...["high-watermark", "commit-latency-avg", "election-latency-avg", "append-records-rate"],
      "fetch-records-rate",
    ],
    prefix: "kafka_server_raft",
    type: "GAUGE",
  }),
  attributes({
    beans: "kafka.server:type=broker-metadata-metrics",
    pattern: "kafka.server<type=broker-metadata-metrics>",
    attributes: [
      ...["last-applied-record-lag-ms", "last-applied-record-offset"],
      ...["metadata-load-error-count", "metadata-apply-error-count"],
    ],
    prefix: "kafka_server_broker_metadata",
    type: "GAUGE",
  }),
  named({
    beans: "kafka.controller:type=KafkaController",
    names: [
      ...["LastAppliedRecordLagMs", "LastAppliedRecordOffset", "MetadataErrorCount"],
      ...["EventQueueOperationsTimedOutCount", "TimedOutBrokerHeartbeatCount"],
    ],
    read: "gauge",
  }),
  named({
    beans: "kafka.controller:type=ControllerEventManager",
    names: ["EventQueueTimeMs", "EventQueueProcessingTimeMs"],
    read: { quantiles: ["99"] },
  }),
  named({
    beans: "kafka.server:type=SnapshotEmitter",
    names: ["LatestSnapshotGeneratedAgeMs", "LatestSnapshotGeneratedBytes"],
    read: "gauge",
  }),
  named({
    beans: "kafka.server:type=MetadataLoader",
    names: ["HandleLoadSnapshotCount"],
    read: "gauge",
  }),
];
