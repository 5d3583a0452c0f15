// How a cluster is at one moment, and which of its brokers do not answer.
import { type Broker, openBroker } from "../connection/broker.ts";
import type { Connection } from "../connection/connection.ts";
import { connectionReason, NO_ANSWER, rootCause } from "../errors/causes.ts";
import { explain } from "../errors/explain.ts";
import { fetchQuorum, isKraft } from "../quorum/fetch_quorum.ts";
import type { Quorum } from "../quorum/quorum.ts";
import { type ClusterOptions, fetchMetadata } from "./cluster.ts";
import { isOffline, isUnderReplicated, type Member, type Partition } from "./metadata.ts";

/** How long an answer may take, in ms. */
const ANSWER_TIMEOUT = 5000;

/** A partition with the name of its topic. */
export interface PlacedPartition extends Partition {
  readonly topic: string;
}

/** The quorum of controllers as its leader sees it, or why that does not tell. */
export type QuorumState = { readonly known: Quorum } | { readonly unknown: string };

/** What one look at a cluster shows. */
export interface ClusterState {
  readonly clusterId: string;
  /** Who leads: in KRaft mode the quorum. −1 when there is none, or it is not known. */
  readonly controllerId: number;
  /** In KRaft mode; in ZooKeeper mode there is none. */
  readonly quorum?: QuorumState;
  /** Those that are registered, by id. */
  readonly brokers: readonly Member[];
  /** Partitions with a replica that is not in sync; those without a leader are among them. */
  readonly underReplicated: readonly PlacedPartition[];
  /** Partitions without a leader. */
  readonly offline: readonly PlacedPartition[];
  /** Topics that exist and could not be described, each with the reason. */
  readonly untold: readonly { readonly topic: string; readonly reason: string }[];
  /** `host:port` of those that were asked and gave no answer in time, each with the reason. */
  readonly silent: readonly { readonly address: string; readonly reason: string }[];
}

/** How to ask a cluster, and whom. */
export interface StateOptions extends ClusterOptions {
  /**
   * Controllers that can be reached: asked for the quorum instead of the brokers, which wait for its
   * leader.
   */
  readonly controllers?: Connection;
}

/**
 * Asks all brokers at once, and tells what the first of them knows that answers, and who does not:
 * a broker that is frozen still accepts connections, and is registered until its session ends.
 *
 * @throws {ClientError} When none answers.
 */
export async function clusterState(
  connection: Connection,
  options: StateOptions = {},
): Promise<ClusterState> {
  const { timeout = ANSWER_TIMEOUT, signal, controllers } = options;
  signal?.throwIfAborted();
  const done = new AbortController();
  const ended = signal ? AbortSignal.any([done.signal, signal]) : done.signal;
  try {
    const open = (address: string, security: Connection) =>
      openBroker(address, { security, timeout, signal: ended });
    const { state, answered } = await lookAt(connection, (address) => open(address, connection));
    signal?.throwIfAborted();
    const [first] = answered.values();
    if (!isKraft(first!)) return state;
    const fetched = controllers
      ? fetchQuorum(controllers.bootstrapServers, (address) => open(address, controllers))
      : fetchQuorum([...answered.keys()], (address) => Promise.resolve(answered.get(address)!));
    const quorum = await fetched.then(
      ({ quorum }) => ({ known: quorum }),
      ({ message }: Error) => ({ unknown: message }),
    );
    signal?.throwIfAborted();
    return { ...state, quorum, controllerId: "known" in quorum ? quorum.known.leaderId : -1 };
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    done.abort();
  }
}

/** What the first broker knows that answers, and the connections to all that do. */
async function lookAt(
  connection: Connection,
  open: (address: string) => Promise<Broker>,
): Promise<{ readonly state: ClusterState; readonly answered: ReadonlyMap<string, Broker> }> {
  const { bootstrapServers } = connection;
  const ask = async (address: string) => {
    const broker = await open(address);
    return { broker, metadata: await fetchMetadata(broker) };
  };
  // Who is busy gets a second chance: that it is frozen must be true when it is said.
  const patiently = (address: string) =>
    ask(address).catch((error) => {
      if (connectionReason(rootCause(error)) !== NO_ANSWER) throw error;
      return ask(address);
    });
  const results = await Promise.allSettled(bootstrapServers.map(patiently));
  const answers = results.filter((result) => result.status === "fulfilled");
  const silent = results.flatMap((result, index) =>
    result.status === "rejected"
      ? [{
        address: bootstrapServers[index]!,
        reason: connectionReason(rootCause(result.reason)),
      }]
      : []
  );
  const [first] = answers;
  if (!first) throw explain((results[0] as PromiseRejectedResult).reason, connection);
  const { metadata, broker } = first.value;
  const { clusterId, controllerId, brokers, topics, errors } = metadata;
  const partitions = topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition): PlacedPartition => ({ topic, ...partition }))
  );
  return {
    answered: new Map(answers.map(({ value }) => [value.broker.address, value.broker])),
    state: {
      clusterId,
      controllerId,
      brokers,
      underReplicated: partitions.filter(isUnderReplicated),
      offline: partitions.filter(isOffline),
      untold: errors.map(({ topic, errorCode }) => ({
        topic,
        reason: broker.error(errorCode).message,
      })),
      silent,
    },
  };
}
