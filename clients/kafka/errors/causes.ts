// What an error of the client library means: a connection that failed, a partition without a leader,
// something that may pass.
// This module is pure: no Deno APIs, no I/O.
import { NO_LEADER } from "../kafkajs/patches/missing_leaders.ts";
import { OTHER_PROTOCOL } from "../kafkajs/patches/other_protocols.ts";

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
  if (text.includes(OTHER_PROTOCOL) || text.includes(NOT_INTRODUCED)) return OTHER_PROTOCOL;
  if (/ECONNREFUSED/.test(text)) return "connection refused";
  if (/ENOTFOUND|EAI_AGAIN|getaddrinfo/.test(text)) return "unknown host";
  // The library's own word for a request on a connection that has ended meanwhile.
  if (/ECONNRESET|EPIPE|[Cc]losed|Not connected/.test(text)) return "connection closed";
  if (/EHOSTUNREACH|ENETUNREACH/.test(text)) return "no route to it";
  if (/ETIMEDOUT|[Tt]imeout|timed out/.test(text)) return NO_ANSWER;
  if (/NotCapable|Requires net access/.test(text)) return "no permission: --allow-net";
  return error.message.replace(/^Connection error: /, "");
}
