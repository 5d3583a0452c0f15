// Rows of the topics' dashboard about what a topic holds, and how well it is replicated.
// This module is pure: no Deno APIs, no I/O.
import { type Row, worseAbove } from "./panel.ts";
import { OF_TOPIC } from "./variables.ts";

/** Followers report 0 for what only a partition's leader knows. */
const ofLeaders = (metric: string) =>
  `max by (topic, partition) (kafka_cluster_partition_${metric}{${OF_TOPIC}})`;

/** Log, then replication. */
export const TOPIC_LOG_ROWS: readonly Row[] = [
  {
    title: "Log",
    panels: [
      {
        title: "Size on Disk per Topic",
        means: "Bytes of each topic's logs, all replicas together.",
        worry: "It grows for longer than the retention: nothing is deleted.",
        act: "Check `cleanup.policy`, `retention.ms` and `segment.bytes`: an open segment stays.",
        kind: "timeseries",
        unit: "bytes",
        size: "third",
        queries: [{
          expr: `sum by (topic) (kafka_log_log_size{${OF_TOPIC}})`,
          legend: "{{topic}}",
        }],
      },
      {
        title: "Largest Partitions",
        means: "The ten partitions with the most bytes, one replica of each.",
        worry: "One is many times as large as the others of its topic.",
        act: "Choose keys that spread.",
        kind: "bargauge",
        unit: "bytes",
        size: "third",
        queries: [{
          expr: `topk(10, max by (topic, partition) (kafka_log_log_size{${OF_TOPIC}}))`,
          legend: "{{topic}} {{partition}}",
        }],
      },
      {
        title: "Segments per Topic",
        means: "Files that the topic's logs are cut into; each is open in its broker.",
        worry: "Thousands: open files and memory maps run out.",
        act: "Raise `segment.bytes` and `segment.ms`.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{
          expr: `sum by (topic) (kafka_log_log_numlogsegments{${OF_TOPIC}})`,
          legend: "{{topic}}",
        }],
      },
      {
        title: "Log End Offset per Partition",
        means: "The offset that the next record of each partition gets.",
        worry: "It falls: the topic was created again, or an unclean election lost records.",
        act: "Compare with Unclean Leader Elections; groups may need `deno task group:reset`.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{
          expr: `kafka_topic_partition_current_offset{${OF_TOPIC}}`,
          legend: "{{topic}} {{partition}}",
        }],
      },
      {
        title: "Log Start Offset per Topic",
        means: "The offset of the oldest record, summed over partitions: it rises when retention " +
          "deletes.",
        worry: "It passes what a group has committed: that group misses records.",
        act: "Compare with Committed and End Offsets; raise retention until the group is there.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{
          expr: `sum by (topic) (kafka_topic_partition_oldest_offset{${OF_TOPIC}})`,
          legend: "{{topic}}",
        }],
      },
      {
        title: "Open Transactions' Backlog",
        means: "Records between the last stable offset and the high watermark: consumers that " +
          "read committed records wait for them.",
        worry: "It grows: a transaction hangs.",
        act: "`kafka-transactions find-hanging` in `deno task shell`, then abort it.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{
          expr: `sum by (topic) (${ofLeaders("laststableoffsetlag")})`,
          legend: "{{topic}}",
        }],
      },
    ],
  },
  {
    title: "Replication",
    panels: [
      {
        title: "Replicas and In-Sync Replicas",
        means: "The smallest replication factor and the smallest ISR among a topic's partitions.",
        worry: "The ISR is smaller; a replication factor of 1 loses records with its broker.",
        act: "Start the brokers that are missing; raise the factor with " +
          "`kafka-reassign-partitions`.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [
          {
            expr: `min by (topic) (${ofLeaders("replicascount")})`,
            legend: "{{topic}} replicas",
          },
          {
            expr: `min by (topic) (${ofLeaders("insyncreplicascount")})`,
            legend: "{{topic}} in sync",
          },
        ],
      },
      {
        title: "Under-Replicated Partitions per Topic",
        means: "Partitions of each topic whose ISR is not complete.",
        worry: "It stays above 0 with all brokers up.",
        act: "`deno task topic:describe` names the replica that is missing.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{
          expr: `sum by (topic) (${ofLeaders("underreplicated")})`,
          legend: "{{topic}}",
        }],
        thresholds: worseAbove(1),
      },
      {
        title: "Under Min ISR Partitions per Topic",
        means: "Partitions of each topic that refuse `acks=all`.",
        worry: "It is above 0.",
        act: "Start the brokers that are missing.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{
          expr: `sum by (topic) (${ofLeaders("underminisr")})`,
          legend: "{{topic}}",
        }],
        thresholds: worseAbove(1),
      },
      {
        title: "Followers' Lag per Topic",
        means: "Records by which followers are behind, at the partition where it is most.",
        worry: "It does not come down to 0.",
        act: "See Brokers, Replication Lag, for the broker.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{
          expr: `max by (topic) (kafka_server_fetcherlagmetrics_consumerlag{${OF_TOPIC}})`,
          legend: "{{topic}}",
        }],
      },
    ],
  },
];
