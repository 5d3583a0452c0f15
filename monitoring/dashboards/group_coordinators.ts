// Row of the consumer groups' dashboard about what their coordinators do, which are brokers.
// This module is pure: no Deno APIs, no I/O.
import { type Row, worseAbove } from "./panel.ts";

const ofRequests = "JoinGroup|SyncGroup|Heartbeat|LeaveGroup|OffsetCommit|OffsetFetch";

/** Of all groups together: a coordinator's metrics do not say which group. */
export const COORDINATOR_ROW: Row = {
  title: "Coordinators",
  panels: [
    {
      title: "Groups by State",
      means: "Groups by state, as their coordinators count them, all groups together.",
      worry: "Groups stay in `rebalancing`: their members come and go, and none of them reads.",
      act: "Find the member that leaves: its log says why. Use `group.instance.id` for restarts.",
      kind: "timeseries",
      unit: "short",
      size: "third",
      queries: [
        { expr: "sum(kafka_coordinator_group_numgroupsstable)", legend: "stable" },
        {
          expr: "sum(kafka_coordinator_group_numgroupspreparingrebalance) + " +
            "sum(kafka_coordinator_group_numgroupscompletingrebalance)",
          legend: "rebalancing",
        },
        { expr: "sum(kafka_coordinator_group_numgroupsempty)", legend: "empty" },
        { expr: "sum(kafka_coordinator_group_numgroupsdead)", legend: "dead" },
      ],
    },
    {
      title: "Rebalances",
      means: "Rebalances that were completed, by coordinator, all groups together.",
      worry: "They go on without anybody starting or stopping consumers.",
      act: "Compare with Members per Group; the coordinator's `server.log` gives each reason.",
      kind: "timeseries",
      unit: "cps",
      size: "third",
      queries: [{
        expr: "rate(kafka_server_groupcoordinator_group_completed_rebalance_total" +
          "[$__rate_interval])",
        legend: "{{instance}}",
      }],
    },
    {
      title: "Offsets Committed",
      means: "Offsets that groups commit, by coordinator, all groups together.",
      worry: "About as many as records: each is committed alone.",
      act: "Commit by time or by batch: each commit is a record in `__consumer_offsets`.",
      kind: "timeseries",
      unit: "cps",
      size: "third",
      queries: [{
        expr: "rate(kafka_server_groupcoordinator_offset_commit_total[$__rate_interval])",
        legend: "{{instance}}",
      }],
    },
    {
      title: "Groups' Requests",
      means: "Requests by which consumers join, stay in and leave groups, all groups together.",
      worry: "`JoinGroup` and `SyncGroup` go on: rebalances without end.",
      act: "See Rebalances.",
      kind: "timeseries",
      unit: "reqps",
      size: "third",
      queries: [{
        expr: "sum by (request) (rate(kafka_network_requestmetrics_requests_total" +
          `{request=~"${ofRequests}"}[$__rate_interval]))`,
        legend: "{{request}}",
      }],
    },
    {
      title: "Offsets Remembered",
      means: "Committed offsets that each coordinator keeps: one a group and partition.",
      worry: "It grows without end: groups that nobody uses any more.",
      act: "Delete them, or wait: `offsets.retention.minutes` does.",
      kind: "timeseries",
      unit: "short",
      size: "third",
      queries: [{ expr: "kafka_coordinator_group_numoffsets", legend: "{{instance}}" }],
    },
    {
      title: "Time to Ask for Lag",
      means: "How long the lag exporter needs to ask the brokers for all offsets.",
      worry: "It nears the interval of scrapes, 15 s.",
      act: "See Brokers, Total Time: they are slow, or there are very many partitions.",
      kind: "timeseries",
      unit: "s",
      size: "third",
      queries: [{ expr: "kafka_lag_exporter_collect_seconds", legend: "{{instance}}" }],
      thresholds: worseAbove(5, 15),
    },
  ],
};
