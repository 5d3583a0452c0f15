import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  isJava,
  type MonitoringContent,
  renderTools,
  scrapeTargets,
} from "../../../infra/render/mod.ts";
import { renderNative } from "./_render.ts";
import { defineStack, type StackSpec } from "../../../infra/spec/mod.ts";

const content = {
  exporters: () => ({ zookeeper: "", broker: "" }),
  prometheus: () => [],
  grafana: (
    { bind, prometheus },
  ) => [{ path: "grafana.ini", content: `${bind.host} ${prometheus}` }],
} as MonitoringContent;
const programs = {
  deno: { command: "deno", root: "/src" },
  prometheus: "prometheus",
  grafana: { command: "grafana", home: "/g" },
};

const render = (spec: StackSpec) => {
  const stack = defineStack(spec);
  const { artifacts, services } = renderNative(stack, "/s", { content, programs });
  const tools = renderTools(stack, { os: "linux", java: "java", libs: "/libs", dir: "/s" });
  const lines = (path: string) =>
    [...artifacts, ...tools].find((one) => one.path === path)!.content.split("\n");
  return { services, lines, has: (path: string, line: string) => lines(path).includes(line) };
};

Deno.test("renderNative() writes IPv6 addresses as each program reads them", () => {
  const { services, lines, has } = render({ bindAddress: "::1" });
  const zoo = "zookeeper/conf/zookeeper1/zoo.cfg";
  const server = "kafka/config/kafka2/server.properties";
  assertEquals(has(zoo, "clientPortAddress=::1"), true);
  assertEquals(has(zoo, "server.3=[::1]:2890:3890"), true);
  assertEquals(has(server, "listeners=CLIENT://[::1]:9093"), true);
  assertEquals(has(server, "advertised.listeners=CLIENT://[::1]:9093"), true);
  assertEquals(has(server, "zookeeper.connect=[::1]:2181,[::1]:2182,[::1]:2183"), true);
  assertEquals(has("bin/hosts", "::1 kafka2"), true);
  assertEquals(has("kafka_monitoring/grafana/conf/grafana.ini", "::1 http://[::1]:9090"), true);
  const [zookeeper1] = services.filter(isJava);
  assertStringIncludes(
    zookeeper1!.program.jvmFlags.join("\n"),
    ".jar=[::1]:8180:/s/zookeeper/conf/",
  );
  const prometheus = services.find(({ name }) => name === "prometheus");
  assertStringIncludes(JSON.stringify(prometheus), "--web.listen-address=[::1]:9090");
  assertEquals(scrapeTargets(services, "stack")[0]!.address, "[::1]:8180");
  assertEquals(
    has("client.properties", "bootstrap.servers=[::1]:9092,[::1]:9093,[::1]:9094"),
    true,
  );
  assertEquals(lines(zoo).filter((line) => /[^[=]::1/.test(line)), []);
});

Deno.test("renderNative() reaches on loopback what is open on all addresses", () => {
  const { has } = render({ bindAddress: "0::0", advertisedHost: "kafka.example.org" });
  const server = "kafka/config/kafka1/server.properties";
  assertEquals(has(server, "listeners=CLIENT://[0::0]:9092"), true);
  assertEquals(has(server, "zookeeper.connect=[::1]:2181,[::1]:2182,[::1]:2183"), true);
  // A file of hosts holds addresses, and all names that a tool is sent to.
  assertEquals(has("bin/hosts", "::1 kafka1"), true);
  assertEquals(has("bin/hosts", "::1 kafka.example.org"), true);
});
