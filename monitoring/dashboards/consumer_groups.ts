// Consumer groups: how far behind they are, whether they catch up, who is in them.
// This module is pure: no Deno APIs, no I/O.
import { COORDINATOR_ROW } from "./group_coordinators.ts";
import { type Dashboard, worseAbove, worseBelow } from "./panel.ts";
import { GROUP, GROUP_TOPIC, OF_GROUP } from "./variables.ts";

const lag = `kafka_consumergroup_lag{${OF_GROUP}}`;
const committed = `kafka_consumergroup_current_offset{${OF_GROUP}}`;
const members = 'kafka_consumergroup_members{consumergroup=~"$group"}';

/** Lag comes from the lag exporter: brokers do not know it; the coordinators' part from brokers. */
export const CONSUMER_GROUPS: Dashboard = {
  uid: "kafka-consumer-groups",
  title: "Kafka Consumer Groups",
  description: "Does each group keep up, and if not, where is it stuck?",
  variables: [GROUP, GROUP_TOPIC],
  rows: [
    {
      title: "At a Glance",
      panels: [
        {
          title: "Total Lag",
          means: "Records that the chosen groups have not read yet.",
          worry: "It grows and does not come down again.",
          act: "Lag per Group names the group, Lag per Partition the place.",
          kind: "stat",
          unit: "short",
          size: "quarter",
          queries: [{ expr: `sum(${lag})`, legend: "records" }],
        },
        {
          title: "Groups",
          means: "Consumer groups that the brokers know.",
          worry: "It grows by itself: a client makes a group for each start.",
          act: "`deno task group:list`; give clients a fixed `group.id`.",
          kind: "stat",
          unit: "short",
          size: "quarter",
          queries: [{ expr: `count(${members})`, legend: "groups" }],
        },
        {
          title: "Members",
          means: "Consumers in the chosen groups now.",
          worry: "Fewer than were started; more than the topic has partitions are idle.",
          act: "`deno task group:describe` shows who has which partition.",
          kind: "stat",
          unit: "short",
          size: "quarter",
          queries: [{ expr: `sum(${members})`, legend: "members" }],
        },
        {
          title: "Lag Exporter",
          means: "Whether the brokers answered all that the lag exporter asked last.",
          worry: "They did not: what is shown of lag is old, or some of it is missing.",
          act: "`deno task status`, then `deno task logs` of the exporter.",
          kind: "stat",
          unit: "none",
          size: "quarter",
          queries: [{ expr: "min(kafka_lag_exporter_up)", legend: "lag exporter" }],
          words: { 0: "not all", 1: "well" },
          thresholds: worseBelow(1),
        },
      ],
    },
    {
      title: "Lag",
      panels: [
        {
          title: "Lag per Group",
          means: "Records between what a group has committed and the ends of its partitions.",
          worry: "It grows steadily. Peaks that come down again are work being done.",
          act: "Add consumers up to the number of partitions, or make them faster.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{ expr: `sum by (consumergroup) (${lag})`, legend: "{{consumergroup}}" }],
        },
        {
          title: "Lag per Topic",
          means: "The lag of each group, by topic.",
          worry: "One topic of a group is left behind.",
          act: "Look at the consumers that are assigned to it.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `sum by (consumergroup, topic) (${lag})`,
            legend: "{{consumergroup}} {{topic}}",
          }],
        },
        {
          title: "Lag per Partition",
          means: "The lag of each group in each partition.",
          worry:
            "One partition stands still while others move: a record that cannot be processed, " +
            "a hot key, or a member that hangs.",
          act: "`deno task group:describe` names the member; read the record at that offset.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `sum by (consumergroup, topic, partition) (${lag})`,
            legend: "{{consumergroup}} {{topic}} {{partition}}",
          }],
        },
        {
          title: "Largest Lags",
          means: "The ten partitions that are furthest behind now.",
          worry: "They all belong to one member or one broker.",
          act: "Restart that member; see Brokers for that broker.",
          kind: "bargauge",
          unit: "short",
          size: "third",
          queries: [{
            expr: `topk(10, sum by (consumergroup, topic, partition) (${lag}))`,
            legend: "{{consumergroup}} {{topic}} {{partition}}",
          }],
        },
        {
          title: "Lag Grows By",
          means:
            "How many records a second the lag of each group grew in five minutes; below 0 it " +
            "catches up.",
          worry: "It stays above 0.",
          act: "The group needs to be faster by so many records a second.",
          kind: "timeseries",
          unit: "recps",
          size: "third",
          queries: [{
            expr: `sum by (consumergroup) (deriv(${lag}[5m]))`,
            legend: "{{consumergroup}}",
          }],
        },
        {
          title: "Time to Catch Up",
          means:
            "How long the group needs for its lag at its present speed, if no more records came; " +
            "so old, about, is what it reads now.",
          worry:
            "Longer than the work may be late, or longer than the retention: records are lost " +
            "to the group.",
          act: "Make the group faster; raise the topic's retention meanwhile.",
          kind: "timeseries",
          unit: "s",
          size: "third",
          queries: [{
            expr: `sum by (consumergroup) (${lag}) / clamp_min(sum by (consumergroup) ` +
              `(rate(${committed}[$__rate_interval])), 0.001)`,
            legend: "{{consumergroup}}",
          }],
          thresholds: worseAbove(60, 600),
        },
        {
          title: "Lag That Nobody Works On",
          means: "The lag of groups without members.",
          worry: "It is above 0: the group's consumers are all gone.",
          act: "Start them; or delete the group if nobody needs it.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{
            expr: `sum by (consumergroup) (${lag}) * on (consumergroup) ` +
              `max by (consumergroup) (${members} == bool 0)`,
            legend: "{{consumergroup}}",
          }],
          thresholds: worseAbove(1),
        },
      ],
    },
    {
      title: "Progress",
      panels: [
        {
          title: "Consumed per Group and Topic",
          means: "How fast each group's committed offsets rise.",
          worry: "0 while there is lag: the group is stuck, or does not commit.",
          act: "Read the consumers' logs; `deno task group:describe`.",
          kind: "timeseries",
          unit: "recps",
          size: "third",
          queries: [{
            expr: `sum by (consumergroup, topic) (rate(${committed}[$__rate_interval]))`,
            legend: "{{consumergroup}} {{topic}}",
          }],
        },
        {
          title: "Produced to Their Topics",
          means: "How fast the ends of these topics rise: what a group must keep up with.",
          worry: "It is above what the group consumes for long.",
          act: "Compare with the panel before this one: the difference is what is missing.",
          kind: "timeseries",
          unit: "recps",
          size: "third",
          queries: [{
            expr: "sum by (topic) (rate(kafka_topic_partition_current_offset" +
              '{topic=~"$topic"}[$__rate_interval]))',
            legend: "{{topic}}",
          }],
        },
        {
          title: "Members per Group",
          means: "Consumers in each group.",
          worry: "It falls or jumps: consumers crash, or are thrown out as too slow.",
          act: "Compare with Rebalances; lower `max.poll.records` or raise `max.poll.interval.ms`.",
          kind: "timeseries",
          unit: "short",
          size: "third",
          queries: [{ expr: members, legend: "{{consumergroup}}" }],
        },
        {
          title: "Committed and End Offsets",
          means:
            "For each group and partition: where the group is, where the log ends, and the lag.",
          worry: "A committed offset does not move from refresh to refresh while the end does.",
          act: "`deno task group:reset` moves it, when the records between may be read again or " +
            "left out.",
          kind: "table",
          unit: "none",
          size: "full",
          queries: [
            {
              expr: `max by (consumergroup, topic, partition) (${committed})`,
              legend: "committed",
            },
            {
              expr: "max by (consumergroup, topic, partition) " +
                `(${committed} * 0 + on (topic, partition) group_left ` +
                'max by (topic, partition) (kafka_topic_partition_current_offset{topic=~"$topic"}))',
              legend: "end",
            },
            { expr: `max by (consumergroup, topic, partition) (${lag})`, legend: "lag" },
          ],
        },
      ],
    },
    COORDINATOR_ROW,
  ],
};
