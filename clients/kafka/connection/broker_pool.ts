// Connections to brokers: each made when it is first asked for, kept, and made anew once it has
// failed.
import { type Broker, openBroker } from "./broker.ts";
import type { Security } from "./connection.ts";

/** Time before a broker whose connection failed is connected to again, in ms: trying costs brokers
 * that start some of their time. */
const RECONNECT_BACKOFF = 100;

/** See {@linkcode openBrokerPool}. */
export interface BrokerPool {
  /**
   * The connection to the broker at `host:port`. Where the last one failed a moment ago, that one:
   * it fails for the same reason.
   *
   * @param lane Each has a connection of its own.
   * @throws When it cannot be made.
   */
  get(address: string, lane?: string): Promise<Broker>;
  /** Closes all, and those too that are being made. */
  close(): void;
}

/** What {@linkcode openBrokerPool} needs. */
export interface BrokerPoolOptions {
  readonly security: Security;
  /** How long an answer may take, in ms. A connection on which one does not come is closed. */
  readonly timeout: number;
  /** Closes all. Its reason is thrown then instead of what comes of that. */
  readonly signal?: AbortSignal | undefined;
  /** A clock, in ms; a test has one of its own. */
  readonly now?: () => number;
}

interface Kept {
  readonly broker: Promise<Broker>;
  /** By the pool's clock; `undefined` while it is being made, or works. */
  failedAt: number | undefined;
}

/** Keeps connections. A failed one is closed at once. */
export function openBrokerPool(options: BrokerPoolOptions): BrokerPool {
  const { security, timeout, signal, now = () => performance.now() } = options;
  const kept = new Map<string, Kept>();
  const stop = new AbortController();
  const ended = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal;
  const mayKeep = ({ failedAt }: Kept) =>
    failedAt === undefined || now() - failedAt < RECONNECT_BACKOFF;
  return {
    get(address, lane = "") {
      if (signal?.aborted) return Promise.reject(signal.reason);
      const key = `${address} ${lane}`;
      const known = kept.get(key);
      if (known && mayKeep(known)) return known.broker;
      const broker = openBroker(address, { security, timeout, signal: ended });
      const made: Kept = { broker, failedAt: undefined };
      kept.set(key, made);
      const fail = () => void (made.failedAt = now());
      broker.then(({ closed }) => closed.then(fail), fail);
      return broker;
    },
    close: () => stop.abort(),
  };
}
