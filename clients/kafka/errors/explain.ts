// What went wrong, in words for the person who reads it: the client library's
// errors become one line that names the address or topic, and a hint.
// This module is pure: no Deno APIs, no I/O.
import { withBrackets } from "../connection/address.ts";
import type { Connection } from "../connection/connection.ts";
import { connectionReason, isConnectionError, rootCause } from "./causes.ts";
import { ClientError } from "./client_error.ts";

/** Why a request failed, for a line about one partition: the one broker that is away, not all. */
export function describeFailure(error: unknown): string {
  const root = rootCause(error);
  if (!isConnectionError(root) || root.broker === undefined) return root.message;
  return `broker ${withBrackets(root.broker)} does not answer (${connectionReason(root)})`;
}

const REACH_HINT =
  "Is the cluster up, and are the bootstrap servers right (--kafka, KAFKA_HOST)?\n" +
  "deno task up starts one here, deno task status shows it.";

/** Hints for what brokers answer, by Kafka's name of the error. */
const HINTS: Record<string, string> = {
  UNKNOWN_TOPIC_OR_PARTITION: "deno task topic:list shows the topics, topic:create makes one.",
  TOPIC_AUTHORIZATION_FAILED: "The user has no ACL for this operation on the topic.",
  GROUP_AUTHORIZATION_FAILED: "The user has no ACL for this consumer group.",
  NOT_ENOUGH_REPLICAS: "Fewer replicas in sync than min.insync.replicas: is a broker down?",
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: "Fewer replicas in sync than min.insync.replicas.",
  INVALID_CONFIG: "Names and values are those of Kafka's topic configs.",
  INVALID_PARTITIONS: "Partitions are only ever added: give more than it has.",
  POLICY_VIOLATION: "A policy of the cluster refuses it (create.topic.policy.class.name or\n" +
    "alter.config.policy.class.name of its brokers).",
  TOPIC_DELETION_DISABLED: "The brokers' delete.topic.enable is false.",
  INVALID_REPLICATION_FACTOR: "There must be as many brokers up as replicas are asked for.",
  MESSAGE_TOO_LARGE: "It is larger than max.message.bytes of the topic.",
};

/**
 * An error of the client library as one of ours. Errors that are none of the
 * library's, ours and bugs alike, come back as they are.
 *
 * @param connection Where the client was told to connect.
 */
export function explain(error: unknown, connection: Connection): Error {
  const root = rootCause(error);
  const { type, topic } = root;
  if (isConnectionError(root)) {
    const known = connection.bootstrapServers;
    const reason = connectionReason(root);
    const broker = root.broker === undefined ? undefined : withBrackets(root.broker);
    if (broker !== undefined && !known.includes(broker)) {
      return new ClientError(`Cannot reach broker ${broker} (${reason})`, {
        hint: "The cluster advertises this address (advertised.listeners): " +
          "it must be one that can be reached from here.",
        cause: error,
      });
    }
    return new ClientError(`Cannot reach a broker at ${known.join(", ")} (${reason})`, {
      hint: REACH_HINT,
      cause: error,
    });
  }
  if (!root.name.startsWith("KafkaJS")) return error instanceof Error ? error : root;
  const hint = type === undefined ? undefined : HINTS[type];
  return new ClientError(
    `${topic ? `Topic ${topic}: ` : ""}${root.message}${type ? ` (${type})` : ""}`,
    { ...(hint ? { hint } : {}), type, cause: error },
  );
}
