// What went wrong, in words for the person who reads it: the client library's
// errors become one line that names the address or topic, and a hint.
// This module is pure: no Deno APIs, no I/O.
import { withBrackets } from "../connection/address.ts";
import { NO_LEADER } from "../kafkajs/patches/leaderless.ts";
import { STRANGE } from "../kafkajs/patches/other_protocols.ts";

/** An error that a user can act on. `_main.ts` prints `message`, then `hint`. */
export class ClientError extends Error {
  override name = "ClientError";
  /** What to do about it. */
  readonly hint: string | undefined;
  /** 1 failed, 2 wrong use. */
  readonly exitCode: number;
  /** Kafka's name of the error, e.g. `UNKNOWN_TOPIC_OR_PARTITION`. */
  readonly type: string | undefined;

  constructor(
    message: string,
    options: { hint?: string; exitCode?: number; type?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
    this.type = options.type;
  }
}

/** The fields that the client library's errors carry, each only on some. */
interface LibraryError extends Error {
  type?: string;
  code?: string | number;
  broker?: string;
  retriable?: boolean;
  topic?: string;
  errors?: unknown[];
}

/** Library errors that say nothing themselves: the reason is their cause. */
const WRAPPERS = ["KafkaJSNumberOfRetriesExceeded", "KafkaJSNonRetriableError", "KafkaJSError"];
const CONNECTION = [
  "KafkaJSConnectionError",
  "KafkaJSConnectionClosedError",
  "KafkaJSRequestTimeoutError",
  "KafkaJSLockTimeout",
  "KafkaJSBrokerNotFound",
  "KafkaJSNoBrokerAvailableError",
  "KafkaJSMetadataNotLoaded",
  "KafkaJSTopicMetadataNotLoaded",
  "KafkaJSGroupCoordinatorNotFound",
];

/** The error that the library's retries are wrapped around. */
export function rootCause(error: unknown): LibraryError {
  let root = error instanceof Error ? error : new Error(String(error));
  while (WRAPPERS.includes(root.name) && root.cause instanceof Error) root = root.cause;
  if (root.name === "KafkaJSAggregateError") {
    const [first] = (root as LibraryError).errors ?? [];
    if (first instanceof Error) return rootCause(first);
  }
  return root;
}

/** A partition that the topic does not have, or has no more: `type` of a {@linkcode ClientError}. */
export const MISSING_PARTITION = "MISSING_PARTITION";

/** Whether a partition has no leader: nothing was sent to it. */
export function isLeaderless(error: unknown): boolean {
  const { name, type } = rootCause(error);
  return name === NO_LEADER || type === "LEADER_NOT_AVAILABLE";
}

/** Whether the same request may succeed later: a broker is away, a leader is being elected. */
export function isTransient(error: unknown): boolean {
  const root = rootCause(error);
  if (isConnection(root) || isLeaderless(root)) return true;
  return root.type !== undefined && root.retriable === true;
}

/** Whether an error is a fault of ours, and no state of the cluster. */
export function isFault(error: unknown): boolean {
  return [TypeError, ReferenceError, RangeError].some((type) =>
    (error as Error | undefined)?.constructor === type
  );
}

/** What the library says where a broker took the connection and did not tell its versions. */
const NOT_INTRODUCED = "Broker not connected";

function isConnection({ name, message }: Error): boolean {
  return CONNECTION.includes(name) || message === NOT_INTRODUCED;
}

/** Whether a connection failed, as opposed to a broker that answered with an error. */
export function isConnectionError(error: unknown): boolean {
  return isConnection(rootCause(error));
}

/** The reason that a broker gives no answer, as {@linkcode connectionReason} words it. */
export const NO_ANSWER = "no answer in time";

/** Why a connection failed, in three words: `connection refused`. */
export function connectionReason(error: { message: string; code?: unknown }): string {
  const text = `${error.code ?? ""} ${error.message}`;
  if (text.includes(STRANGE) || text.includes(NOT_INTRODUCED)) return STRANGE;
  if (/ECONNREFUSED/.test(text)) return "connection refused";
  if (/ENOTFOUND|EAI_AGAIN|getaddrinfo/.test(text)) return "unknown host";
  // The library's own word for a request on a connection that has ended meanwhile.
  if (/ECONNRESET|EPIPE|[Cc]losed|Not connected/.test(text)) return "connection closed";
  if (/EHOSTUNREACH|ENETUNREACH/.test(text)) return "no route to it";
  if (/ETIMEDOUT|[Tt]imeout|timed out/.test(text)) return NO_ANSWER;
  if (/NotCapable|Requires net access/.test(text)) return "no permission: --allow-net";
  return error.message.replace(/^Connection error: /, "");
}

/** Why a request failed, for a line about one partition: the one broker that is away, not all. */
export function describeFailure(error: unknown): string {
  const root = rootCause(error);
  if (!isConnection(root) || root.broker === undefined) return root.message;
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
 * @param bootstrapServers Where the client was told to connect, `host:port,…`.
 */
export function explain(error: unknown, bootstrapServers: string): Error {
  const root = rootCause(error);
  const { type, topic } = root;
  if (isConnection(root)) {
    const known = bootstrapServers.split(",").map((server) => server.trim());
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
