import { assert, assertEquals } from "@std/assert";
import { parseMetrics } from "../../../monitoring/top/metrics.ts";
import { readSample, WANTED } from "../../../monitoring/top/samples.ts";
import { metricsOf } from "./_rounds.ts";

Deno.test("readSample() reads a broker", () => {
  const { topics, ...broker } = readSample("broker", metricsOf("kafka1")) as never as {
    topics: Map<string, { partitions: Set<string>; bytes: number; traffic: unknown }>;
  };
  assertEquals(broker as unknown, {
    kind: "broker",
    heapUsedBytes: 242811248,
    heapMaxBytes: 518979584,
    cpu: { seconds: 1265.01 },
    brokerState: 3,
    isController: true,
    leaders: 5,
    partitions: 16,
    underReplicated: 0,
    underMinIsr: 0,
    offline: 0,
    requestHandlerIdle: 0.9986277589260846,
    traffic: { messagesIn: 451941, bytesIn: 94436968, bytesOut: 94490130 },
    requests: { produce: 5370, fetch: 133607 },
  });
  assertEquals([...topics.keys()].sort(), [
    "__consumer_offsets",
    "top-audit",
    "top-clicks",
    "top-orders",
  ]);
  assertEquals(topics.get("top-clicks"), {
    traffic: { messagesIn: 94983, bytesIn: 12394768, bytesOut: 12404645 },
    partitions: new Set(["0", "1", "2"]),
    bytes: 36954766,
  });
  // It leads no partition of it: it has replicas, and no meters.
  assertEquals(topics.get("top-audit")!.traffic, {});
});

Deno.test("readSample() takes a request handlers' idle of exactly 0 for not measured yet", () => {
  const idle = (value: number) => {
    const sample = readSample("broker", parseMetrics(`${WANTED.broker.at(-4)} ${value}`));
    return sample.kind === "broker" && sample.requestHandlerIdle;
  };
  assertEquals([idle(0), idle(0.001), idle(1.02)], [undefined, 0.001, 1]);
});

Deno.test("readSample() reads a ZooKeeper, and one that has no quorum", () => {
  const metrics = metricsOf("zookeeper3");
  assertEquals(readSample("zookeeper", metrics), {
    kind: "zookeeper",
    heapUsedBytes: metrics.get("jvm_memory_used_bytes")![0]!.value,
    heapMaxBytes: metrics.get("jvm_memory_max_bytes")![0]!.value,
    cpu: { seconds: metrics.get("process_cpu_seconds_total")![0]!.value },
    role: "leader",
    latencyMs: metrics.get("zookeeper_avgrequestlatency")![0]!.value,
    outstanding: 0,
    connections: 1,
    znodes: 74,
    watches: 3,
  });
  const alone = readSample("zookeeper", parseMetrics("process_cpu_seconds_total 3"));
  assertEquals(alone.kind === "zookeeper" && [alone.role, alone.znodes], [undefined, undefined]);
});

Deno.test("readSample() reads the lag exporter; a lag that is not known counts as 0", () => {
  const sample = readSample("lag", metricsOf("lag_exporter"));
  assert(sample.kind === "lag" && sample.up);
  assertEquals(sample.groups.get("billing"), {
    members: 2,
    lag: 1250,
    topics: new Set(["top-orders", "top-clicks"]),
    committed: new Map([["top-orders/0", 5000], ["top-orders/1", 4000], ["top-clicks/0", 700]]),
  });
  assertEquals(sample.groups.get("web")!.lag, 40);
  const down = readSample("lag", parseMetrics("kafka_lag_exporter_up 0"));
  assertEquals(down, { kind: "lag", up: false, groups: new Map() });
});

Deno.test("the metrics of WANTED are those of a real scrape, and none is missing", () => {
  for (const [service, kind] of [["kafka1", "broker"], ["zookeeper1", "zookeeper"]] as const) {
    const found = metricsOf(service);
    assertEquals(WANTED[kind].filter((name) => !found.has(name)), []);
    assertEquals([...found.keys()].filter((name) => !WANTED[kind].includes(name)), []);
  }
});
