import { assertEquals, assertThrows } from "@std/assert";
import {
  defineStack,
  inMode,
  InvalidSpec,
  modeProblem,
  nodesOf,
  quorumBootstrapServers,
  type StackSpec,
  votersOf,
  withKafkaVersion,
} from "../../../infra/spec/mod.ts";

const problemsOf = (spec: StackSpec) =>
  assertThrows(() => defineStack(spec), InvalidSpec).problems.map((p) => `${p.path}: ${p.reason}`);
const namesOf = (nodes: readonly { readonly name: string }[]) =>
  nodes.map(({ name }) => name).join();

Deno.test("defineStack() makes the first three brokers controllers too, or the first of fewer", () => {
  const of = (count: number) => {
    const stack = defineStack({ mode: "kraft", brokers: { count } });
    return [namesOf(nodesOf(stack)), namesOf(votersOf(stack))];
  };
  assertEquals(of(1), ["kafka1", "kafka1"]);
  assertEquals(of(2), ["kafka1,kafka2", "kafka1"]);
  assertEquals(of(3), ["kafka1,kafka2,kafka3", "kafka1,kafka2,kafka3"]);
  assertEquals(of(5), ["kafka1,kafka2,kafka3,kafka4,kafka5", "kafka1,kafka2,kafka3"]);
});

Deno.test("defineStack() describes controllers of their own, with ids that no broker has", () => {
  const stack = defineStack({
    mode: "kraft",
    portOffset: 100,
    controllers: { config: { a: 1 }, each: { 2: { port: 9500, heap: "128m", config: { b: 2 } } } },
  });
  assertEquals(namesOf(nodesOf(stack)), "controller1,controller2,controller3,kafka1,kafka2,kafka3");
  assertEquals(votersOf(stack), [...stack.controllers]);
  assertEquals(stack.controllers[1], {
    name: "controller2",
    id: 2,
    nodeId: 102,
    heapMiB: 128,
    config: { a: 1, b: 2 },
    directories: {
      config: "kafka/config/controller2",
      data: "kafka/log/controller2/log",
      log: "kafka/log/controller2",
    },
    controllerPort: 9600,
    exporterPort: 8583,
  });
  assertEquals(
    quorumBootstrapServers(stack),
    "controller1:9492,controller2:9600,controller3:9494",
  );
});

Deno.test("defineStack() takes the version of the mode, or the one that is asked for", () => {
  const of = (spec: StackSpec) => {
    const { kafkaVersion, docker: { images } } = defineStack(spec);
    return [kafkaVersion, images.kafka];
  };
  assertEquals(of({}), ["3.9.2", "apache/kafka:3.9.2"]);
  assertEquals(of({ mode: "kraft" }), ["4.4.0", "apache/kafka:4.4.0"]);
  assertEquals(of({ mode: "kraft", kafkaVersion: "3.9.2" }), ["3.9.2", "apache/kafka:3.9.2"]);
  assertEquals(of({ mode: "kraft", kafkaVersion: "4.3.1" }), ["4.3.1", "apache/kafka:4.3.1"]);
});

Deno.test("defineStack() refuses a version that is not pinned, or that the mode cannot have", () => {
  assertEquals(problemsOf({ mode: "kraft", kafkaVersion: "4.2.0" }), [
    'kafkaVersion: "4.2.0" is none of 3.9.2, 4.3.1, 4.4.0',
  ]);
  assertEquals(problemsOf({ kafkaVersion: "4.4.0" }), [
    "kafkaVersion: Kafka 4.4.0 has no ZooKeeper, which left with 4.0: " +
    'use 3.9.2, or set mode to "kraft"',
  ]);
});

Deno.test("defineStack() refuses the other mode's servers, and an even number of controllers", () => {
  assertEquals(problemsOf({ controllers: {} }), [
    'controllers: there are none in mode "zookeeper": take them out, or set mode to "kraft"',
  ]);
  assertEquals(problemsOf({ mode: "kraft", zookeepers: {} }), [
    'zookeepers: there are none in mode "kraft": take them out, or set mode to "zookeeper"',
  ]);
  assertEquals(
    problemsOf({
      mode: "kraft",
      controllers: { count: 2, heap: "9m", config: { "node.id": 1 }, each: { 3: {} } },
    }),
    [
      "controllers.count: 2 is even: it survives no more failures than 1; use 1, 3 or 5",
      'controllers.heap: "9m" is below 64m',
      'controllers.config["node.id"]: follows from the node\'s place in the stack: set it there',
      "controllers.each[3]: there are only 2 controllers",
    ],
  );
  assertEquals(problemsOf({ mode: "raft" as never }), [
    'mode: "raft" is neither "zookeeper" nor "kraft"',
  ]);
});

Deno.test("inMode() leaves out what the spec says of the other mode's servers", () => {
  const spec: StackSpec = { mode: "zookeeper", zookeepers: {}, controllers: {}, brokers: {} };
  assertEquals(inMode(spec, "kraft"), { mode: "kraft", controllers: {}, brokers: {} });
  assertEquals(inMode(spec, "zookeeper"), { mode: "zookeeper", zookeepers: {}, brokers: {} });
  assertEquals(inMode({}, "kraft"), { mode: "kraft" });
});

Deno.test("modeProblem() lets ZooKeeper have 3.9 alone, and KRaft all from 3.9 on", () => {
  const fits = (mode: "zookeeper" | "kraft") =>
    ["3.8.1", "3.9.0", "3.9.2", "4.0.0", "4.10.1"].filter((v) =>
      modeProblem(mode, v) === undefined
    );
  assertEquals(fits("zookeeper"), ["3.9.0", "3.9.2"]);
  assertEquals(fits("kraft"), ["3.9.0", "3.9.2", "4.0.0", "4.10.1"]);
});

Deno.test("withKafkaVersion() changes the version and nothing else", () => {
  const stack = defineStack({ mode: "kraft" });
  assertEquals(withKafkaVersion(stack, "4.1.0"), { ...stack, kafkaVersion: "4.1.0" });
});
