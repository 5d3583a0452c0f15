import { assertEquals, assertThrows } from "@std/assert";
import { defineStack, InvalidSpec, type StackSpec } from "../../../infra/spec/mod.ts";
import { CONTENT, DOCKER, PROGRAMS } from "../render/golden.ts";
import { renderDocker, renderNative } from "../render/_render.ts";

const monitored = (spec: StackSpec) =>
  renderNative(defineStack(spec), "/s", { content: CONTENT, programs: PROGRAMS });
const problemsOf = (spec: StackSpec) =>
  assertThrows(() => monitored(spec), InvalidSpec).problems
    .map(({ path, reason }) => `${path}: ${reason}`);

Deno.test("portProblems() names both sides of a clash", () => {
  assertEquals(problemsOf({ brokers: { each: { 2: { port: 9092 }, 3: { port: 2888 } } } }), [
    "brokers.each[2].port: 9092 is already used by kafka1 (CLIENT)",
    "brokers.each[3].port: 2888 is already used by zookeeper1 (quorum)",
  ]);
  const each = { 2: { port: 8082 } };
  assertEquals(problemsOf({ brokers: { each } }), [
    "brokers.each[2].port: 8082 is already used by kafka1 (exporter)",
  ]);
  assertEquals(problemsOf({ monitoring: { grafanaPort: 9090 } }), [
    "monitoring.grafanaPort: 9090 is already used by prometheus (http)",
  ]);
  assertEquals(problemsOf({ portOffset: 56_442 }), [
    "brokers.each[3].port: 65536 is over 65535",
    "monitoring.lagExporterPort: 65750 is over 65535",
  ]);
});

Deno.test("portProblems() knows only ports that are opened on the host", () => {
  renderNative(defineStack({ brokers: { each: { 2: { port: 8082 } } } }), "/s");
  // Containers have the quorum's ports among themselves.
  const spec = { brokers: { each: { 3: { port: 2888 } } } };
  renderDocker(defineStack(spec), "/s", DOCKER, CONTENT);
});
