// What a cluster still lacks, in words: from the views of its brokers.
// This module is pure: no Deno APIs, no I/O.
import { isFollowing, type Quorum } from "../quorum/quorum.ts";
import { isOffline, type Metadata, type Partition, type Topic } from "../cluster/metadata.ts";

/** What a broker, asked at an address, knows of its cluster. */
export interface View {
  /** `host:port`. */
  readonly address: string;
  readonly metadata: Metadata;
}

/** What is asked of the quorum of controllers. */
export interface Wanted {
  /** `node.id` of each controller that is to run; left out: all that vote. */
  readonly controllerIds: readonly number[] | undefined;
  /** Up to here each must have the metadata. */
  readonly offset: bigint;
}

/** Which of the controllers do not follow the quorum's leader, or lack what it had. */
export function missingControllers(
  quorum: Quorum,
  { controllerIds, offset }: Wanted,
): string | undefined {
  const ids = controllerIds ?? quorum.voters.map(({ nodeId }) => nodeId);
  for (const id of ids) {
    const voter = quorum.voters.find(({ nodeId }) => nodeId === id);
    const observer = quorum.observers.find((node) =>
      node.nodeId === id && isFollowing(quorum, node)
    );
    const node = voter ?? observer;
    if (!node || !isFollowing(quorum, node)) {
      return observer
        ? `controller ${id} votes with the directory ${voter?.directoryId}, and runs with ` +
          `${observer.directoryId}`
        : `controller ${id} does not follow the quorum, which ${quorum.leaderId} leads`;
    }
    const { logEndOffset = 0n } = node;
    if (logEndOffset < offset) {
      return `controller ${id} has not caught up with the quorum (offset ${logEndOffset} of ${offset})`;
    }
  }
}

/**
 * Which of the brokers are not registered, or that no controller is elected.
 *
 * @param fenced Brokers that are registered with the quorum, and not to be used yet.
 */
export function missingBrokers(
  views: readonly View[],
  brokerIds: readonly number[],
  fenced: readonly number[] = [],
): string | undefined {
  const lacking = views.map(({ address, metadata }) => {
    const known = metadata.brokers.map(({ id }) => id);
    return { address, known, missing: brokerIds.filter((id) => !known.includes(id)) };
  }).filter(({ missing }) => missing.length > 0);
  const [one] = lacking;
  if (one) {
    const who = (ids: readonly number[]) =>
      ids.length === 1 ? `broker ${ids[0]} is` : `brokers ${ids.join(", ")} are`;
    const held = one.missing.filter((id) => fenced.includes(id));
    if (held.length > 0) return `${who(held)} fenced: not caught up yet, or frozen`;
    const where = lacking.length === views.length ? "" : ` at ${one.address}`;
    return `${who(one.missing)} not registered${where} (registered: ${
      one.known.join(", ") || "none"
    })`;
  }
  const lost = views.find(({ metadata }) => metadata.controllerId < 0);
  return lost && `no controller is elected (asked ${lost.address})`;
}

/**
 * Which partitions have no leader, or a replica that is not in sync. Only replicas on `brokerIds`
 * count: a broker that is not to run cannot be waited for. Which partitions lie only on others, and
 * so are out of reach, {@linkcode unreachablePartitions} tells.
 */
export function missingReplicas(
  views: readonly View[],
  brokerIds: readonly number[],
  topics: (topic: Pick<Topic, "topic">) => boolean,
): string | undefined {
  for (const { metadata } of views) {
    const untold = metadata.errors.find(topics);
    if (untold) return `${untold.topic} cannot be described yet (error code ${untold.errorCode})`;
    const lacking = metadata.topics.filter(topics).flatMap(({ topic, partitions }) =>
      partitions.flatMap((partition) => {
        const text = lacks(partition, brokerIds);
        return text === undefined ? [] : [`${topic}-${partition.partition} ${text}`];
      })
    );
    if (lacking.length > 0) {
      return lacking[0] + (lacking.length > 1 ? `, and ${lacking.length - 1} more` : "");
    }
  }
}

/** Partitions all of whose replicas are on brokers other than `brokerIds`: nobody can serve them. */
export function unreachablePartitions(
  { topics }: Metadata,
  brokerIds: readonly number[],
): string | undefined {
  const names = topics.flatMap(({ topic, partitions }) =>
    partitions
      .filter(({ replicas }) => !replicas.some((id) => brokerIds.includes(id)))
      .map(({ partition, replicas }) => `${topic}-${partition} (replicas: ${replicas.join(", ")})`)
  );
  if (names.length === 0) return undefined;
  const more = names.length - 5;
  return names.slice(0, 5).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function lacks(partition: Partition, brokerIds: readonly number[]): string | undefined {
  const wanted = partition.replicas.filter((id) => brokerIds.includes(id));
  if (wanted.length === 0) return;
  const replicas = partition.replicas.join(", ");
  if (isOffline(partition)) return `has no leader (replicas: ${replicas})`;
  if (wanted.every((id) => partition.isr.includes(id))) return;
  return `is not in sync (in sync: ${partition.isr.join(", ")} of ${replicas})`;
}
