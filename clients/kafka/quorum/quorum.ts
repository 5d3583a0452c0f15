// The quorum of controllers, which keeps a cluster's metadata where there is no ZooKeeper (KRaft).
// This module is pure: no Deno APIs, no I/O.
import {
  type DescribeQuorumAnswer,
  type ListenerAddress,
  NO_DIRECTORY,
  type ReplicaState,
} from "../protocol/quorum_requests.ts";

/** The quorum as its leader sees it. */
export interface Quorum {
  /** `node.id` of the controller that leads: the active controller. */
  readonly leaderId: number;
  /** How often a leader was elected. */
  readonly epoch: number;
  /** Up to here the metadata is on a majority of the voters. */
  readonly highWatermark: bigint;
  /** The controllers whose votes count, by `node.id`. */
  readonly voters: readonly QuorumNode[];
  /** All that only follow, by `node.id`: brokers, and controllers that are no voters. */
  readonly observers: readonly QuorumNode[];
}

/** One copy of the metadata; each field `undefined` where the leader does not know it. */
export interface QuorumNode {
  readonly nodeId: number;
  /** Of the directory that has the copy (`directory.id` in its meta.properties). */
  readonly directoryId: string | undefined;
  readonly logEndOffset: bigint | undefined;
  /** Records that the leader has and this copy does not. */
  readonly lag: bigint | undefined;
  /** How long ago it last asked the leader, in ms. */
  readonly lastFetchMsAgo: number | undefined;
  /** How long ago it last had all that the leader had, in ms. */
  readonly lastCaughtUpMsAgo: number | undefined;
  /** Where a voter can be reached by the others; none of an observer. */
  readonly listeners: readonly ListenerAddress[];
}

/** Who has not asked the leader for so long, in ms, does not follow: each asks twice a second, and of
 * a majority like that the leader resigns (`controller.quorum.fetch.timeout.ms`). */
const SILENT = 2000;

/** The answer to a DescribeQuorum request. */
export function toQuorum(answer: DescribeQuorumAnswer): Quorum {
  const { leaderId, leaderEpoch, highWatermark, voters, observers, nodes } = answer;
  const all = [...voters, ...observers];
  const leader = voters.find(({ replicaId }) => replicaId === leaderId);
  // The leader's entry has its time of now: other clocks do not matter.
  const now = all.reduce(
    (latest, { lastFetchTimestamp: fetched, lastCaughtUpTimestamp: caught }) =>
      [latest, fetched, caught].reduce((a, b) => a > b ? a : b),
    0n,
  );
  const ago = (time: bigint) => time < 0n ? undefined : Number(now - time);
  const toNode = (replica: ReplicaState): QuorumNode => {
    const { replicaId, directoryId, logEndOffset: end } = replica;
    return {
      nodeId: replicaId,
      directoryId: directoryId === NO_DIRECTORY ? undefined : directoryId,
      logEndOffset: end < 0n ? undefined : end,
      lag: end < 0n || leader === undefined ? undefined : leader.logEndOffset - end,
      lastFetchMsAgo: ago(replica.lastFetchTimestamp),
      lastCaughtUpMsAgo: ago(replica.lastCaughtUpTimestamp),
      listeners: nodes.find(({ nodeId }) => nodeId === replicaId)?.listeners ?? [],
    };
  };
  const byId = (replicas: readonly ReplicaState[]) =>
    replicas.map(toNode).sort((a, b) => a.nodeId - b.nodeId);
  return {
    leaderId,
    epoch: leaderEpoch,
    highWatermark,
    voters: byId(voters),
    observers: byId(observers).map((node) => ({ ...node, listeners: [] })),
  };
}

/** Whether a node runs and follows, as far as the leader knows; the leader does. */
export function isFollowing({ leaderId }: Quorum, node: QuorumNode): boolean {
  return node.nodeId === leaderId || (node.lastFetchMsAgo ?? Infinity) <= SILENT;
}

/** The voters that do not follow. */
export function silentVoters(quorum: Quorum): QuorumNode[] {
  return quorum.voters.filter((node) => !isFollowing(quorum, node));
}

/** Whether too few voters follow for anything to change: the leader is about to resign. */
export function hasLostMajority(quorum: Quorum): boolean {
  const { length } = quorum.voters;
  return length - silentVoters(quorum).length < majorityOf(length);
}

/** How many voters of so many must agree. */
export function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}
