// Rows of the brokers' dashboard about what a broker works with: threads, connections, disks.
// This module is pure: no Deno APIs, no I/O.
import { type Row, worseAbove, worseBelow } from "./panel.ts";
import { OF_BROKER, OF_BROKER_JVM } from "./variables.ts";

const sockets = "kafka_server_socketserver";
const sessions = "kafka_server_fetchsessioncache";

/** Threads and queues, connections, then log and disk. */
export const RESOURCE_ROWS: readonly Row[] = [
  {
    title: "Threads and Queues",
    panels: [
      {
        title: "Request Handler Idle",
        means: "The share of time in which request handlers (`num.io.threads`) have nothing to do.",
        worry: "Below 30 %: requests queue.",
        act: "Raise `num.io.threads` while processors are free; else spread the load.",
        kind: "timeseries",
        unit: "percentunit",
        size: "third",
        queries: [{
          expr: "kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent" +
            `{${OF_BROKER}}`,
          legend: "{{instance}}",
        }],
        thresholds: worseBelow(0.3, 0.1),
      },
      {
        title: "Network Processor Idle",
        means:
          "The share of time in which network threads (`num.network.threads`) have nothing to do.",
        worry: "Below 30 %: answers queue.",
        act: "Raise `num.network.threads`; TLS costs them most.",
        kind: "timeseries",
        unit: "percentunit",
        size: "third",
        queries: [{
          expr: `kafka_network_socketserver_networkprocessoravgidlepercent{${OF_BROKER}}`,
          legend: "{{instance}}",
        }],
        thresholds: worseBelow(0.3, 0.1),
      },
      {
        title: "Request and Response Queues",
        means: "Requests that wait for a handler, and answers that wait for a network thread.",
        worry:
          "Requests near `queued.max.requests` (500): the broker stops reading from its clients.",
        act: "See the two panels before this one for the threads that are short.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [
          {
            expr: `kafka_network_requestchannel_requestqueuesize{${OF_BROKER}}`,
            legend: "{{instance}} requests",
          },
          {
            expr: `kafka_network_requestchannel_responsequeuesize{${OF_BROKER},processor=""}`,
            legend: "{{instance}} responses",
          },
        ],
        thresholds: worseAbove(500),
      },
      {
        title: "Purgatory",
        means:
          "Requests that wait: `Produce` for followers, `Fetch` for records, `Rebalance` for " +
          "members. The purgatory is swept now and then, so it also holds some that are done.",
        worry: "`Produce` grows: followers do not confirm.",
        act: "See Replication Lag.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{
          expr: "kafka_server_delayedoperationpurgatory_purgatorysize" +
            `{${OF_BROKER},delayedoperation=~"Fetch|Produce|Rebalance|Heartbeat"}`,
          legend: "{{instance}} {{delayedoperation}}",
        }],
      },
      {
        title: "Threads",
        means: "Threads of each broker's JVM.",
        worry: "It grows and never falls.",
        act: "See JVM, Threads by State; take a dump with `jstack` when it grows on.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{ expr: `jvm_threads_current{${OF_BROKER_JVM}}`, legend: "{{instance}}" }],
      },
      {
        title: "Open Files",
        means: "Files and sockets that each broker has open: three files a segment, one socket a " +
          "connection.",
        worry: "It grows towards the limit (JVM, Open Files of the Limit).",
        act: "Raise the limit (`ulimit -n`), or use larger segments and fewer partitions.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{ expr: `process_open_fds{${OF_BROKER_JVM}}`, legend: "{{instance}}" }],
      },
    ],
  },
  {
    title: "Connections",
    panels: [
      {
        title: "Connections per Listener",
        means: "Connections that are open, of clients and other brokers.",
        worry: "It grows without end: a client opens and never closes; or it falls to none.",
        act: "Find the client by its address: `ss -tn`. Limit with `max.connections.per.ip`.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [{
          expr: `sum by (instance, listener) (${sockets}_connection_count{${OF_BROKER}})`,
          legend: "{{instance}} {{listener}}",
        }],
      },
      {
        title: "Connections Opened and Closed",
        means: "Connections that come and go on each listener.",
        worry: "Many come and go all the time: clients that connect for each record, or fail to " +
          "authenticate.",
        act: "Let clients live longer; read the broker's log for failed handshakes.",
        kind: "timeseries",
        unit: "cps",
        size: "third",
        queries: [
          {
            expr: "sum by (instance, listener) " +
              `(rate(${sockets}_connection_creation{${OF_BROKER}}[$__rate_interval]))`,
            legend: "{{instance}} {{listener}} opened",
          },
          {
            expr: "sum by (instance, listener) " +
              `(rate(${sockets}_connection_close{${OF_BROKER}}[$__rate_interval]))`,
            legend: "{{instance}} {{listener}} closed",
          },
        ],
      },
      {
        title: "Fetch Sessions",
        means: "Incremental fetch sessions that a broker keeps for consumers and followers.",
        worry:
          "It stays at `max.incremental.fetch.session.cache.slots` (1000) and evictions go on.",
        act: "Raise that setting, or use fewer consumers.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [
          {
            expr: `${sessions}_numincrementalfetchsessions{${OF_BROKER}}`,
            legend: "{{instance}} sessions",
          },
          {
            expr: `rate(${sessions}_incrementalfetchsessionevictions_total{${OF_BROKER}}` +
              "[$__rate_interval])",
            legend: "{{instance}} evictions a second",
          },
        ],
        thresholds: worseAbove(1000),
      },
    ],
  },
  {
    title: "Log and Disk",
    panels: [
      {
        title: "Size of All Logs",
        means: "Bytes of all replicas that each broker holds.",
        worry: "It nears the size of the disk.",
        act: "See Topics for the largest; lower `retention.ms` or `retention.bytes` there.",
        kind: "timeseries",
        unit: "bytes",
        size: "third",
        queries: [{
          expr: `sum by (instance) (kafka_log_log_size{${OF_BROKER}})`,
          legend: "{{instance}}",
        }],
      },
      {
        title: "Disk Traffic",
        means:
          "Bytes that each broker's process reads from and writes to disk, past the page cache.",
        worry: "It reads much: consumers read what is no longer in the page cache.",
        act: "Find the group that is far behind; leave more memory to the page cache.",
        kind: "timeseries",
        unit: "Bps",
        size: "third",
        queries: [
          {
            expr: `rate(kafka_server_kafkaserver_linux_disk_read_bytes{${OF_BROKER}}` +
              "[$__rate_interval])",
            legend: "{{instance}} read",
          },
          {
            expr: `rate(kafka_server_kafkaserver_linux_disk_write_bytes{${OF_BROKER}}` +
              "[$__rate_interval])",
            legend: "{{instance}} written",
          },
        ],
      },
      {
        title: "Log Flush Rate",
        means: "How often a log is forced to disk: when a segment is full, or as `flush.ms` says.",
        worry: "It is high although nobody set `flush.ms` or `flush.messages`.",
        act: "Take these settings away: replication is what keeps records.",
        kind: "timeseries",
        unit: "cps",
        size: "third",
        queries: [{
          expr: `rate(kafka_log_logflushstats_logflushrateandtimems_count{${OF_BROKER}}` +
            "[$__rate_interval])",
          legend: "{{instance}}",
        }],
      },
      {
        title: "Log Flush Time p99",
        means: "How long forcing a log to disk takes; 0 until it first happens.",
        worry: "It is above a second: the disk is slow.",
        act: "Look at the disk's load: `iostat -x`.",
        kind: "timeseries",
        unit: "ms",
        size: "third",
        queries: [{
          expr: `kafka_log_logflushstats_logflushrateandtimems{${OF_BROKER},quantile="0.99"}`,
          legend: "{{instance}}",
        }],
        thresholds: worseAbove(1000),
      },
      {
        title: "Log Cleaner",
        means: "Threads of the log cleaner that died, and partitions that it cannot clean.",
        worry:
          "It is above 0: compacted topics, `__consumer_offsets` among them, grow without end.",
        act: "Read `log-cleaner.log` for the reason, then restart the broker.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [
          {
            expr: `kafka_log_logcleaner_deadthreadcount{${OF_BROKER}}`,
            legend: "{{instance}} dead threads",
          },
          {
            expr: `kafka_log_logcleanermanager_uncleanable_partitions_count{${OF_BROKER}}`,
            legend: "{{instance}} partitions not cleanable",
          },
        ],
        thresholds: worseAbove(1),
      },
      {
        title: "Replica Fetchers That Died",
        means: "Fetcher threads that stopped, and partitions that they gave up.",
        worry: "It is above 0: those replicas never come back into the ISR by themselves.",
        act: "Read `server.log` for the reason, then restart the broker.",
        kind: "timeseries",
        unit: "short",
        size: "third",
        queries: [
          {
            expr: `kafka_server_replicafetchermanager_deadthreadcount{${OF_BROKER}}`,
            legend: "{{instance}} threads",
          },
          {
            expr: `kafka_server_replicafetchermanager_failedpartitionscount{${OF_BROKER}}`,
            legend: "{{instance}} partitions",
          },
        ],
        thresholds: worseAbove(1),
      },
    ],
  },
];
