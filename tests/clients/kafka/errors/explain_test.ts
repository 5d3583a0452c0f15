import { assert, assertEquals } from "@std/assert";
import { parseConnection } from "../../../../clients/kafka/connection/connection.ts";
import { describeFailure, explain } from "../../../../clients/kafka/errors/explain.ts";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import { isConnectionError, isTransient } from "../../../../clients/kafka/errors/causes.ts";

const connection = parseConnection("localhost:9092");

/** An error shaped like one of kafkajs. */
function libraryError(name: string, message: string, fields: Record<string, unknown> = {}): Error {
  return Object.assign(new Error(message, { cause: fields.cause }), { name, ...fields });
}

const refused = libraryError("KafkaJSConnectionError", "Connection error: connect ECONNREFUSED", {
  broker: "localhost:9093",
  code: "ECONNREFUSED",
  retriable: true,
});
const wrapped = libraryError("KafkaJSNumberOfRetriesExceeded", "Connection error: connect", {
  cause: libraryError("KafkaJSNonRetriableError", "again", { cause: refused }),
});
const protocol = (type: string, retriable: boolean) =>
  libraryError("KafkaJSProtocolError", "What the broker says", { type, retriable });

Deno.test("explain() names the addresses and the cause when no broker can be reached", () => {
  const error = explain(wrapped, parseConnection("localhost:9092,localhost:9093")) as ClientError;
  assert(error instanceof ClientError);
  assertEquals(
    error.message,
    "Cannot reach a broker at localhost:9092, localhost:9093 (connection refused)",
  );
  assertEquals(error.exitCode, 1);
  assert(error.hint?.includes("KAFKA_HOST"));
  assertEquals(error.cause, wrapped);
});

Deno.test("explain() tells of an advertised address that cannot be reached", () => {
  const error = explain(
    libraryError("KafkaJSConnectionError", "Connection error: getaddrinfo ENOTFOUND kafka1", {
      broker: "kafka1:9092",
      code: "ENOTFOUND",
    }),
    connection,
  ) as ClientError;
  assertEquals(error.message, "Cannot reach broker kafka1:9092 (unknown host)");
  assert(error.hint?.includes("advertised.listeners"));
});

Deno.test("explain() keeps what a broker says, with Kafka's name for it", () => {
  const missing = protocol("UNKNOWN_TOPIC_OR_PARTITION", true);
  const error = explain(
    libraryError("KafkaJSNumberOfRetriesExceeded", "x", { cause: missing }),
    connection,
  ) as ClientError;
  assertEquals(error.message, "What the broker says (UNKNOWN_TOPIC_OR_PARTITION)");
  assertEquals(error.type, "UNKNOWN_TOPIC_OR_PARTITION");
  const all = libraryError("KafkaJSAggregateError", "Topic creation errors", {
    errors: [Object.assign(protocol("INVALID_PARTITIONS", false), { topic: "t" })],
  });
  assertEquals(
    explain(all, connection).message,
    "Topic t: What the broker says (INVALID_PARTITIONS)",
  );
});

Deno.test("explain() leaves our own errors and bugs as they are", () => {
  for (const error of [new ClientError("ours"), new TypeError("a bug"), new Error("another")]) {
    assertEquals(explain(error, connection), error);
  }
});

Deno.test("isTransient() is true for what may pass: a broker away, a leader elected", () => {
  for (
    const error of [
      refused,
      wrapped,
      protocol("NOT_LEADER_FOR_PARTITION", true),
      protocol("NOT_ENOUGH_REPLICAS", true),
      libraryError("KafkaJSRequestTimeoutError", "Request Produce timed out"),
      libraryError("KafkaJSNonRetriableError", "x", {
        cause: libraryError("KafkaJSLockTimeout", "Timeout while acquiring lock"),
      }),
    ]
  ) assert(isTransient(error), error.name);
  for (
    const error of [
      protocol("MESSAGE_TOO_LARGE", false),
      protocol("TOPIC_AUTHORIZATION_FAILED", false),
      new TypeError("a bug"),
      "a string",
    ]
  ) assert(!isTransient(error), String(error));
  assert(isConnectionError(wrapped));
  assert(!isConnectionError(protocol("NOT_ENOUGH_REPLICAS", true)));
});

Deno.test("describeFailure() names the one broker that does not answer", () => {
  assertEquals(
    describeFailure(wrapped),
    "broker localhost:9093 does not answer (connection refused)",
  );
  assertEquals(describeFailure(protocol("NOT_ENOUGH_REPLICAS", true)), "What the broker says");
});

Deno.test("a request on a connection that has ended meanwhile is told as that", () => {
  const late = libraryError("KafkaJSConnectionError", "Not connected", { broker: "b:9092" });
  assertEquals(describeFailure(late), "broker b:9092 does not answer (connection closed)");
});
