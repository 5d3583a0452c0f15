import { assertEquals } from "@std/assert";
import {
  createLogSink,
  formatEntry,
  type LogEntry,
} from "../../../../clients/kafka/kafkajs/log.ts";

const entry = (namespace: string, label: string, log: LogEntry["log"]): LogEntry => ({
  namespace,
  label,
  log: { timestamp: "2025-11-23T22:17:25.000Z", logger: "kafkajs", ...log },
});
const refused = (broker: string) =>
  entry("Connection", "ERROR", {
    message: "Connection error: connect ECONNREFUSED 127.0.0.1:9092",
    broker,
    clientId: "producer",
    stack: "Error: connect\n    at x",
  });
const NOISE = [
  entry("Connection", "ERROR", {
    message: "Response GroupCoordinator(key: 10, version: 2)",
    broker: "localhost:9092",
    error: "The group coordinator is not available",
  }),
  entry("Producer", "WARN", { message: "a warning" }),
  entry("", "WARN", { message: "KafkaJS v2.0.0 switched default partitioner" }),
  entry("ConsumerGroup", "INFO", { message: "Consumer has joined the group" }),
  entry("BrokerPool", "ERROR", { message: "Failed to connect to seed broker" }),
];

Deno.test("createLogSink() says nothing of what concerns no user", () => {
  const said: string[] = [];
  NOISE.forEach(createLogSink((line) => said.push(line), { verbose: false }));
  assertEquals(said, []);
});

Deno.test("createLogSink() says once in half a minute that a broker does not answer", () => {
  const said: string[] = [];
  let now = 0;
  const sink = createLogSink((line) => said.push(line), { verbose: false, now: () => now });
  const first = "Broker localhost:9092 does not answer (connection refused): retrying.";
  const second = "Broker localhost:9093 does not answer (connection refused): retrying.";
  for (now of [0, 10, 29_999]) sink(refused("localhost:9092"));
  assertEquals(said, [first]);
  sink(refused("localhost:9093"));
  assertEquals(said, [first, second]);
  now = 30_000;
  sink(refused("localhost:9092"));
  assertEquals(said, [first, second, first]);
});

Deno.test("createLogSink() shows every entry in one line when verbose", () => {
  const said: string[] = [];
  const sink = createLogSink((line) => said.push(line), { verbose: true });
  [...NOISE, refused("localhost:9092")].forEach(sink);
  assertEquals(said.length, NOISE.length + 1);
  assertEquals(said.filter((line) => line.includes("\n") || line.startsWith("{")), []);
});

Deno.test("formatEntry() is level, namespace, message and fields, without stack and time", () => {
  assertEquals(
    formatEntry(refused("localhost:9092")),
    "kafkajs error [Connection] Connection error: connect ECONNREFUSED 127.0.0.1:9092 " +
      "broker=localhost:9092",
  );
  assertEquals(
    formatEntry(entry("", "INFO", { message: "a\nb", list: [1, 2] })),
    "kafkajs info a b list=[1,2]",
  );
});
