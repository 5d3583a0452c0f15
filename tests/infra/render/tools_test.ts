import { assertEquals, assertStringIncludes } from "@std/assert";
import { renderTools, toolsEnvironment } from "../../../infra/render/mod.ts";
import { toolClasses } from "../../../infra/render/tool_classes.ts";
import { defineStack, type StackSpec } from "../../../infra/spec/mod.ts";

const OPTIONS = { os: "linux", java: "java", libs: "/libs", dir: "/s" } as const;
const bin = (spec: StackSpec) =>
  Object.fromEntries(
    renderTools(defineStack(spec), OPTIONS).map(({ path, content }) => [path, content]),
  );

Deno.test("toolClasses() has each tool's main class of that version", () => {
  const of = (kafkaVersion: string, tool: string) =>
    toolClasses({ mode: "kraft", kafkaVersion })[tool];
  assertEquals(["3.9.2", "4.0.1", "4.3.1", "4.4.0"].map((v) => of(v, "kafka-configs")), [
    "kafka.admin.ConfigCommand",
    "kafka.admin.ConfigCommand",
    "kafka.admin.ConfigCommand",
    "org.apache.kafka.tools.ConfigCommand",
  ]);
  assertEquals(["3.9.2", "4.0.1", "4.3.1"].map((v) => of(v, "kafka-dump-log")), [
    "kafka.tools.DumpLogSegments",
    "kafka.tools.DumpLogSegments",
    "org.apache.kafka.tools.DumpLogSegments",
  ]);
  assertEquals(["3.9.2", "4.0.1", "4.4.0"].map((v) => of(v, "kafka-share-groups") !== undefined), [
    false,
    true,
    true,
  ]);
});

Deno.test("renderTools() has ZooKeeper's tools where there are ZooKeepers", () => {
  const has = (spec: StackSpec) => "bin/zookeeper-shell" in bin(spec);
  assertEquals([has({}), has({ mode: "kraft", kafkaVersion: "3.9.2" }), has({ mode: "kraft" })], [
    true,
    false,
    false,
  ]);
  const environment = (spec: StackSpec) =>
    "ZOOKEEPER_HOST" in toolsEnvironment(defineStack(spec), "/s", "");
  assertEquals([environment({}), environment({ mode: "kraft" })], [true, false]);
});

Deno.test("renderTools() lets the tools log by the library that the version has", () => {
  const newest = bin({ mode: "kraft" });
  assertStringIncludes(
    newest["bin/kafka-run-class"]!,
    "-Dlog4j2.configurationFile='file:///s/bin/log4j2.properties'",
  );
  assertEquals("bin/log4j.properties" in newest, false);
  const former = bin({ mode: "kraft", kafkaVersion: "3.9.2" });
  assertEquals("bin/log4j.properties" in former && !("bin/log4j2.properties" in former), true);
});

Deno.test("renderTools() lets a tool that asks controllers find them all by name", () => {
  const script = bin({ mode: "kraft", controllers: {} });
  assertStringIncludes(script["bin/kafka-run-class"]!, "*[\\ ,]controller2:*");
  assertStringIncludes(script["bin/kafka-run-class"]!, "|*--bootstrap-controller*)");
  assertStringIncludes(script["bin/hosts"]!, "\n127.0.0.1 controller2\n");
});
