// Row of ZooKeeper's dashboard about the brokers' sessions: the same ensemble, seen from outside.
// This module is pure: no Deno APIs, no I/O.
import { type Row, worseAbove } from "./panel.ts";
import { OF_BROKER } from "./variables.ts";

const ofSession = "kafka_server_sessionexpirelistener_zookeeper";

/** How long brokers wait for ZooKeeper, and whether they lose it. */
export const SESSION_ROW: Row = {
  title: "As the Brokers See It",
  panels: [
    {
      title: "Latency for Brokers",
      means: "How long brokers wait for ZooKeeper: the middle one and the slowest of a hundred.",
      worry: "The p99 rises while Average Latency does not: the network, or the broker pauses.",
      act: "Compare with JVM, Time in GC.",
      kind: "timeseries",
      unit: "ms",
      size: "half",
      queries: [{
        expr: "kafka_server_zookeeperclientmetrics_zookeeperrequestlatencyms" +
          `{${OF_BROKER},quantile=~"0.50|0.99"}`,
        legend: "{{instance}} {{quantile}}",
      }],
    },
    {
      title: "Session Events of Brokers",
      means: "How often brokers lost the connection, and how often their session ran out.",
      worry: "A session ran out: the broker left the cluster for a while, its leaders moved.",
      act: "Look for pauses of the broker's JVM longer than `zookeeper.session.timeout.ms`.",
      kind: "timeseries",
      unit: "cps",
      size: "half",
      queries: [
        {
          expr: `rate(${ofSession}disconnects_total{${OF_BROKER}}[$__rate_interval])`,
          legend: "{{instance}} disconnected",
        },
        {
          expr: `rate(${ofSession}expires_total{${OF_BROKER}}[$__rate_interval])`,
          legend: "{{instance}} ran out",
        },
      ],
      thresholds: worseAbove(0.001),
    },
  ],
};
