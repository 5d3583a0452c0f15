import { assertEquals, assertThrows } from "@std/assert";
import { parseMetrics, sumOf } from "../../../monitoring/top/metrics.ts";
import { metricsOf } from "./_rounds.ts";

Deno.test("parseMetrics() reads what a broker's exporter serves", () => {
  const metrics = metricsOf("kafka1");
  assertEquals(metrics.get("kafka_server_kafkaserver_brokerstate"), [{ labels: {}, value: 3 }]);
  assertEquals(metrics.get("jvm_memory_max_bytes"), [
    { labels: { area: "heap" }, value: 518979584 },
  ]);
  assertEquals(metrics.get("kafka_log_log_size")!.length, 11);
});

Deno.test("parseMetrics() reads every form that the format has", () => {
  const text = [
    "# HELP a What it is.",
    "# TYPE a gauge",
    "",
    "a 1",
    'a{x="1",} -2.5e3',
    'a { x="quote \\" slash \\\\ line \\n", y="} 7" } 3 1700000000000',
    'b{x=""} NaN',
    "b +Inf",
    "b -Inf\r",
  ].join("\n");
  assertEquals([...parseMetrics(text)], [
    ["a", [
      { labels: {}, value: 1 },
      { labels: { x: "1" }, value: -2500 },
      { labels: { x: 'quote " slash \\ line \n', y: "} 7" }, value: 3 },
    ]],
    ["b", [
      { labels: { x: "" }, value: NaN },
      { labels: {}, value: Infinity },
      { labels: {}, value: -Infinity },
    ]],
  ]);
});

Deno.test("parseMetrics() names the line that it cannot read", () => {
  for (
    const [text, message] of [
      ["a 1\n<html>", 'line 2: not a metric: "<html>"'],
      ["a", 'line 1: not a metric: "a"'],
      ["a 1,5", 'line 1: 1,5 is not a number: "a 1,5"'],
      ["a{x=1} 2", 'line 1: wrong labels: "a{x=1} 2"'],
      ['a{x="1" y="2"} 2', 'line 1: wrong labels: "a{x=\\"1\\" y=\\"2\\"} 2"'],
    ] as const
  ) {
    const error = assertThrows(() => parseMetrics(text), SyntaxError);
    assertEquals((error as Error).message, message);
  }
});

Deno.test("sumOf() sums the series with the labels; none is not 0", () => {
  const metrics = parseMetrics('a{x="1",y="1"} 1\na{x="1",y="2"} 2\na{x="2"} 4');
  assertEquals(sumOf(metrics, "a"), 7);
  assertEquals(sumOf(metrics, "a", { x: "1" }), 3);
  assertEquals(sumOf(metrics, "a", { x: "3" }), undefined);
  assertEquals(sumOf(metrics, "b"), undefined);
});
