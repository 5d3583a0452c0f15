// Proves that a cluster works.
import type { Connection } from "../connection/connection.ts";
import { ClientError } from "../errors/client_error.ts";
import { OFFSETS_TOPIC, type Topic } from "../cluster/metadata.ts";
import { missingBrokers, missingReplicas, unreachablePartitions } from "./not_ready.ts";
import { proveGroups } from "./prove_groups.ts";
import { proveQuorum } from "./prove_quorum.ts";
import { proveRecord } from "./prove_record.ts";
import { NotYet, openWatch } from "./watch.ts";

/** What {@linkcode proveReady} needs. */
export interface ProofOptions {
  /** Its bootstrap servers are the brokers that are asked: each of them. */
  readonly connection: Connection;
  /** `broker.id` of each broker that is to run. */
  readonly brokerIds: readonly number[];
  /**
   * `node.id` of each controller that is to run, in KRaft mode. Left out: all that vote in the quorum
   * must.
   */
  readonly controllerIds?: readonly number[];
  /**
   * The controllers, where they can be reached: they tell of the quorum while brokers wait for its
   * leader. Given only in KRaft mode.
   */
  readonly controllers?: Connection;
  /** Those are all of the cluster's brokers: a partition that lies only on others is a fault. */
  readonly allBrokers: boolean;
  /** Told in words what is waited for, each time that it changes. */
  readonly onWait: (seen: string) => void;
  /** When to give up. */
  readonly signal: AbortSignal;
}

/**
 * Proves that a cluster is ready for a user: every broker is registered (and, in KRaft mode, not
 * fenced) and a controller elected, in the view of each broker; in KRaft mode all controllers follow
 * the one that leads; every partition has a leader and all its replicas in sync; a record
 * written with acks=all is read back; and a coordinator answers for every consumer group there can
 * be. Nothing of it is left behind, and what an interrupted proof left is removed.
 *
 * @throws {ClientError} When `signal` aborts: what was last seen.
 */
export async function proveReady(
  options: ProofOptions,
): Promise<{ clusterId: string; controllerId: number }> {
  const { connection, brokerIds, allBrokers, controllerIds, controllers, onWait, signal } = options;
  const watch = openWatch({ connection, controllers, onWait, signal });
  try {
    // Begun at once: on a new cluster the offsets topic takes the longest, and it can be made as
    // soon as one broker knows the others.
    const offsets = proveGroups(watch, brokerIds);
    offsets.catch(() => {});
    // Where they can be asked, they say first that too few of them run.
    let quorum = controllers && proveQuorum(watch, controllerIds);
    quorum?.catch(() => {});
    const { metadata, kraft } = await watch.until(
      "the brokers are asked for the cluster",
      async () => {
        const views = await watch.views();
        const missing = missingBrokers(views, brokerIds);
        if (missing) throw new NotYet(missingBrokers(views, brokerIds, await watch.fenced())!);
        return { metadata: views[0]!.metadata, kraft: await watch.isKraft() };
      },
    );
    if (kraft) quorum ??= proveQuorum(watch, controllerIds);
    await Promise.all([
      quorum,
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
    return { clusterId, controllerId: (await quorum)?.leaderId ?? controllerId };
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
