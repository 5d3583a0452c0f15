import { assertEquals, assertThrows } from "@std/assert";
import type { Facts } from "../../../../infra/engine/plan/facts.ts";
import { describePlan } from "../../../../infra/engine/plan/plan.ts";
import { planDown, planStop, planUp, type Wish } from "../../../../infra/engine/plan/plan_up.ts";
import { defineStack, Failure, type StackSpec } from "../../../../infra/spec/mod.ts";
import { renderNative } from "../../render/_render.ts";
import { DIR, MONITORING } from "../_fake_stack.ts";

const Z = "zookeeper1, zookeeper2, zookeeper3";
const K = "kafka1, kafka2, kafka3";
const M = "lag_exporter, prometheus, grafana";

const describe = (spec: StackSpec = {}): Wish => {
  const stack = defineStack({ dir: DIR, ...spec });
  const monitoring = spec.monitoring?.enabled === false ? undefined : MONITORING;
  return { stack, services: renderNative(stack, DIR, monitoring).services, timeoutMs: 60_000 };
};
const WISH = describe();
const BARE = describe({ monitoring: { enabled: false } });

/** What is seen when these services run, as they are described. */
function seen(wish: Wish, running: readonly string[], others: Partial<Facts> = {}): Facts {
  const services = wish.services.filter(({ name }) => running.includes(name));
  return {
    running: new Map(services.map(({ name, fingerprint }, pid) => [name, {
      ...{ name, pid, startTime: "", fingerprint },
    }])),
    ...{ staleFiles: [], ensembleChange: undefined, ensembleData: [], brokersHaveData: false },
    ...{ gone: [], killed: [], ...others },
  };
}
const all = (wish: Wish) => wish.services.map(({ name }) => name);
const lines = (wish: Wish, facts: Facts) => describePlan(planUp(wish, facts));

Deno.test("planUp() starts the ensemble, then the brokers, and what monitors them when they are ready", () => {
  const { steps, started, kept } = planUp(WISH, seen(WISH, [], { staleFiles: ["a", "b"] }));
  assertEquals(describePlan({ steps, started, kept }), [
    "writes 2 files",
    `starts ${Z}: not running`,
    `starts ${K}: not running; before: ${Z} accept connections`,
    "proves that the cluster works, with 3 brokers",
    `starts ${M}: not running`,
    `waits until ${M} are ready`,
  ]);
  assertEquals([started, kept], [all(WISH), []]);
  assertEquals(steps[0], { kind: "prepare", services: all(WISH) });
  assertEquals(steps[3], {
    kind: "start",
    services: K.split(", "),
    reason: "not running",
    gates: [{ kind: "alive", services: Z.split(", "), timeoutMs: 60_000 }],
  });
});

Deno.test("planUp() touches nothing that is right, and proves it all the same", () => {
  const { steps, started, kept } = planUp(BARE, seen(BARE, all(BARE)));
  assertEquals(steps, [{ kind: "write", files: 0 }, {
    ...{ kind: "prove", services: all(BARE), timeoutMs: 60_000, meanwhile: [] },
    nodes: { ids: [1, 2, 3], controllers: [], all: true },
  }]);
  assertEquals([started, kept], [[], all(BARE)]);
});

Deno.test("planUp() restarts brokers in turn, each with its reason, and proves the cluster in between", () => {
  const edited = describe({
    monitoring: { enabled: false },
    brokers: { each: { 2: { config: { "num.io.threads": 4 } } } },
  });
  const file = "kafka/config/kafka2/server.properties";
  const facts = { ...seen(BARE, all(BARE)), staleFiles: [file] };
  const proof = "proves that the cluster works, with 3 brokers";
  assertEquals(lines(edited, facts), [
    ...["writes 1 file", proof, "restarts kafka2: server.properties changed"],
    ...["starts kafka2; before: ZooKeeper ends the session of kafka2", proof],
    `keeps ${Z}, kafka1, kafka3`,
  ]);
  // Already written by `render`, or another Java.
  assertEquals(
    lines(edited, { ...facts, staleFiles: [] })[1],
    "restarts kafka2: settings or program changed",
  );
});

Deno.test("planUp() restarts brokers with their ensemble: without it they cannot go on", () => {
  const edited = describe({
    monitoring: { enabled: false },
    zookeepers: { config: { tickTime: 3000 } },
    brokers: { config: { "num.io.threads": 4 } },
  });
  const plan = lines(edited, seen(BARE, all(BARE)));
  assertEquals(plan[0], `restarts ${Z}, ${K}: settings or program changed`);
  assertEquals(plan.filter((line) => line.startsWith("restarts")).length, 1);
});

Deno.test("planUp() stops what is no longer in the stack's description, unless single services are asked for", () => {
  const four = describe({ brokers: { count: 4 }, monitoring: { enabled: false } });
  const facts = seen(four, all(four));
  assertEquals(
    lines({ ...BARE, services: BARE.services }, facts).filter((line) => line.startsWith("stops")),
    ["stops kafka4: no longer in the stack's description"],
  );
  const only = lines({ ...BARE, only: ["kafka1"] }, facts);
  assertEquals(only, ["proves that the cluster works, with 3 brokers", "keeps kafka1"]);
});

Deno.test("planUp() lets a broker that was killed wait for its session's end, the others not", () => {
  assertEquals(
    lines(BARE, seen(BARE, [], { killed: ["kafka2"] })).filter((line) => /kafka/.test(line)),
    [
      `starts kafka1, kafka3: not running; before: ${Z} accept connections`,
      `starts kafka2: not running; before: ${Z} accept connections; before: ` +
      "ZooKeeper ends the session of kafka2",
    ],
  );
});

Deno.test("planUp() starts a broker whose data is gone last, if nothing is lost by that", () => {
  const facts = seen(BARE, Z.split(", "), { gone: ["kafka1"], killed: ["kafka1"] });
  assertEquals(lines(BARE, facts).slice(0, 2), [
    "starts kafka2, kafka3: not running",
    "starts kafka1: not running; before: nothing is lost when kafka1 begins empty; before: " +
    "ZooKeeper ends the session of kafka1",
  ]);
});

Deno.test("planUp() lets an empty ZooKeeper in when a majority that has data serves, or refuses", () => {
  const data = { brokersHaveData: true, ensembleData: ["zookeeper1", "zookeeper3"] };
  assertEquals(lines(BARE, seen(BARE, ["zookeeper1"], data)).slice(0, 2), [
    "starts zookeeper3: not running",
    "starts zookeeper2: not running; before: zookeeper1, zookeeper3 are ready",
  ]);
  const { message } = assertThrows(
    () => planUp({ ...BARE, only: ["zookeeper2"] }, seen(BARE, ["zookeeper1"], data)),
    Failure,
  );
  assertEquals(
    message,
    "zookeeper2 has no data (/s/zookeeper/data/zookeeper2), and no majority of the ensemble runs " +
      "that could give it",
  );
  // New, or without a broker that could miss anything.
  const lost = { ...data, brokersHaveData: false };
  assertEquals(lines(BARE, seen(BARE, [], lost))[0], `starts ${Z}: not running`);
});

Deno.test("planUp() changes the ensemble's size before it starts anything, from nothing that runs", () => {
  const change = { ensemble: { members: [1] }, to: [1, 2, 3] };
  const facts = seen(BARE, ["zookeeper1", ...K.split(", ")], { ensembleChange: change });
  assertEquals(lines(BARE, facts).slice(0, 3), [
    "changes the ensemble from 1 to 3: the brokers stop meanwhile",
    `starts ${Z}: not running`,
    `starts ${K}; before: ${Z} accept connections; before: ZooKeeper ends the sessions of ${K}`,
  ]);
});

Deno.test("planUp() of a restart stops what it starts again, all at once", () => {
  const only = ["zookeeper1", "kafka1", "kafka2"];
  const facts = seen(BARE, ["zookeeper1", "zookeeper2", "zookeeper3", "kafka1"]);
  assertEquals(lines({ ...BARE, only, restart: true }, facts), [
    "restarts zookeeper1, kafka1",
    "starts zookeeper1",
    "starts kafka1, kafka2: not running; before: zookeeper1 accepts connections; before: " +
    "ZooKeeper ends the session of kafka1",
    "proves that the cluster works, with 2 brokers",
  ]);
});

Deno.test("planUp() of ZooKeepers alone waits for them, and proves no cluster", () => {
  const only = ["zookeeper1", "zookeeper2"];
  assertEquals(lines({ ...BARE, only }, seen(BARE, [])), [
    "starts zookeeper1, zookeeper2: not running",
    "waits until zookeeper1, zookeeper2 are ready",
  ]);
});

Deno.test("planStop() and planDown() stop what they are given, and say nothing when that is nothing", () => {
  assertEquals(describePlan(planStop(["kafka1"])), ["stops kafka1"]);
  assertEquals(planStop([]).steps, []);
  assertEquals(planDown(["kafka1"]).steps.map(({ kind }) => kind), ["stop", "release"]);
});

const KRAFT = describe({ mode: "kraft", monitoring: { enabled: false } });

Deno.test("planUp() in KRaft mode starts all nodes at once, and lets them vote once they answer", () => {
  const { steps } = planUp(KRAFT, seen(KRAFT, []));
  assertEquals(describePlan({ steps, started: [], kept: [] }), [
    `starts ${K}: not running`,
    "proves that the cluster works, with 3 brokers",
    "lets the stack's controllers vote, and no others",
  ]);
  assertEquals(steps.at(-1), {
    ...{ kind: "prove", services: K.split(", "), timeoutMs: 60_000 },
    nodes: { ids: [1, 2, 3], controllers: [1, 2, 3], all: true },
    meanwhile: [{ kind: "vote", timeoutMs: 60_000 }],
  });
  // Of single nodes it is not known who of the others is stopped on purpose.
  const only = planUp({ ...KRAFT, only: ["kafka1"] }, seen(KRAFT, ["kafka2"]));
  assertEquals(only.steps.at(-1), {
    ...{ kind: "prove", services: ["kafka1"], timeoutMs: 60_000, meanwhile: [] },
    nodes: { ids: [1, 2], controllers: [1, 2], all: false },
  });
});

Deno.test("planUp() in KRaft mode lets nodes that leave stop voting before they are stopped", () => {
  const one = describe({
    mode: "kraft",
    brokers: { count: 1 },
    monitoring: { enabled: false },
  });
  assertEquals(lines(one, seen(KRAFT, K.split(", "))).slice(0, 2), [
    "lets the stack's controllers vote, and no others",
    "stops kafka2, kafka3: no longer in the stack's description",
  ]);
});

Deno.test("planUp() starts controllers of their own with the brokers that need them", () => {
  const apart = describe({
    mode: "kraft",
    controllers: { count: 3 },
    brokers: { count: 2 },
    monitoring: { enabled: false },
  });
  assertEquals(
    lines(apart, seen(apart, []))[0],
    "starts controller1, controller2, controller3, kafka1, kafka2: not running",
  );
  // A broker that leaves is no voter: the quorum, which may not even run yet, is not asked first.
  assertEquals(
    lines(apart, seen(KRAFT, K.split(", ")))[0],
    "stops kafka3: no longer in the stack's description",
  );
});

Deno.test("planUp() in KRaft mode waits for no session of ZooKeeper", () => {
  const facts = seen(KRAFT, ["kafka1"], { killed: ["kafka2"] });
  assertEquals(lines({ ...KRAFT, only: ["kafka1", "kafka2"], restart: true }, facts).slice(0, 2), [
    "restarts kafka1",
    "starts kafka1, kafka2: not running",
  ]);
});
