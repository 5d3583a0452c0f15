// Rows of KRaft's dashboard about what nodes make of the metadata, and about the controllers' work.
// This module is pure: no Deno APIs, no I/O.
import { type Row, worseAbove } from "./panel.ts";
import { OF_NODE } from "./variables.ts";

const controller = "kafka_controller_kafkacontroller";
const metadata = "kafka_server_broker_metadata";
const snapshot = "kafka_server_snapshotemitter_latestsnapshotgenerated";
const events = "kafka_controller_controllereventmanager_eventqueue";

/** How current each node's metadata is. */
export const METADATA_ROW: Row = {
  title: "Metadata of Nodes",
  panels: [
    {
      title: "Fenced Brokers",
      means: "Brokers that are registered but serve nobody, as they send no heartbeats.",
      worry: "It stays above 0 when no broker is being restarted.",
      act: "`deno task status` names the broker, `deno task logs` of it the reason.",
      kind: "stat",
      unit: "none",
      size: "half",
      queries: [
        { expr: `max(${controller}_fencedbrokercount)`, legend: "fenced" },
      ],
      thresholds: worseAbove(1),
    },
    {
      title: "Metadata Errors",
      means: "Records of metadata that a node could not read or apply since it started.",
      worry: "It is above 0: what the node lacks or has wrong stays so.",
      act: "Read the node's log for the record, then `deno task restart` it.",
      kind: "stat",
      unit: "none",
      size: "half",
      queries: [
        { expr: `sum(${controller}_metadataerrorcount)`, legend: "of controllers" },
        { expr: `sum(${metadata}_metadata_load_error_count)`, legend: "of brokers, read" },
        { expr: `sum(${metadata}_metadata_apply_error_count)`, legend: "of brokers, applied" },
      ],
      thresholds: worseAbove(1),
    },
    {
      title: "Metadata Lag",
      means:
        "How old the last record is that each controller and broker has applied: half a second " +
        "when nothing changes.",
      worry: "It grows at one node: clients get old answers of it. At all: there is no leader.",
      act: "Look at the node's CPU, disk and log; a restart makes it read the last snapshot.",
      kind: "timeseries",
      unit: "ms",
      size: "half",
      queries: [
        {
          expr: `${controller}_lastappliedrecordlagms{${OF_NODE}}`,
          legend: "{{instance}} controller",
        },
        {
          expr: `${metadata}_last_applied_record_lag_ms{${OF_NODE}}`,
          legend: "{{instance}} broker",
        },
      ],
      thresholds: worseAbove(5000, 30_000),
    },
    {
      title: "Last Applied Offset",
      means: "The offset of the last record that each controller and broker has applied.",
      worry: "One stands still while others go on.",
      act: "See Metadata Errors, and the node's log.",
      kind: "timeseries",
      unit: "none",
      size: "half",
      queries: [
        {
          expr: `${controller}_lastappliedrecordoffset{${OF_NODE}}`,
          legend: "{{instance}} controller",
        },
        {
          expr: `${metadata}_last_applied_record_offset{${OF_NODE}}`,
          legend: "{{instance}} broker",
        },
      ],
    },
    {
      title: "Age of the Last Snapshot",
      means: "How long ago each node wrote a snapshot of the metadata, or started.",
      worry:
        "Much more than an hour (`metadata.log.max.snapshot.interval.ms`): the log grows, and " +
        "a start takes long.",
      act: "Read the node's log for snapshots that failed; is its disk full?",
      kind: "timeseries",
      unit: "ms",
      size: "third",
      queries: [{ expr: `${snapshot}agems{${OF_NODE}}`, legend: "{{instance}}" }],
    },
    {
      title: "Size of the Last Snapshot",
      means: "Bytes of the last snapshot that each node wrote; 0 before its first.",
      worry: "It grows without more topics: something is never deleted.",
      act: "`kafka-metadata-shell` in `deno task shell` shows what is in it.",
      kind: "timeseries",
      unit: "bytes",
      size: "third",
      queries: [{ expr: `${snapshot}bytes{${OF_NODE}}`, legend: "{{instance}}" }],
    },
    {
      title: "Snapshots Loaded",
      means: "Snapshots that each node has read since it started, instead of single records.",
      worry:
        "It rises while the node runs: it fell so far behind that the leader's log no longer " +
        "has what it lacks.",
      act: "See Metadata Lag for how far; look at the node's disk and network.",
      kind: "timeseries",
      unit: "none",
      size: "third",
      queries: [{
        expr: `kafka_server_metadataloader_handleloadsnapshotcount{${OF_NODE}}`,
        legend: "{{instance}}",
      }],
    },
  ],
};

/** How busy the controllers are. */
export const CONTROLLER_ROW: Row = {
  title: "Controllers",
  panels: [
    {
      title: "Event Queue Time",
      means: "How long the slowest of a hundred events waits for the controller.",
      worry: "Seconds: the controller is overwhelmed, and heartbeats of brokers wait too.",
      act: "Change fewer topics at a time; give controllers machines of their own.",
      kind: "timeseries",
      unit: "ms",
      size: "third",
      queries: [{
        expr: `${events}timems{${OF_NODE},quantile="0.99"}`,
        legend: "{{instance}}",
      }],
    },
    {
      title: "Event Processing Time",
      means: "How long the controller works at the slowest of a hundred events.",
      worry: "It rises with the number of partitions to seconds.",
      act: "Compare with JVM, Time in GC; delete topics that nobody uses.",
      kind: "timeseries",
      unit: "ms",
      size: "third",
      queries: [{
        expr: `${events}processingtimems{${OF_NODE},quantile="0.99"}`,
        legend: "{{instance}}",
      }],
    },
    {
      title: "Time-Outs of Controllers",
      means: "Events that waited for too long, and heartbeats of brokers that came too late.",
      worry: "Late heartbeats: a broker is fenced although it runs, and its leaders move.",
      act: "See Event Queue Time; if that is low, the broker or the network pauses.",
      kind: "timeseries",
      unit: "cps",
      size: "third",
      queries: [
        {
          expr: `rate(${controller}_eventqueueoperationstimedoutcount{${OF_NODE}}` +
            "[$__rate_interval])",
          legend: "{{instance}} events",
        },
        {
          expr: `rate(${controller}_timedoutbrokerheartbeatcount{${OF_NODE}}[$__rate_interval])`,
          legend: "{{instance}} heartbeats",
        },
      ],
    },
  ],
};
