import { assertEquals } from "@std/assert";
import type { Observed } from "../../../monitoring/top/build.ts";
import { parseMetrics } from "../../../monitoring/top/metrics.ts";
import { type Kind, readSample } from "../../../monitoring/top/samples.ts";
import { drawScreen } from "../../../monitoring/top/screen.ts";
import { advance } from "../../../monitoring/top/state.ts";

const observed = (name: string, kind: Kind, text: string): Observed => ({
  name,
  kind,
  at: 7000,
  sample: readSample(kind, parseMetrics(text)),
});

const controller = (name: string, active: 0 | 1, leader: number, offline: number) =>
  observed(
    name,
    "controller",
    `kafka_controller_kafkacontroller_activecontrollercount ${active}
kafka_controller_kafkacontroller_offlinepartitionscount ${offline}
kafka_controller_kafkacontroller_lastappliedrecordlagms ${active ? 31_000 : 512}
kafka_server_raft_current_leader ${leader}
kafka_server_raft_current_epoch 39
`,
  );

const broker = observed("kafka1", "broker", "kafka_server_kafkaserver_brokerstate 3\n");

const viewOf = (...services: Observed[]) => advance(undefined, { at: 0, services }).view;
const linesOf = (...services: Observed[]) =>
  drawScreen(
    { view: viewOf(...services), title: "s", about: "", clock: "", foot: "" },
    { columns: 120, rows: Infinity },
  ).map((line) => line.map(({ text }) => text).join(""));

const three = [
  controller("controller1", 0, 2, 0),
  controller("controller2", 1, 2, 4),
  controller("controller3", 0, -1, 0),
];

Deno.test("KRaft's controllers that are no brokers have their role, epoch and lag", () => {
  const down: Observed = { name: "controller4", kind: "controller", at: 7000, failure: "down" };
  const { quorum, cluster, zookeepers } = viewOf(broker, ...three, down);
  assertEquals(quorum, [
    { name: "controller1", state: "follower", online: true, epoch: 39, metadataLagMs: 512 },
    { name: "controller2", state: "leader", online: true, epoch: 39, metadataLagMs: 31_000 },
    { name: "controller3", state: "no quorum", online: false, epoch: 39, metadataLagMs: 512 },
    { name: "controller4", state: "down", online: false },
  ]);
  assertEquals([cluster.controllers, cluster.quorumOnline, cluster.quorum], [
    ["controller2"],
    2,
    4,
  ]);
  assertEquals(cluster.offlinePartitions, 4);
  assertEquals(zookeepers, []);
});

Deno.test("the screen of a KRaft stack has its controllers, and nothing of ZooKeeper", () => {
  const lines = linesOf(broker, ...three);
  const text = lines.join("\n");
  assertEquals(/ZooKeeper/i.test(text), false);
  assertEquals(text.includes("controller controller2"), true);
  assertEquals(text.includes("quorum 2/3"), true);
  const [head, first] = lines.slice(lines.findIndex((line) => line.includes("CONTROLLER")));
  assertEquals(head!.trim().split(/\s{2,}/), [
    ...["CONTROLLER", "STATE", "EPOCH", "METADATA LAG", "HEAP", "CPU"],
  ]);
  assertEquals(first!.trim().split(/\s+/).slice(0, 3), ["controller1", "follower", "39"]);
});

Deno.test("brokers that are controllers too have no table of controllers", () => {
  const { quorum, cluster } = viewOf(broker);
  assertEquals([quorum, cluster.quorum], [undefined, undefined]);
  assertEquals(linesOf(broker).filter((line) => /CONTROLLER|quorum/.test(line)), []);
});
