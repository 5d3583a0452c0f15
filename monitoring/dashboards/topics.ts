// Topics: what goes in and out of each, how much it holds, how well it is replicated.
// This module is pure: no Deno APIs, no I/O.
import type { Dashboard } from "./panel.ts";
import { TOPIC_LOG_ROWS } from "./topic_logs.ts";
import { OF_TOPIC, TOPIC } from "./variables.ts";

const metrics = "kafka_server_brokertopicmetrics";

const rate = (metric: string, by = "topic") =>
  `sum by (${by}) (rate(${metrics}_${metric}_total{${OF_TOPIC}}[$__rate_interval]))`;

/** At a glance and traffic here, logs and replication in a file of their own. */
export const TOPICS: Dashboard = {
  uid: "kafka-topics",
  title: "Kafka Topics",
  description: "Which topic is busy, large, uneven or badly replicated.",
  variables: [TOPIC],
  rows: [
    {
      title: "At a Glance",
      panels: [
        {
          title: "Topics",
          means: "Topics of the choice above.",
          worry: "It grows by itself: something creates topics.",
          act: "`deno task topic:list`; set `auto.create.topics.enable` to `false`.",
          kind: "stat",
          unit: "short",
          size: "quarter",
          queries: [{ expr: `count(kafka_topic_partitions{${OF_TOPIC}})`, legend: "topics" }],
        },
        {
          title: "Partitions",
          means: "Partitions of these topics, without their replicas.",
          worry: "Some 4000 replicas a broker: restarts and elections become slow.",
          act: "Use fewer partitions for topics with little traffic.",
          kind: "stat",
          unit: "short",
          size: "quarter",
          queries: [{ expr: `sum(kafka_topic_partitions{${OF_TOPIC}})`, legend: "partitions" }],
        },
        {
          title: "Offsets Kept",
          means:
            "Offsets between the start and the end of the logs: at most so many records are there.",
          worry: "It is 0 although records should be kept.",
          act: "`deno task topic:describe` shows the topic's retention.",
          kind: "stat",
          unit: "short",
          size: "quarter",
          queries: [{
            expr: `sum(kafka_topic_partition_current_offset{${OF_TOPIC}}) - ` +
              `sum(kafka_topic_partition_oldest_offset{${OF_TOPIC}})`,
            legend: "offsets",
          }],
        },
        {
          title: "Size on All Disks",
          means: "Bytes of these topics' logs, all replicas together.",
          worry: "It nears the sum of the brokers' disks.",
          act: "Lower retention where it is larger than needed.",
          kind: "stat",
          unit: "bytes",
          size: "quarter",
          queries: [{ expr: `sum(kafka_log_log_size{${OF_TOPIC}})`, legend: "bytes" }],
        },
        {
          title: "Topic by Topic",
          means: "Each topic's partitions, end offsets and size, to sort by a column.",
          worry: "A topic has grown that nobody expected.",
          act: "`deno task topic:describe --topic …`, then `topic:alter` or `topic:delete`.",
          kind: "table",
          unit: "short",
          size: "full",
          queries: [
            {
              expr: `max by (topic) (kafka_topic_partitions{${OF_TOPIC}})`,
              legend: "partitions",
            },
            {
              expr: `sum by (topic) (kafka_topic_partition_current_offset{${OF_TOPIC}})`,
              legend: "end offsets, summed",
            },
            {
              expr: `sum by (topic) (kafka_log_log_size{${OF_TOPIC}})`,
              legend: "size, all replicas",
              unit: "bytes",
            },
          ],
        },
      ],
    },
    {
      title: "Traffic",
      panels: [
        {
          title: "Records In per Partition",
          means: "How fast each partition's log end offset rises.",
          worry:
            "One partition of a topic takes most: its broker and consumer carry the load alone.",
          act: "Choose keys that spread; more partitions do not help a single hot key.",
          kind: "timeseries",
          unit: "recps",
          size: "third",
          queries: [{
            expr: `rate(kafka_topic_partition_current_offset{${OF_TOPIC}}[$__rate_interval])`,
            legend: "{{topic}} {{partition}}",
          }],
        },
        {
          title: "Bytes In per Topic and Leader",
          means: "Bytes that producers write to each topic, by the broker that leads there.",
          worry: "One broker takes most of a topic.",
          act: "See Leaders per Broker; add partitions, or let leaders go back.",
          kind: "timeseries",
          unit: "Bps",
          size: "third",
          queries: [{ expr: rate("bytesin", "topic, instance"), legend: "{{topic}} {{instance}}" }],
        },
        {
          title: "Bytes Out per Topic and Leader",
          means: "Bytes that consumers read of each topic, by the broker they read from.",
          worry: "Many times what comes in: groups read it again and again.",
          act: "See Consumer Groups for who reads the topic.",
          kind: "timeseries",
          unit: "Bps",
          size: "third",
          queries: [{
            expr: rate("bytesout", "topic, instance"),
            legend: "{{topic}} {{instance}}",
          }],
        },
        {
          title: "Produce Requests per Topic",
          means:
            "Parts of `Produce` requests that are for each topic, whether they succeed or not.",
          worry: "About as many as records: nothing is batched.",
          act: "Raise the producers' `linger.ms` and `batch.size`.",
          kind: "timeseries",
          unit: "reqps",
          size: "third",
          queries: [{ expr: rate("totalproducerequests"), legend: "{{topic}}" }],
        },
        {
          title: "Fetch Requests per Topic",
          means: "Parts of `Fetch` requests that are for each topic, of consumers and followers.",
          worry: "Far more than records: consumers poll for next to nothing.",
          act: "Raise the consumers' `fetch.min.bytes` and `fetch.max.wait.ms`.",
          kind: "timeseries",
          unit: "reqps",
          size: "third",
          queries: [{ expr: rate("totalfetchrequests"), legend: "{{topic}}" }],
        },
        {
          title: "Records per Produce Request",
          means: "How many records a request brings to a topic, on average.",
          worry: "Near 1 with much traffic: each record costs a request.",
          act: "Raise `linger.ms`; do not wait for each record before sending the next.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `${rate("messagesin")} / ${rate("totalproducerequests")}`,
            legend: "{{topic}}",
          }],
        },
        {
          title: "Average Record Size",
          means: "Bytes of a record as it came, compressed, with its share of the batch's head.",
          worry: "It is far from what the producers should send.",
          act: "Read some: `deno task consume --topic …`.",
          kind: "timeseries",
          unit: "bytes",
          size: "third",
          queries: [{ expr: `${rate("bytesin")} / ${rate("messagesin")}`, legend: "{{topic}}" }],
        },
      ],
    },
    ...TOPIC_LOG_ROWS,
  ],
};
