// Asks brokers again and again until they are as they should be, and remembers what was last
// seen of what was not.
import type { Broker } from "../connection/broker.ts";
import type { Connection } from "../connection/connection.ts";
import { fetchMetadata, fetchOverview } from "../cluster/cluster.ts";
import { openBrokerPool } from "../connection/broker_pool.ts";
import { ClientError } from "../errors/client_error.ts";
import { connectionReason, isConnectionError, isFault, rootCause } from "../errors/causes.ts";
import { fetchQuorum, isKraft } from "../quorum/fetch_quorum.ts";
import type { Quorum } from "../quorum/quorum.ts";
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
  /** Controllers that can be reached: asked for the quorum instead of the brokers. */
  readonly controllers?: Connection | undefined;
  /** Told in words what is waited for, each time that it changes. */
  readonly onWait: (seen: string) => void;
  /** Ends the watch: what is under way then throws what was last seen. */
  readonly signal: AbortSignal;
}

/** Not as it should be: what is missing, in words. */
export class NotYet extends Error {
  override name = "NotYet";
}

/** What a connection is for: requests on all but the first may wait for replicas, coordinators, the
 * quorum. */
export type Lane = "metadata" | "groups" | "nudge" | "quorum";

/** See {@linkcode openWatch}. */
export interface Watch {
  /**
   * The connection to a broker, made where there is none.
   *
   * @param lane Each has a connection of its own, for a broker answers the requests of one in
   * their order: what takes long must not hold up the rest.
   */
  broker(address: string, lane: Lane): Promise<Broker>;
  /** The connection to the controller of now; in KRaft mode to a broker, which passes all on to it. */
  controller(lane: Lane): Promise<Broker>;
  /** Whether the cluster keeps its metadata in a quorum of controllers. */
  isKraft(): Promise<boolean>;
  /** Brokers that are registered with the quorum and not to be used yet; none where it is not told. */
  fenced(): Promise<number[]>;
  /** The quorum of controllers, in KRaft mode. */
  quorum(): Promise<Quorum>;
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
export function openWatch({ connection, controllers, onWait, signal }: WatchOptions): Watch {
  const addresses = connection.bootstrapServers;
  const connections = openBrokerPool({ security: connection, timeout: ANSWER_TIMEOUT });
  const toControllers = openBrokerPool({ security: controllers ?? {}, timeout: ANSWER_TIMEOUT });
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
    const asked = await broker(addresses[0]!, "metadata");
    if (isKraft(asked)) return await broker(asked.address, lane);
    const metadata = await fetchOverview(asked);
    const address = findAddress(metadata, metadata.controllerId);
    if (address === undefined) throw new NotYet("no controller is elected");
    return await broker(address, lane);
  };
  const kraft = async () => isKraft(await broker(addresses[0]!, "metadata"));
  const fenced = async () => {
    const asked = await broker(addresses[0]!, "metadata");
    if (!asked.supports("DescribeCluster")) return [];
    const { nodes } = await asked.request("DescribeCluster", { endpoints: "brokers" });
    return nodes.filter(({ fenced }) => fenced).map(({ nodeId }) => nodeId);
  };
  const quorum = async () => {
    const asked = controllers?.bootstrapServers ?? addresses;
    const pool = controllers ? toControllers : connections;
    return (await fetchQuorum(asked, (address) => pool.get(address, "quorum"))).quorum;
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
    toControllers.close();
  };
  return { broker, controller, isKraft: kraft, fenced, quorum, views, until, close };
}
