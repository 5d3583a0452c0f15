// The brokers one by one: their partitions and replication, threads, connections and disks.
// This module is pure: no Deno APIs, no I/O.
import { REQUEST_ROWS } from "./broker_requests.ts";
import { RESOURCE_ROWS } from "./broker_resources.ts";
import { type Dashboard, worseAbove } from "./panel.ts";
import { BROKER, OF_BROKER, REQUEST } from "./variables.ts";

const manager = "kafka_server_replicamanager";
const topics = "kafka_server_brokertopicmetrics";

/** State and replication here, requests and resources in files of their own. */
export const BROKERS: Dashboard = {
  uid: "kafka-brokers",
  title: "Kafka Brokers",
  description: "Which broker is slow, overloaded or behind, and where in it the time goes.",
  variables: [BROKER, REQUEST],
  rows: [
    {
      title: "State",
      panels: [
        {
          title: "Broker State",
          means: "What each broker says that it does.",
          worry:
            "One does not run; or it recovers logs for minutes: it was not stopped gracefully.",
          act: "`deno task up` starts it; while it recovers, `deno task logs` shows how far it is.",
          kind: "stat",
          unit: "none",
          size: "half",
          queries: [{
            expr: `kafka_server_kafkaserver_brokerstate{${OF_BROKER}} ` +
              `or on (instance) up{job="kafka",${OF_BROKER}} == 0`,
            legend: "{{instance}}",
          }],
          words: {
            0: "not running",
            1: "starts",
            2: "recovers logs",
            3: "running",
            6: "hands over leaders",
            7: "shuts down",
          },
          thresholds: [
            { from: null, color: "red" },
            { from: 1, color: "yellow" },
            { from: 3, color: "green" },
            { from: 4, color: "yellow" },
          ],
        },
        {
          title: "Offline Log Directories",
          means: "Log directories that each broker gave up because writing to them failed.",
          worry: "It is above 0: the replicas there are offline.",
          act: "Check the disk (full? read-only?), then `deno task restart` the broker.",
          kind: "stat",
          unit: "none",
          size: "half",
          queries: [{
            expr: `kafka_log_logmanager_offlinelogdirectorycount{${OF_BROKER}}`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(1),
        },
        {
          title: "Partitions per Broker",
          means: "Replicas that each broker holds, as leader or follower.",
          worry: "Brokers differ much: their disks fill unevenly.",
          act: "Move replicas with `kafka-reassign-partitions` in `deno task shell`.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{ expr: `${manager}_partitioncount{${OF_BROKER}}`, legend: "{{instance}}" }],
        },
        {
          title: "Leaders per Broker",
          means: "Partitions that each broker leads: it serves their producers and consumers.",
          worry: "A broker leads none long after it came back.",
          act:
            "Kafka moves leaders back within five minutes (`auto.leader.rebalance.enable`); at " +
            "once: `kafka-leader-election` in `deno task shell`.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{ expr: `${manager}_leadercount{${OF_BROKER}}`, legend: "{{instance}}" }],
        },
        {
          title: "Leaders Not at Their Preferred Broker",
          means:
            "Partitions whose leader is not the first of their replicas, seen by the controller.",
          worry: "It stays above 0 for more than ten minutes with all brokers up.",
          act: "Look whether the preferred brokers' replicas are in sync.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: "kafka_controller_kafkacontroller_preferredreplicaimbalancecount" +
              `{${OF_BROKER}}`,
            legend: "{{instance}}",
          }],
        },
      ],
    },
    {
      title: "Replication",
      panels: [
        {
          title: "Under-Replicated Partitions per Leader",
          means: "Of the partitions that a broker leads, those whose ISR is not complete.",
          worry:
            "It stays above 0. One leader alone: its followers cannot follow it. All: a broker " +
            "is gone.",
          act: "See Replication Lag for the follower that is behind.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `${manager}_underreplicatedpartitions{${OF_BROKER}}`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(1),
        },
        {
          title: "At and Under Min ISR",
          means: "Partitions that a broker leads with exactly `min.insync.replicas` in sync, and " +
            "with fewer.",
          worry: "At the minimum the next failure stops writes; under it they are stopped.",
          act: "Start the brokers that are missing.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [
            {
              expr: `${manager}_atminisrpartitioncount{${OF_BROKER}}`,
              legend: "{{instance}} at the minimum",
            },
            {
              expr: `${manager}_underminisrpartitioncount{${OF_BROKER}}`,
              legend: "{{instance}} under it",
            },
          ],
          thresholds: worseAbove(1),
        },
        {
          title: "Offline Replicas",
          means: "Replicas of a broker that are in a log directory which failed.",
          worry: "It is above 0.",
          act: "Mend the disk and restart the broker: it copies what it missed.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `${manager}_offlinereplicacount{${OF_BROKER}}`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(1),
        },
        {
          title: "ISR Shrinks and Expands",
          means: "How often a leader takes a replica out of an ISR, and in again.",
          worry: "Shrinks without a broker being stopped: followers do not keep up.",
          act: "Compare with GC time and disk; only then raise `replica.lag.time.max.ms`.",
          kind: "timeseries",
          unit: "cps",
          size: "third",
          queries: [
            {
              expr: `rate(${manager}_isrshrinks_total{${OF_BROKER}}[$__rate_interval])`,
              legend: "{{instance}} shrinks",
            },
            {
              expr: `rate(${manager}_isrexpands_total{${OF_BROKER}}[$__rate_interval])`,
              legend: "{{instance}} expands",
            },
          ],
        },
        {
          title: "Replication Lag",
          means: "Records by which a broker's follower replicas are behind their leaders, at most.",
          worry: "It grows, or stays high after a restart.",
          act: "Raise `num.replica.fetchers`, or find what slows its disk or network.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `kafka_server_replicafetchermanager_maxlag{${OF_BROKER}}`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Replication Traffic",
          means: "Bytes that a broker copies from other leaders, and that others copy from it.",
          worry: "It nears what the network takes, as after a broker came back.",
          act: "Wait for the copy to end; throttle reassignments.",
          kind: "timeseries",
          unit: "Bps",
          size: "third",
          queries: [
            {
              expr: `rate(${topics}_replicationbytesin_total{${OF_BROKER}}[$__rate_interval])`,
              legend: "{{instance}} in",
            },
            {
              expr: `rate(${topics}_replicationbytesout_total{${OF_BROKER}}[$__rate_interval])`,
              legend: "{{instance}} out",
            },
          ],
        },
        {
          title: "Leader Elections",
          only: "zookeeper",
          means: "Elections that the controller holds; the others show 0.",
          worry: "They go on although no broker starts or stops.",
          act: "Read the controller's `controller.log`; look for sessions that expire.",
          kind: "timeseries",
          unit: "cps",
          size: "third",
          queries: [{
            expr: "rate(kafka_controller_controllerstats_leaderelectionrateandtimems_count" +
              `{${OF_BROKER}}[$__rate_interval])`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Unclean Leader Elections",
          means:
            "Elections of a replica that was not in sync, in the time range shown: acknowledged " +
            "records are lost.",
          worry: "It is above 0.",
          act: "Set `unclean.leader.election.enable` to `false`; compare what producers sent.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: "increase(kafka_controller_controllerstats_uncleanleaderelections_total" +
              `{${OF_BROKER}}[$__range])`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(1),
        },
        {
          title: "Controller Queues",
          only: "zookeeper",
          means: "Events that wait for the controller, and its requests that wait for brokers.",
          worry:
            "They do not go back to 0: the controller is overwhelmed, or a broker does not answer.",
          act: "Find the broker that does not answer; change fewer topics at a time.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [
            {
              expr: `kafka_controller_controllereventmanager_eventqueuesize{${OF_BROKER}}`,
              legend: "{{instance}} events",
            },
            {
              expr: `kafka_controller_controllerchannelmanager_totalqueuesize{${OF_BROKER}}`,
              legend: "{{instance}} requests",
            },
          ],
        },
      ],
    },
    ...REQUEST_ROWS,
    ...RESOURCE_ROWS,
  ],
};
