// Panels of the overview about who decides in the cluster, which is not the same in both modes.
// This module is pure: no Deno APIs, no I/O.
import { SERVING_ZOOKEEPERS } from "../alerts.ts";
import { VOTERS, VOTERS_IN_QUORUM } from "../kraft_alerts.ts";
import { exactly, type Panel, worseBelow } from "./panel.ts";

/** What is the same in both modes. */
const IN_BOTH_MODES = {
  title: "Active Controller",
  kind: "stat",
  unit: "none",
  size: "quarter",
  queries: [{
    expr: "sum(kafka_controller_kafkacontroller_activecontrollercount) or vector(0)",
    legend: "controllers",
  }],
  thresholds: exactly(1),
} as const;

/** How many hold the controller's role. */
export const ACTIVE_CONTROLLER: readonly Panel[] = [
  {
    ...IN_BOTH_MODES,
    only: "zookeeper",
    means: "Brokers that hold the controller's role: elections and changes of topics are its work.",
    worry: "It is not 1 for longer than an election takes: with 0 no leader is elected, with 2 " +
      "two of them decide.",
    act: "Look at ZooKeeper's quorum first, then in the brokers' `controller.log`.",
  },
  {
    ...IN_BOTH_MODES,
    only: "kraft",
    means: "Controllers that lead the quorum: elections and changes of topics are their work.",
    worry:
      "It is not 1 for longer than an election takes: with 0 no leader of a partition is elected, " +
      "with 2 one of them has not noticed that it leads no more.",
    act: "See KRaft: has the quorum enough voters? Then read `controller.log` of the controllers.",
  },
];

/** How much of the quorum is there. */
export const QUORUM: readonly Panel[] = [
  {
    title: "ZooKeeper Quorum",
    only: "zookeeper",
    means: "The share of ZooKeepers that follow or lead.",
    worry: "Below 100 % one is missing; without a majority no change is possible in the cluster.",
    act: "`deno task status` names the one that is missing; see the ZooKeeper dashboard.",
    kind: "stat",
    unit: "percentunit",
    size: "quarter",
    queries: [{
      expr: `(${SERVING_ZOOKEEPERS}) / ` +
        "(max(zookeeper_quorumsize) or vector(1))",
      legend: "in the quorum",
    }],
    thresholds: worseBelow(1, 0.501),
  },
  {
    title: "KRaft Quorum",
    only: "kraft",
    means: "The share of voters that follow a leader or lead.",
    worry: "Below 100 % one is missing; without a majority no change is possible in the cluster.",
    act: "`deno task status` names the one that is missing; see the KRaft dashboard.",
    kind: "stat",
    unit: "percentunit",
    size: "quarter",
    queries: [{ expr: `(${VOTERS_IN_QUORUM}) / ${VOTERS}`, legend: "in the quorum" }],
    thresholds: worseBelow(1, 0.501),
  },
];
