// Asks brokers again and again until they are as they should be, and remembers what was last
// seen of what was not.
import type { Broker } from "../connection/broker.ts";
import type { Connection } from "../connection/connection.ts";
import { fetchMetadata, fetchOverview } from "../cluster/cluster.ts";
import { openBrokerPool } from "../connection/broker_pool.ts";
import { ClientError } from "../errors/client_error.ts";
import { connectionReason, isConnectionError, isFault, rootCause } from "../errors/causes.ts";
import { findAddress } from "../cluster/metadata.ts";
import type { View } from "./not_ready.ts";

/** Time between two looks, in ms. */
const POLL = 25;
/** A broker that has been asked so long ago, in ms, hangs: that is then what was last seen. */
const SILENT = 1000;
/** How long a broker may take to answer, in ms. One that hangs is asked again on a new connection. */
const ANSWER_TIMEOUT = 5000;

/** What {@linkcode openWatch} needs. */
export interface WatchOptions {
  /** Its bootstrap servers are the brokers that are watched: each of them. */
  readonly connection: Connection;
  /** Told in words what is waited for, each time that it changes. */
  readonly onWait: (seen: string) => void;
  /** Ends the watch: what is under way then throws what was last seen. */
  readonly signal: AbortSignal;
}

/** Not as it should be: what is missing, in words. */
export class NotYet extends Error {
  override name = "NotYet";
}

/** What a connection is for: requests on the latter two may wait for replicas and coordinators. */
export type Lane = "metadata" | "groups" | "nudge";

/** See {@linkcode openWatch}. */
export interface Watch {
  /**
   * The connection to a broker, made where there is none.
   *
   * @param lane Each has a connection of its own, for a broker answers the requests of one in
   * their order: what takes long must not hold up the rest.
   */
  broker(address: string, lane: Lane): Promise<Broker>;
  /** The connection to the controller of now. */
  controller(lane: Lane): Promise<Broker>;
  /** What each watched broker knows of the cluster. */
  views(): Promise<View[]>;
  /**
   * Looks until `look` does not throw any more.
   *
   * @param task What it is about: said when nothing else was seen before the watch ended.
   */
  until<T>(task: string, look: () => Promise<T>): Promise<T>;
  /** Closes all connections, and those too that are being made. */
  close(): void;
}

/** Watches brokers. */
export function openWatch({ connection, onWait, signal }: WatchOptions): Watch {
  const addresses = connection.bootstrapServers;
  const connections = openBrokerPool({ security: connection, timeout: ANSWER_TIMEOUT });
  const seen = new Map<string, string>();
  /** Since when a broker is being asked, by the clock of `performance`. */
  const asked = new Map<string, number>();
  const failure = () => {
    const silent = [...asked].filter(([, since]) => performance.now() - since > SILENT)
      .map(([address]) => `no answer from ${address}`);
    // Several tasks may wait for the same.
    const texts = new Set([...seen.values(), ...silent].flatMap((text) => text.split("; ")));
    return new ClientError([...texts].join("; ") || "no broker has answered yet");
  };
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(failure());
  signal.addEventListener("abort", onAbort);
  aborted.catch(() => {});

  const noAnswer = (address: string, error: unknown): never => {
    if (!isConnectionError(error)) throw error;
    throw new NotYet(`no answer from ${address} (${connectionReason(rootCause(error))})`);
  };
  const broker = (address: string, lane: Lane) =>
    connections.get(address, lane).catch((error) => noAnswer(address, error));
  const controller = async (lane: Lane) => {
    const metadata = await fetchOverview(await broker(addresses[0]!, "metadata"));
    const address = findAddress(metadata, metadata.controllerId);
    if (address === undefined) throw new NotYet("no controller is elected");
    return await broker(address, lane);
  };
  const view = async (address: string): Promise<View> => {
    asked.set(address, performance.now());
    try {
      return { address, metadata: await fetchMetadata(await broker(address, "metadata")) };
    } catch (error) {
      return noAnswer(address, error);
    } finally {
      asked.delete(address);
    }
  };
  const views = async () => {
    const results = await Promise.allSettled(addresses.map(view));
    const failures = results.filter((result) => result.status === "rejected");
    const fault = failures.find(({ reason }) => isFault(reason));
    if (fault) throw fault.reason;
    if (failures.length > 0) {
      throw new NotYet(failures.map(({ reason }) => reason.message).join("; "));
    }
    return results.map((result) => (result as PromiseFulfilledResult<View>).value);
  };
  const until = async <T>(task: string, look: () => Promise<T>) => {
    seen.set(task, task);
    while (true) {
      if (signal.aborted) throw failure();
      try {
        const result = await Promise.race([look(), aborted]);
        seen.delete(task);
        return result;
      } catch (error) {
        if (isFault(error)) throw error;
        // Also where a look ends at that moment, with what it alone has seen.
        if (signal.aborted) throw failure();
        const text = (error as Error).message;
        const known = seen.get(task) === text;
        // Before it is told: whoever ends the watch then is told the same.
        seen.set(task, text);
        if (!known) onWait(text);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  };
  const close = () => {
    signal.removeEventListener("abort", onAbort);
    connections.close();
  };
  return { broker, controller, views, until, close };
}
