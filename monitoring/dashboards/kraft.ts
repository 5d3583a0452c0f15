// KRaft's quorum: who leads it, how fast it writes the log of metadata, and who follows.
// This module is pure: no Deno APIs, no I/O.
import { VOTERS, VOTERS_IN_QUORUM } from "../kraft_alerts.ts";
import { CONTROLLER_ROW, METADATA_ROW } from "./kraft_metadata.ts";
import { type Dashboard, type Row, worseAbove, worseBelow } from "./panel.ts";
import { NODE, OF_NODE } from "./variables.ts";

const raft = "kafka_server_raft";

const QUORUM_ROW: Row = {
  title: "Quorum",
  panels: [
    {
      title: "Quorum Leader",
      means: "The id of the controller that leads the quorum.",
      worry: "There is none for longer than an election: no topic and no leader can change.",
      act: "Start controllers until there is a majority: `deno task status` says which are down.",
      kind: "stat",
      unit: "none",
      size: "quarter",
      queries: [{ expr: `max(${raft}_current_leader) or vector(-1)`, legend: "leader" }],
      thresholds: worseBelow(0),
      words: { [-1]: "none" },
    },
    {
      title: "Voters",
      means: "Controllers that follow a leader or lead, and how many the quorum has.",
      worry: "Fewer than the quorum has: one is missing, or does not reach the leader.",
      act: "`deno task status` names it, `deno task up` starts it.",
      kind: "stat",
      unit: "none",
      size: "quarter",
      queries: [
        { expr: VOTERS_IN_QUORUM, legend: "in the quorum" },
        { expr: VOTERS, legend: "of" },
      ],
      thresholds: worseBelow(1),
    },
    {
      title: "Voters to Spare",
      means: "How many more may fail before the quorum is lost.",
      worry: "0: the next failure stops all changes in the cluster. Below 0 they are stopped.",
      act: "Start what is missing before you restart anything else.",
      kind: "stat",
      unit: "none",
      size: "quarter",
      queries: [{
        expr: `(${VOTERS_IN_QUORUM}) - floor(${VOTERS} / 2) - 1`,
        legend: "voters",
      }],
      thresholds: worseBelow(1, 0),
    },
    {
      title: "Epoch Changes",
      means: "Elections in the time range shown: each begins a new epoch.",
      worry: "More than restarts explain: the leader is slow, or controllers lose one another.",
      act: "Compare with JVM, Time in GC, and with Election Time; read `controller.log`.",
      kind: "stat",
      unit: "none",
      size: "quarter",
      queries: [{
        expr: `max(${raft}_current_epoch) - min(min_over_time(${raft}_current_epoch[$__range]))`,
        legend: "elections",
      }],
    },
    {
      title: "Epoch",
      means: "The epoch that each node knows: a step is an election.",
      worry: "Steps without a restart; or a node stays at an older epoch.",
      act: "See the node's `controller.log` for why it looked for another leader.",
      kind: "timeseries",
      unit: "none",
      size: "half",
      queries: [{ expr: `${raft}_current_epoch{${OF_NODE}}`, legend: "{{instance}}" }],
    },
    {
      title: "Election Time",
      means: "How long elections took in the last half minute, as each candidate saw them.",
      worry: "Some seconds: meanwhile nothing changes in the cluster.",
      act: "Look for slow disks and for controllers that do not reach each other.",
      kind: "timeseries",
      unit: "ms",
      size: "half",
      queries: [{ expr: `${raft}_election_latency_avg{${OF_NODE}}`, legend: "{{instance}}" }],
      thresholds: worseAbove(2000, 6000),
    },
  ],
};

const LOG_ROW: Row = {
  title: "Log of Metadata",
  panels: [
    {
      title: "Commit Latency",
      means: "How long the leader waits until a majority has written a record, on average.",
      worry:
        "It rises to hundreds of milliseconds: every change of a topic or an ISR waits for it.",
      act: "Give the controllers' log dirs a faster disk; see Records Behind for the slow voter.",
      kind: "timeseries",
      unit: "ms",
      size: "half",
      queries: [{ expr: `${raft}_commit_latency_avg{${OF_NODE}}`, legend: "{{instance}}" }],
    },
    {
      title: "Append Rate",
      means:
        "Records that the leader appends to the log of metadata, and that the others fetch of " +
        "it. An idle leader appends two a second.",
      worry: "A node fetches none: it does not follow. Far above its usual: something changes " +
        "topics or ISRs again and again.",
      act: "Compare with Brokers, ISR Shrinks and Expands.",
      kind: "timeseries",
      unit: "recps",
      size: "half",
      queries: [
        { expr: `${raft}_append_records_rate{${OF_NODE}}`, legend: "{{instance}} appends" },
        { expr: `${raft}_fetch_records_rate{${OF_NODE}}`, legend: "{{instance}} fetches" },
      ],
    },
    {
      title: "Records Behind",
      means: "Records of metadata that each node lacks of the longest log: voters and observers, " +
        "which are brokers that do not vote. Nodes are not looked at in the same moment.",
      worry: "It grows at one node: that one does not follow.",
      act: "`deno task quorum:describe` shows the lag exactly; look at that node's disk and log.",
      kind: "timeseries",
      unit: "short",
      size: "half",
      queries: [{
        expr: `scalar(max(${raft}_log_end_offset)) - ${raft}_log_end_offset{${OF_NODE}}`,
        legend: "{{instance}}",
      }],
    },
    {
      title: "Records Not Committed",
      means: "Records at the end of each node's log that it does not know a majority to have.",
      worry: "It grows at the leader: no majority follows.",
      act: "Start the voters that are missing.",
      kind: "timeseries",
      unit: "short",
      size: "half",
      queries: [{
        expr: `${raft}_log_end_offset{${OF_NODE}} - ${raft}_high_watermark{${OF_NODE}}`,
        legend: "{{instance}}",
      }],
    },
  ],
};

/** The quorum and its log here; what nodes make of the metadata in a file of its own. */
export const KRAFT: Dashboard = {
  uid: "kafka-kraft",
  only: "kraft",
  title: "KRaft",
  description: "Has the quorum a leader, and do all nodes follow it?",
  variables: [NODE],
  rows: [QUORUM_ROW, LOG_ROW, METADATA_ROW, CONTROLLER_ROW],
};
