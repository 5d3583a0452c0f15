// One connection to one broker, and single requests on it. Below kafkajs's admin
// client, because that asks for the metadata several times in one call, hides which
// broker answers, and drops what a broker says about an error.
import type { Socket } from "node:net";
import { isConnectionError, rootCause } from "../errors/causes.ts";
import { network } from "../kafkajs/library.ts";
import { toLibrarySecurity } from "../kafkajs/security.ts";
import { createSocket, type SocketOptions } from "../kafkajs/socket.ts";
import type { LogEntry } from "../kafkajs/log.ts";
import type { Security } from "./connection.ts";
import { requestDefinitions, type Requests } from "./request_definitions.ts";

export type { Requests } from "./request_definitions.ts";

/** A connected broker. */
export interface Broker {
  /** `host:port`. */
  readonly address: string;
  /**
   * Makes one request. Error codes in the answer are the caller's to read.
   *
   * @throws When the connection fails or no answer comes in time: the connection is closed then.
   */
  request<Name extends keyof Requests>(
    name: Name,
    body: Requests[Name]["request"],
  ): Promise<Requests[Name]["response"]>;
  /** Whether it knows a request. One that does not refuses it. */
  supports(name: keyof Requests): boolean;
  /** An error code as an error, in the broker's own words when it sent some. */
  error(code: number, message?: string | null): Error;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  /** Ends the connection; requests without an answer are rejected. */
  close(): Promise<void>;
}

/** How this client names itself to brokers (Kafka's `client.id`), unless it is told otherwise. */
const CLIENT_ID = "kafka-stack-admin";

/** How long a broker may take to accept a connection and to answer first, in ms. */
const CONNECT_TIMEOUT = 3000;

/** The library's error for a connection that failed, which it raises for less only. */
function failure(broker: string, reason: string): Error {
  return Object.assign(new Error(reason), { name: "KafkaJSConnectionError", broker });
}

/** How to connect. */
export interface BrokerOptions {
  readonly security: Security;
  /** How long an answer may take, in ms. Those of which the protocol says more may take more. */
  readonly timeout: number;
  /** Ends the connection, and the making of it. */
  readonly signal?: AbortSignal;
  /** Kafka's `client.id`. */
  readonly clientId?: string;
  /** Takes the library's log. */
  readonly log?: (entry: LogEntry) => void;
}

/**
 * Connects.
 *
 * @param address `host:port`.
 * @throws When it cannot be made. Nothing of it is left then.
 */
export async function openBroker(address: string, options: BrokerOptions): Promise<Broker> {
  const lib = await network();
  const logger = options.log ? lib.createLogger(options.log) : lib.logger;
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  const connectTimeout = Math.min(options.timeout, CONNECT_TIMEOUT);
  const closed = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  let ended: Error | undefined;
  const connectionPool = new lib.ConnectionPool({
    host,
    port: Number(port),
    clientId: options.clientId ?? CLIENT_ID,
    socketFactory(options: SocketOptions) {
      const socket = createSocket(options);
      sockets.add(socket);
      socket.once("close", () => end(failure(address, "Connection closed")));
      if (ended) socket.destroy(ended);
      return socket;
    },
    ...toLibrarySecurity(options.security),
    connectionTimeout: connectTimeout,
    requestTimeout: options.timeout,
    logger,
  });
  const broker = new lib.Broker({ connectionPool, logger });
  const { definitions, apiKeys } = requestDefinitions(lib);
  // The library half-closes a connection and leaves the rest to the other side, which may hang.
  const end = (error: Error) => {
    if (ended) return;
    ended = error;
    options.signal?.removeEventListener("abort", onAbort);
    for (const connection of connectionPool.pool) connection.rejectRequests(error);
    for (const socket of sockets) socket.destroy(error);
    closed.resolve();
  };
  const onAbort = () => end(failure(address, "Connection closed"));
  options.signal?.addEventListener("abort", onAbort);
  if (options.signal?.aborted) onAbort();
  // A broker that hangs accepts the connection and answers nothing on it.
  const timer = setTimeout(() => end(failure(address, "Connection timeout")), connectTimeout);
  try {
    await broker.connect();
    if (ended) throw ended;
  } catch (error) {
    end(error as Error);
    await broker.disconnect();
    throw isConnectionError(error) ? Object.assign(rootCause(error), { broker: address }) : error;
  } finally {
    clearTimeout(timer);
  }
  return {
    address,
    closed: closed.promise,
    async close() {
      onAbort();
      await broker.disconnect();
    },
    async request(name, body) {
      if (ended) throw ended;
      const { request, response, requestTimeout } = broker.lookupRequest(
        apiKeys[name],
        definitions[name],
      )(body);
      const parse = (answer: unknown) => answer;
      try {
        const [connection] = connectionPool.pool;
        return await connection!.send({
          request,
          response: { decode: response.decode, parse },
          requestTimeout,
        });
      } catch (error) {
        if (!isConnectionError(error)) throw error;
        const named = Object.assign(rootCause(error), { broker: address });
        end(named);
        throw named;
      }
    },
    supports: (name) => broker.versions?.[apiKeys[name]!] !== undefined,
    error(code, message) {
      const error = lib.createErrorFromCode(code);
      if (message) error.message = message;
      return error;
    },
  };
}
