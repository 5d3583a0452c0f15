// Rows of the brokers' dashboard about requests: how many, how many fail, where their time goes.
// This module is pure: no Deno APIs, no I/O.
import { type Panel, type Row, worseAbove } from "./panel.ts";
import { OF_BROKER } from "./variables.ts";

const requests = "kafka_network_requestmetrics";
const topics = "kafka_server_brokertopicmetrics";
const chosen = `${OF_BROKER},request=~"$request"`;

/** A percentile of a request's time, or of a part of it. */
const latency = (
  { metric, quantile, ...said }:
    & { readonly metric: string; readonly quantile: "0.50" | "0.99" | "0.999" }
    & Pick<Panel, "title" | "means" | "worry" | "act">,
): Panel => ({
  ...said,
  kind: "timeseries",
  unit: "ms",
  size: "third",
  queries: [{
    expr: `${requests}_${metric}{${chosen},quantile="${quantile}"}`,
    legend: "{{instance}} {{request}}",
  }],
});

/** Rates, errors, sizes; then latencies from the whole to its parts. */
export const REQUEST_ROWS: readonly Row[] = [
  {
    title: "Requests",
    panels: [
      {
        title: "Request Rate",
        means: "Requests of each kind. `Fetch` is the sum of `FetchConsumer` and `FetchFollower`.",
        worry: "A kind comes many times as often as usual.",
        act:
          "Many `Metadata` or `ApiVersions`: a client connects again and again. Many `Produce`: " +
          "raise `linger.ms`.",
        kind: "timeseries",
        unit: "reqps",
        size: "third",
        queries: [{
          expr: "sum by (instance, request) " +
            `(rate(${requests}_requests_total{${chosen}}[$__rate_interval]))`,
          legend: "{{instance}} {{request}}",
        }],
      },
      {
        title: "Request Errors",
        means: "Requests answered with an error, by its name in Kafka's protocol.",
        worry:
          "Errors go on. A few `NOT_LEADER_OR_FOLLOWER` or `NOT_COORDINATOR` are normal when " +
          "leaders move.",
        act: "The error's name says what is wrong: `UNKNOWN_TOPIC_OR_PARTITION` is a client that " +
          "asks for a topic which does not exist.",
        kind: "timeseries",
        unit: "reqps",
        size: "third",
        queries: [{
          expr: "sum by (instance, request, error) " +
            `(rate(${requests}_errors_total{${chosen},error!="NONE"}[$__rate_interval]))`,
          legend: "{{instance}} {{request}} {{error}}",
        }],
        needs: "refused request",
      },
      {
        title: "Failed Produce and Fetch Requests",
        means: "Writes and reads of partitions that the broker could not serve.",
        worry: "It stays above 0.",
        act: "Read the broker's `server.log`; see At and Under Min ISR.",
        kind: "timeseries",
        unit: "reqps",
        size: "third",
        queries: [
          {
            expr: `rate(${topics}_failedproducerequests_total{${OF_BROKER},topic=""}` +
              "[$__rate_interval])",
            legend: "{{instance}} produce",
          },
          {
            expr: `rate(${topics}_failedfetchrequests_total{${OF_BROKER},topic=""}` +
              "[$__rate_interval])",
            legend: "{{instance}} fetch",
          },
        ],
        thresholds: worseAbove(0.01),
      },
      {
        title: "Request Size p99",
        means: "Bytes of 99 in 100 requests of each kind at most.",
        worry: "`Produce` nears `message.max.bytes`: larger batches are refused.",
        act: "Lower the producers' `max.request.size`, or raise `message.max.bytes`.",
        kind: "timeseries",
        unit: "bytes",
        size: "third",
        queries: [{
          expr: `${requests}_requestbytes{${chosen},quantile="0.99"}`,
          legend: "{{instance}} {{request}}",
        }],
      },
      {
        title: "Rejected Bytes and Records",
        means: "Bytes of batches that were too large, and records that failed validation.",
        worry: "It is above 0: a producer loses what it sends, or retries for ever.",
        act: "`bytes`: compare `max.message.bytes` of the topic with the producer's settings. " +
          "`checksum`: suspect memory or network.",
        kind: "timeseries",
        unit: "cps",
        size: "third",
        queries: [
          {
            expr: `rate(${topics}_bytesrejected_total{${OF_BROKER},topic=""}[$__rate_interval])`,
            legend: "{{instance}} bytes",
          },
          {
            expr: `rate(${topics}_invalidmessagecrcrecords_total{${OF_BROKER}}[$__rate_interval])`,
            legend: "{{instance}} checksum",
          },
          {
            expr: `rate(${topics}_invalidoffsetorsequencerecords_total{${OF_BROKER}}` +
              "[$__rate_interval])",
            legend: "{{instance}} sequence",
          },
        ],
      },
      {
        title: "Message Conversions",
        means: "Requests whose batches a broker must rewrite for an old client.",
        worry: "It stays above 0: conversion costs memory, processor time and zero-copy.",
        act: "Bring the clients up to date.",
        kind: "timeseries",
        unit: "reqps",
        size: "third",
        queries: [
          {
            expr: `rate(${topics}_producemessageconversions_total{${OF_BROKER},topic=""}` +
              "[$__rate_interval])",
            legend: "{{instance}} produce",
          },
          {
            expr: `rate(${topics}_fetchmessageconversions_total{${OF_BROKER},topic=""}` +
              "[$__rate_interval])",
            legend: "{{instance}} fetch",
          },
        ],
      },
    ],
  },
  {
    title: "Latency",
    panels: [
      latency({
        title: "Total Time p50",
        metric: "totaltimems",
        quantile: "0.50",
        means: "The time of the middle one of the last requests, from its arrival to its answer.",
        worry: "`Produce` is several times its usual. `Fetch` may wait `fetch.max.wait.ms` when " +
          "there is nothing to read.",
        act: "The panels below show which part of the time grew.",
      }),
      latency({
        title: "Total Time p99",
        metric: "totaltimems",
        quantile: "0.99",
        means: "The time within which 99 of 100 requests were answered.",
        worry: "`Produce` takes more than some 100 ms, or rises while the rate does not.",
        act: "The panels below show which part of the time grew.",
      }),
      latency({
        title: "Total Time p99.9",
        metric: "totaltimems",
        quantile: "0.999",
        means: "The time of the slowest of 1000 requests.",
        worry: "It nears the clients' `request.timeout.ms` (30 s): they send again.",
        act: "Compare with Time spent in GC: pauses show here first.",
      }),
      latency({
        title: "Request Queue Time p99",
        metric: "requestqueuetimems",
        quantile: "0.99",
        means: "How long requests wait for a request handler.",
        worry: "It is a large part of the total: handlers are busy.",
        act: "See Request Handler Idle; raise `num.io.threads`, or add brokers.",
      }),
      latency({
        title: "Local Time p99",
        metric: "localtimems",
        quantile: "0.99",
        means: "How long the leader works on a request: for `Produce`, the write to its log.",
        worry: "It rises: the disk is slow, or the page cache is too small.",
        act: "See Disk Traffic; leave more memory to the page cache.",
      }),
      latency({
        title: "Remote Time p99",
        metric: "remotetimems",
        quantile: "0.99",
        means: "How long a request waits for others: `Produce` for followers, `Fetch` for records.",
        worry: "`Produce` waits long: followers are slow.",
        act: "See Replication Lag for the slow follower.",
      }),
      latency({
        title: "Response Queue Time p99",
        metric: "responsequeuetimems",
        quantile: "0.99",
        means: "How long answers wait for a network thread.",
        worry: "It is more than a few milliseconds.",
        act: "See Network Processor Idle; raise `num.network.threads`.",
      }),
      latency({
        title: "Response Send Time p99",
        metric: "responsesendtimems",
        quantile: "0.99",
        means: "How long it takes to send answers.",
        worry: "It rises for `FetchConsumer`: the network or the client is slow, or old records " +
          "are read from disk.",
        act: "Check the consumers' hosts and the network between.",
      }),
      latency({
        title: "Throttle Time p99",
        metric: "throttletimems",
        quantile: "0.99",
        means: "How long answers are held back because of a quota.",
        worry: "It is above 0 although nobody should be limited.",
        act:
          "List the quotas: `kafka-configs --describe --entity-type clients` in `deno task shell`.",
      }),
    ],
  },
];
