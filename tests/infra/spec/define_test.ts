import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  bootstrapServers,
  defineStack,
  InvalidSpec,
  nodesOf,
  type StackSpec,
  zookeeperConnect,
} from "../../../infra/spec/mod.ts";
import { spec } from "../../../infra/stack.ts";

const problemsOf = (spec: StackSpec) =>
  assertThrows(() => defineStack(spec), InvalidSpec).problems.map((p) => `${p.path}: ${p.reason}`);

Deno.test("defineStack() has the original's services, ports and directories as defaults", () => {
  const stack = defineStack({});
  assertEquals(nodesOf(stack).map(({ name }) => name), [
    "zookeeper1",
    "zookeeper2",
    "zookeeper3",
    "kafka1",
    "kafka2",
    "kafka3",
  ]);
  assertEquals(bootstrapServers(stack), "127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094");
  assertEquals(zookeeperConnect(stack), "127.0.0.1:2181,127.0.0.1:2182,127.0.0.1:2183");
  assertEquals(stack.brokers[1]!.directories, {
    config: "kafka/config/kafka2",
    data: "kafka/log/kafka2/log",
    log: "kafka/log/kafka2",
  });
  assertEquals(stack.zookeepers[2]!.directories, {
    config: "zookeeper/conf/zookeeper3",
    data: "zookeeper/data/zookeeper3",
    log: "zookeeper/log/zookeeper3",
  });
  const { partitions, replicationFactor, minInsyncReplicas, retentionHours } = stack;
  assertEquals([partitions, replicationFactor, minInsyncReplicas, retentionHours], [10, 3, 2, 168]);
});

Deno.test("infra/stack.ts describes a stack without problems", () => {
  assert(nodesOf(defineStack(spec)).length > 1);
});

Deno.test("defineStack() freezes what it returns", () => {
  const stack = defineStack({});
  assert(Object.isFrozen(stack) && Object.isFrozen(stack.brokers[0]!.listeners[0]));
});

Deno.test("defineStack() follows the number of brokers with replication factor and min ISR", () => {
  const of = (count: number) => {
    const { replicationFactor, minInsyncReplicas } = defineStack({ brokers: { count } });
    return [replicationFactor, minInsyncReplicas];
  };
  assertEquals([of(1), of(2), of(3), of(9)], [[1, 1], [2, 1], [3, 2], [3, 2]]);
});

Deno.test("defineStack() moves every port by the offset", () => {
  const stack = defineStack({ portOffset: 100 });
  assertEquals(stack.brokers[0]!.listeners[0].port, 9192);
  const { clientPort, quorumPort, electionPort } = stack.zookeepers[0]!;
  assertEquals([clientPort, quorumPort, electionPort], [2281, 2988, 3988]);
});

Deno.test("defineStack() lays properties for one broker over those for all", () => {
  const { brokers } = defineStack({
    brokers: {
      heap: "1g",
      config: { "num.io.threads": 4, "background.threads": 2 },
      each: { 2: { heap: "768m", port: 9500, config: { "num.io.threads": 6 } } },
    },
  });
  assertEquals(brokers[0]!.config, { "num.io.threads": 4, "background.threads": 2 });
  assertEquals(brokers[1]!.config, { "num.io.threads": 6, "background.threads": 2 });
  assertEquals(brokers.map(({ heapMiB }) => heapMiB), [1024, 768, 1024]);
  assertEquals(brokers[1]!.listeners[0].port, 9500);
});

Deno.test("defineStack() reports every problem at once, each with its path", () => {
  assertEquals(
    problemsOf({
      name: "My Stack",
      dir: " ",
      bindAddress: "localhost",
      portOffset: -1,
      zookeepers: { count: 4, heap: "8m" },
      brokers: {
        count: 12,
        heap: "lots",
        partitions: 0,
        replicationFactor: 13,
        minInsyncReplicas: 14,
        config: { "broker.id": 7, "": 1 },
        each: { 20: {} },
      },
    }),
    [
      'name: "My Stack" is not a name: 1 to 63 of a-z, 0-9, - and _',
      'dir: " " is not a directory\'s name',
      'bindAddress: "localhost" is not an IP address',
      "portOffset: -1 is not a whole number from 0 to 60000",
      "zookeepers.count: 4 is even: it survives no more failures than 3; use 1, 3 or 5",
      "brokers.count: 12 is not a whole number from 1 to 9",
      'zookeepers.heap: "8m" is below 32m',
      'brokers.heap: "lots" is not a size like 512m or 2g',
      'brokers.config["broker.id"]: follows from the node\'s place in the stack: set it there',
      'brokers.config[""]: is not a property\'s name',
      "brokers.each[20]: there are only 12 brokers",
      "brokers.partitions: 0 is not a whole number from 1 to 10000",
      "brokers.replicationFactor: 13 is over the number of brokers, 12",
      "brokers.minInsyncReplicas: 14 is over the replication factor, 13",
    ],
  );
});

Deno.test("defineStack() asks for the metrics that are used, or for all", () => {
  assertEquals(defineStack({}).monitoring!.metrics, "used");
  assertEquals(defineStack({ monitoring: { metrics: "all" } }).monitoring!.metrics, "all");
  assertEquals(problemsOf({ monitoring: { metrics: "some" as never } }), [
    'monitoring.metrics: "some" is neither "used" nor "all"',
  ]);
});

Deno.test("defineStack() compares the replication of internal topics with the brokers", () => {
  assertEquals(
    problemsOf({
      brokers: {
        count: 2,
        config: {
          "offsets.topic.replication.factor": 3,
          "transaction.state.log.min.isr": 5,
        },
      },
    }),
    [
      'brokers.config["offsets.topic.replication.factor"]: 3 is over the number of brokers, 2',
      'brokers.config["transaction.state.log.min.isr"]: 5 is over the replication factor, 2',
    ],
  );
});

Deno.test("defineStack() needs a name for clients where it binds to every address", () => {
  assertEquals(problemsOf({ bindAddress: "0.0.0.0" }), [
    "advertisedHost: is needed with bindAddress 0.0.0.0: which name do clients use?",
  ]);
  const stack = defineStack({ bindAddress: "0.0.0.0", advertisedHost: "kafka.example.org" });
  assertEquals(bootstrapServers(stack).split(",")[0], "kafka.example.org:9092");
  assertEquals(bootstrapServers(defineStack({ bindAddress: "::1" })).split(",")[0], "[::1]:9092");
});
