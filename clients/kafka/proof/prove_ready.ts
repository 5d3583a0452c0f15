// Proves that a cluster works, and tells its state.
import { openBroker } from "../connection/broker.ts";
import { fetchMetadata } from "../cluster/cluster.ts";
import { ClientError, connectionReason, explain, NO_ANSWER, rootCause } from "../errors/explain.ts";
import {
  isOffline,
  isUnderReplicated,
  type Member,
  OFFSETS_TOPIC,
  type Partition,
  type Topic,
} from "../cluster/metadata.ts";
import { missingBrokers, missingReplicas, unreachablePartitions } from "./not_ready.ts";
import { proveGroups } from "./prove_groups.ts";
import { proveRecord } from "./prove_record.ts";
import { NotYet, openWatch } from "./watch.ts";

/** What {@linkcode proveReady} needs. */
export interface ProofOptions {
  /** `host:port` of each broker. */
  readonly bootstrapServers: readonly string[];
  /** `broker.id` of each broker that is to run. */
  readonly brokerIds: readonly number[];
  /** Those are all of the cluster's brokers: a partition that lies only on others is a fault. */
  readonly allBrokers: boolean;
  /** Told in words what is waited for, each time that it changes. */
  readonly onWait: (seen: string) => void;
  /** When to give up. */
  readonly signal: AbortSignal;
}

/**
 * Proves that a cluster is ready for a user: every broker is registered and a controller elected,
 * in the view of each broker; every partition has a leader and all its replicas in sync; a record
 * written with acks=all is read back; and a coordinator answers for every consumer group there can
 * be. Nothing of it is left behind, and what an interrupted proof left is removed.
 *
 * @throws {ClientError} When `signal` aborts: what was last seen.
 */
export async function proveReady(
  options: ProofOptions,
): Promise<{ clusterId: string; controllerId: number }> {
  const { bootstrapServers, brokerIds, allBrokers, onWait, signal } = options;
  const watch = openWatch({ addresses: bootstrapServers, onWait, signal });
  try {
    // Begun at once: on a new cluster the offsets topic takes the longest, and it can be made as
    // soon as one broker knows the others.
    const offsets = proveGroups(watch, brokerIds);
    offsets.catch(() => {});
    const metadata = await watch.until("the brokers are asked for the cluster", async () => {
      const views = await watch.views();
      const missing = missingBrokers(views, brokerIds);
      if (missing) throw new NotYet(missing);
      return views[0]!.metadata;
    });
    await Promise.all([
      offsets.then((topic) => proveRecord(watch, topic, metadata.brokers)),
      watch.until("the replicas are asked for", async () => {
        const views = await watch.views();
        const missing = missingReplicas(views, brokerIds, isOfUsers);
        if (missing) throw new NotYet(missing);
        return views[0]!.metadata;
      }).then((metadata) => {
        const lost = allBrokers ? unreachablePartitions(metadata, brokerIds) : undefined;
        if (lost) throw unreachable(lost);
      }),
    ]);
    const { clusterId, controllerId } = metadata;
    return { clusterId, controllerId };
  } finally {
    await watch.close();
  }
}

function unreachable(partitions: string): ClientError {
  return new ClientError(
    `The cluster runs, but partitions are on none of its brokers: ${partitions}`,
    {
      hint: "Nobody can read or write them. Bring the broker back that has them (deno task up " +
        "--brokers …),\nor delete the topic: deno task topic:delete",
    },
  );
}

/** The offsets topic has a proof of its own. */
function isOfUsers({ topic }: Pick<Topic, "topic">): boolean {
  return topic !== OFFSETS_TOPIC;
}

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
 * @param options `timeout`: how long an answer may take, in ms. Default 5000.
 * @throws {ClientError} When none answers.
 */
export async function clusterState(
  bootstrapServers: readonly string[],
  options: { readonly timeout?: number } = {},
): Promise<ClusterState> {
  const { timeout = 5000 } = options;
  const ask = async (address: string) => {
    const broker = await openBroker(address, { timeout });
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
  const first = asked.find((result) => result.status === "fulfilled");
  const failed = asked.map((result, index) => ({ result, address: bootstrapServers[index]! }));
  const silent = failed.flatMap(({ result, address }) =>
    result.status === "rejected"
      ? [{ address, reason: connectionReason(rootCause(result.reason)) }]
      : []
  );
  if (!first) {
    const [one] = asked as PromiseRejectedResult[];
    throw explain(one!.reason, bootstrapServers.join());
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
