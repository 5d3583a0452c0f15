// Connections of a client that runs for long: made when they are needed, and dropped when they fail,
// so that the next request makes a new one.
import { type Broker, openBroker } from "../connection/broker.ts";
import type { Security } from "../connection/connection.ts";
import { connectionReason, isConnectionError, rootCause } from "../errors/causes.ts";
import type { LogEntry } from "../kafkajs/log.ts";

/** How long a broker that does not answer is not mentioned again, in ms. */
const QUIET = 30_000;

/** What all connections of a client have in common. */
export interface ConnectionsOptions {
  readonly security: Security;
  /** Kafka's `client.id`. */
  readonly clientId: string;
  /** Told of a broker that does not answer, `host:port`, and why: each time. */
  readonly onNoAnswer: (address: string, reason: string) => void;
  /** Takes the library's log. */
  readonly log?: (entry: LogEntry) => void;
}

/** Connections to brokers, one to each. */
export interface Connections {
  /**
   * Makes requests of the broker at `host:port`. The connection is dropped when it fails, or when
   * no answer comes in time: a late one would be taken for that to a later request.
   */
  use<T>(address: string, work: (broker: Broker) => Promise<T>): Promise<T>;
  /** Drops the connection to a broker, or all: what waits for an answer fails. */
  drop(address?: string): Promise<void>;
}

/** A connection that is made or being made. */
interface Kept {
  readonly broker: Promise<Broker>;
  /** Ends it. */
  readonly stop: AbortController;
}

/**
 * Makes no connection yet.
 *
 * @param timeout How long an answer may take, in ms.
 */
export function createConnections(timeout: number, options: ConnectionsOptions): Connections {
  const { security, clientId, onNoAnswer, log } = options;
  const open = new Map<string, Kept>();
  const connect = (address: string): Kept => {
    const known = open.get(address);
    if (known) return known;
    const stop = new AbortController();
    const broker = openBroker(address, {
      ...{ security, timeout, clientId, signal: stop.signal },
      ...(log ? { log } : {}),
    });
    const kept = { broker, stop };
    open.set(address, kept);
    // A broker ends those that it has not heard of for long.
    broker.then(({ closed }) => closed).then(() => {
      if (open.get(address) === kept) open.delete(address);
    }, () => {});
    return kept;
  };
  const forget = async (address: string, kept: Kept) => {
    if (open.get(address) === kept) open.delete(address);
    kept.stop.abort();
    await kept.broker.then((broker) => broker.close()).catch(() => {});
  };
  return {
    async use(address, work) {
      const kept = connect(address);
      try {
        return await work(await kept.broker);
      } catch (error) {
        if (isConnectionError(error)) {
          await forget(address, kept);
          const root = rootCause(error);
          const reason = connectionReason(root);
          // Dropped here, or by a broker that stops: what matters is whether it is reached again.
          if (reason !== "connection closed") onNoAnswer(address, reason);
        }
        throw error;
      }
    },
    async drop(address) {
      const dropped = [...open].filter(([at]) => address === undefined || at === address);
      await Promise.all(dropped.map(([at, kept]) => forget(at, kept)));
    },
  };
}

/** Says that a broker does not answer, at most once each half minute. */
export function sayNoAnswer(
  say: (line: string) => void,
  now: () => number = Date.now,
): (address: string, reason: string) => void {
  const quietUntil = new Map<string, number>();
  return (address, reason) => {
    if (now() < (quietUntil.get(address) ?? 0)) return;
    quietUntil.set(address, now() + QUIET);
    say(`Broker ${address} does not answer (${reason}): retrying.`);
  };
}
