// Quorums as a test wants them.
import type { Quorum, QuorumNode } from "../../../../clients/kafka/quorum/quorum.ts";

/** A node that has asked the leader so long ago, in ms. */
export function node(nodeId: number, ms: number, directoryId = `dir-${nodeId}`): QuorumNode {
  return {
    ...{ nodeId, directoryId, logEndOffset: 100n, lag: 0n },
    ...{ lastFetchMsAgo: ms, lastCaughtUpMsAgo: ms },
    listeners: [{ name: "CONTROLLER", host: "h", port: nodeId }],
  };
}

/** A quorum that controller 1 leads. */
export function quorumOf(
  voters: readonly QuorumNode[],
  observers: readonly QuorumNode[] = [],
): Quorum {
  return { leaderId: 1, epoch: 3, highWatermark: 100n, voters, observers };
}
