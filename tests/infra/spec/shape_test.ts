import { assertEquals, assertThrows } from "@std/assert";
import { defineStack, InvalidSpec, type StackSpec } from "../../../infra/spec/mod.ts";

/** The problems of what `deno run`, which checks no types, would let pass. */
const problemsOf = (spec: unknown) =>
  assertThrows(() => defineStack(spec as StackSpec), InvalidSpec)
    .problems.map(({ path, reason }) => `${path}: ${reason}`);

Deno.test("defineStack() names every setting that there is not, with the nearest", () => {
  assertEquals(
    problemsOf({
      nmae: "x",
      brokers: {
        replicationfactor: 2,
        each: { 2: { heep: "1g", config: { "any.property": 1 } } },
        constructor: 1,
      },
      zookeepers: { partitions: 3 },
      docker: { image: {}, images: { Kafka: "x:1" } },
      monitoring: { retentoin: "1d" },
    }),
    [
      "nmae: there is no such setting; did you mean name?",
      "brokers.replicationfactor: there is no such setting; did you mean replicationFactor?",
      "brokers.each[2].heep: there is no such setting; did you mean heap?",
      "brokers.constructor: there is no such setting; there are count, heap, config, each, " +
      "partitions, replicationFactor, minInsyncReplicas, retentionHours",
      "zookeepers.partitions: there is no such setting; there are count, heap, config, each",
      "docker.image: there is no such setting; did you mean images?",
      "docker.images.Kafka: there is no such setting; did you mean kafka?",
      "monitoring.retentoin: there is no such setting; did you mean retention?",
    ],
  );
});

Deno.test("defineStack() names values of another type beside the other problems", () => {
  assertEquals(
    problemsOf({
      name: null,
      portOffset: "20",
      bindAddress: ["::1"],
      brokers: { count: "3", heap: 512, config: { a: null, b: [1], c: 1e21, d: 2 ** 60, e: {} } },
      zookeepers: 3,
      monitoring: { enabled: "no", prometheusPort: 0 },
      docker: [],
    }),
    [
      "name: null is not a text in quotes",
      'portOffset: "20" is not a number',
      'bindAddress: ["::1"] is not a text in quotes',
      'brokers.count: "3" is not a number',
      "brokers.heap: 512 is not a text in quotes",
      'brokers.config["a"]: null is not a text, a number, true or false',
      'brokers.config["b"]: [1] is not a text, a number, true or false',
      'brokers.config["c"]: 1e+21 is no number that JavaScript keeps: put its digits in quotes',
      'brokers.config["d"]: 1152921504606847000 is no number that JavaScript keeps: ' +
      "put its digits in quotes",
      'brokers.config["e"]: {} is not a text, a number, true or false',
      "zookeepers: 3 is not a group of settings: { … }",
      'monitoring.enabled: "no" is not true or false',
      "docker: [] is not a group of settings: { … }",
      "monitoring.prometheusPort: 0 is not a whole number from 1 to 65535",
    ],
  );
  assertEquals(problemsOf(null), ["spec: null is not a group of settings: { … }"]);
});

Deno.test("defineStack() takes a setting that is undefined as one that is not there", () => {
  const spec = { name: undefined, brokers: { count: undefined, each: undefined } };
  assertEquals(defineStack(spec as unknown as StackSpec).brokers.length, 3);
});
