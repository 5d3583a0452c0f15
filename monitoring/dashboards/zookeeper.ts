// The ensemble: its quorum, how fast it answers, what it holds, and how the brokers see it.
// This module is pure: no Deno APIs, no I/O.
import { SERVING_ZOOKEEPERS, zookeeperLatency } from "../alerts.ts";
import { type Dashboard, exactly, worseAbove, worseBelow } from "./panel.ts";
import { BROKER, OF_ZOOKEEPER, ZOOKEEPER } from "./variables.ts";
import { SESSION_ROW } from "./zookeeper_sessions.ts";

const size = "(max(zookeeper_quorumsize) or vector(1))";

/** Ephemeral nodes are not here: ZooKeeper has them as an operation of its MBean, not a value. */
export const ZOOKEEPERS: Dashboard = {
  uid: "kafka-zookeeper",
  only: "zookeeper",
  title: "ZooKeeper",
  description: "Has the ensemble a quorum, and does it answer the brokers in time?",
  variables: [ZOOKEEPER, BROKER],
  rows: [
    {
      title: "Quorum",
      panels: [
        {
          title: "Ensemble",
          means: "ZooKeepers that follow or lead, and the ensemble's size.",
          worry: "Fewer than the size: one is missing or not in the quorum.",
          act: "`deno task status` names it, `deno task up` starts it.",
          kind: "stat",
          unit: "none",
          size: "quarter",
          queries: [{ expr: SERVING_ZOOKEEPERS, legend: "in the quorum" }, {
            expr: size,
            legend: "of",
          }],
          thresholds: worseBelow(1),
        },
        {
          title: "Leaders",
          means: "ZooKeepers that lead.",
          worry: "It is not 1 for longer than an election, a few seconds: nothing can be written.",
          act: "Start ZooKeepers until there is a majority; read their logs.",
          kind: "stat",
          unit: "none",
          size: "quarter",
          queries: [{
            expr: 'count(zookeeper_numaliveconnections{member_type=~"Leader|Standalone"}) ' +
              "or vector(0)",
            legend: "leaders",
          }],
          thresholds: exactly(1),
        },
        {
          title: "Members to Spare",
          means: "How many more may fail before the quorum is lost.",
          worry: "0: the next failure stops all changes in the cluster. Below 0 they are stopped.",
          act: "Start what is missing before you restart anything else.",
          kind: "stat",
          unit: "none",
          size: "quarter",
          queries: [{
            expr: `(${SERVING_ZOOKEEPERS}) - floor(${size} / 2) - 1`,
            legend: "members",
          }],
          thresholds: worseBelow(1, 0),
        },
        {
          title: "Last Election",
          means: "How long each ZooKeeper's last election took.",
          worry: "More than some seconds: brokers' sessions run out meanwhile.",
          act: "Look for slow disks and for ZooKeepers that do not reach each other.",
          kind: "stat",
          unit: "ms",
          size: "quarter",
          queries: [{
            expr: `zookeeper_electiontimetaken{${OF_ZOOKEEPER}}`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(2000, 6000),
        },
        {
          title: "Roles",
          means: "Each ZooKeeper's number and role.",
          worry: "One that should run is not there.",
          act: "`deno task logs` of that ZooKeeper.",
          kind: "table",
          unit: "none",
          size: "half",
          queries: [{
            expr: "group by (instance, server_id, member_type) " +
              `(zookeeper_numaliveconnections{${OF_ZOOKEEPER}})`,
            legend: "serves",
          }],
        },
        {
          title: "Leader over Time",
          means: "Which ZooKeeper leads.",
          worry: "It changes without anybody restarting one.",
          act: "Read both leaders' logs around that time: pauses, slow syncs, lost connections.",
          kind: "timeseries",
          unit: "none",
          size: "half",
          queries: [{
            expr: "count by (instance) " +
              `(zookeeper_numaliveconnections{${OF_ZOOKEEPER},member_type=~"Leader|Standalone"})`,
            legend: "{{instance}}",
          }],
        },
      ],
    },
    {
      title: "Requests",
      panels: [
        {
          title: "Average Latency",
          means: "How long an answer took, on average over 5 minutes; nothing where nobody asks.",
          worry: "Above 10 ms.",
          act: "Give `dataLogDir` a disk of its own; see Slow Syncs.",
          kind: "timeseries",
          unit: "ms",
          size: "third",
          queries: [{
            expr: zookeeperLatency(OF_ZOOKEEPER),
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(10),
        },
        {
          title: "Shortest and Longest Latency",
          means: "The extremes since the start: only a rise says something.",
          worry: "The longest rises to seconds, near `zookeeper.session.timeout.ms` (6 s).",
          act: "Look at the disk and at the JVM's pauses at the time it rose.",
          kind: "timeseries",
          unit: "ms",
          size: "third",
          queries: [
            {
              expr: `zookeeper_minrequestlatency{${OF_ZOOKEEPER}}`,
              legend: "{{instance}} shortest",
            },
            {
              expr: `zookeeper_maxrequestlatency{${OF_ZOOKEEPER}}`,
              legend: "{{instance}} longest",
            },
          ],
        },
        {
          title: "Outstanding Requests",
          means: "Requests that wait to be worked on.",
          worry: "Above 10: it does not keep up.",
          act: "Find the broker or tool that asks so much; look at the disk.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `zookeeper_outstandingrequests{${OF_ZOOKEEPER}}`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(10),
        },
        {
          title: "Packets Received",
          means: "Requests and pings that come from brokers and tools.",
          worry: "Many times the usual: a client asks all the time.",
          act: "See Connections; `deno task logs` shows who connects.",
          kind: "timeseries",
          unit: "cps",
          size: "third",
          queries: [{
            expr: `rate(zookeeper_packetsreceived{${OF_ZOOKEEPER}}[$__rate_interval])`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Packets Sent",
          means: "Answers and notifications of watches.",
          worry: "Far above what is received: one change wakes very many watches.",
          act: "See Watches.",
          kind: "timeseries",
          unit: "cps",
          size: "third",
          queries: [{
            expr: `rate(zookeeper_packetssent{${OF_ZOOKEEPER}}[$__rate_interval])`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Slow Syncs",
          means:
            "Writes to the transaction log that took longer than `fsync.warningthresholdms` (1 s), " +
            "in the time range shown.",
          worry: "It rises: each makes all writers wait.",
          act: "Give `dataLogDir` a disk of its own.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `increase(zookeeper_fsyncthresholdexceedcount{${OF_ZOOKEEPER}}[$__range])`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(1),
        },
      ],
    },
    {
      title: "Connections and Data",
      panels: [
        {
          title: "Connections",
          means: "Connections that are open: one a broker, and tools.",
          worry: "It grows without end, or a broker has none.",
          act: "`maxClientCnxns` limits them per address; see Session Events of Brokers.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `zookeeper_numaliveconnections{${OF_ZOOKEEPER}}`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Failed Authentications",
          means: "Connections that could not prove who they are, since the start.",
          worry: "It rises.",
          act: "Check the credentials of what connects; the log has its address.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{ expr: `zookeeper_authfailedcount{${OF_ZOOKEEPER}}`, legend: "{{instance}}" }],
          thresholds: worseAbove(1),
        },
        {
          title: "Watches",
          means: "Znodes that clients wait on, by the ZooKeeper that will tell them.",
          worry: "It grows without end.",
          act: "Look for tools that set watches and stay.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `zookeeper_inmemorydatatree_watchcount{${OF_ZOOKEEPER}}`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Znodes",
          means: "Nodes of the data tree: brokers, topics and their partitions, configs, ACLs.",
          worry: "Members differ for long: one does not follow. Or it grows while topics do not.",
          act: "Restart the one that differs: it fetches a snapshot from the leader.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `zookeeper_inmemorydatatree_nodecount{${OF_ZOOKEEPER}}`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Size on Disk",
          means:
            "Bytes of snapshots and of transaction logs; the same bytes where both lie in one " +
            "directory. Log files are made 64 MiB at a time.",
          worry: "It grows from day to day: nothing is purged.",
          act: "Set `autopurge.purgeInterval` and `autopurge.snapRetainCount`.",
          kind: "timeseries",
          unit: "bytes",
          size: "third",
          queries: [
            { expr: `zookeeper_datadirsize{${OF_ZOOKEEPER}}`, legend: "{{instance}} snapshots" },
            { expr: `zookeeper_logdirsize{${OF_ZOOKEEPER}}`, legend: "{{instance}} logs" },
          ],
        },
        {
          title: "Largest Answer of the Limit",
          means:
            "The largest answer to a client since the start, as a share of `jute.maxbuffer` (1 MiB).",
          worry: "Above 80 %: beyond the limit clients lose their connection.",
          act: "Raise `jute.maxbuffer` for brokers and ZooKeepers; have fewer topics.",
          kind: "timeseries",
          unit: "percentunit",
          size: "third",
          queries: [{
            expr: `clamp_min(zookeeper_maxclientresponsesize{${OF_ZOOKEEPER}}, 0) / ` +
              `zookeeper_jutemaxbuffersize{${OF_ZOOKEEPER}}`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(0.5, 0.8),
        },
      ],
    },
    SESSION_ROW,
  ],
};
