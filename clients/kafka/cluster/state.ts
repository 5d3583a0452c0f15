// How a cluster is at one moment, and which of its brokers do not answer.
import { openBroker } from "../connection/broker.ts";
import type { Connection } from "../connection/connection.ts";
import { connectionReason, NO_ANSWER, rootCause } from "../errors/causes.ts";
import { explain } from "../errors/explain.ts";
import { type ClusterOptions, fetchMetadata } from "./cluster.ts";
import { isOffline, isUnderReplicated, type Member, type Partition } from "./metadata.ts";

/** How long an answer may take, in ms. */
const ANSWER_TIMEOUT = 5000;

/** A partition with the name of its topic. */
export interface PlacedPartition extends Partition {
  readonly topic: string;
}

/** What one look at a cluster shows. */
export interface ClusterState {
  readonly clusterId: string;
  /** −1 when there is none. */
  readonly controllerId: number;
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

/**
 * Asks all brokers at once, and tells what the first of them knows that answers, and who does not:
 * a broker that is frozen still accepts connections, and is registered until its session ends.
 *
 * @throws {ClientError} When none answers.
 */
export async function clusterState(
  connection: Connection,
  options: ClusterOptions = {},
): Promise<ClusterState> {
  const { timeout = ANSWER_TIMEOUT, signal } = options;
  const { bootstrapServers } = connection;
  signal?.throwIfAborted();
  const ask = async (address: string) => {
    const broker = await openBroker(address, {
      security: connection,
      timeout,
      ...(signal ? { signal } : {}),
    });
    try {
      const metadata = await fetchMetadata(broker);
      const untold = metadata.errors.map(({ topic, errorCode }) => ({
        topic,
        reason: broker.error(errorCode).message,
      }));
      return { ...metadata, untold };
    } finally {
      await broker.close();
    }
  };
  // Who is busy gets a second chance: that it is frozen must be true when it is said.
  const patiently = (address: string) =>
    ask(address).catch((error) => {
      if (connectionReason(rootCause(error)) !== NO_ANSWER) throw error;
      return ask(address);
    });
  const asked = await Promise.allSettled(bootstrapServers.map(patiently));
  signal?.throwIfAborted();
  const first = asked.find((result) => result.status === "fulfilled");
  const failed = asked.map((result, index) => ({ result, address: bootstrapServers[index]! }));
  const silent = failed.flatMap(({ result, address }) =>
    result.status === "rejected"
      ? [{ address, reason: connectionReason(rootCause(result.reason)) }]
      : []
  );
  if (!first) {
    const [one] = asked as PromiseRejectedResult[];
    throw explain(one!.reason, connection);
  }
  const { clusterId, controllerId, brokers, topics, untold } = first.value;
  const partitions = topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition): PlacedPartition => ({ topic, ...partition }))
  );
  return {
    clusterId,
    controllerId,
    brokers,
    underReplicated: partitions.filter(isUnderReplicated),
    offline: partitions.filter(isOffline),
    untold,
    silent,
  };
}
