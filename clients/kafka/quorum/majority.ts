// Whether a quorum of controllers still has a majority once its voters change.
// This module is pure: no Deno APIs, no I/O.
import { ClientError } from "../errors/client_error.ts";
import { isFollowing, majorityOf, type Quorum, type QuorumNode } from "./quorum.ts";

/** Which copy of the metadata is meant. */
export interface Chosen {
  /** Kafka's `--controller-id`. */
  readonly nodeId: number;
  /** Kafka's `--controller-directory-id`. Left out: the one that runs. */
  readonly directoryId?: string | undefined;
}

/**
 * The voter that is to be removed.
 *
 * @throws {ClientError} There is none, it is the only one, or no majority would be left.
 */
export function checkRemoval(quorum: Quorum, chosen: Chosen): QuorumNode {
  const { nodeId } = chosen;
  const voter = choose(quorum, quorum.voters, chosen);
  if (!voter) {
    throw new ClientError(`${nameOf(chosen)} is no voter of the quorum`, {
      hint: `Voters: ${list(quorum.voters)}. deno task quorum:describe shows them.`,
    });
  }
  if (quorum.voters.length === 1) {
    throw new ClientError(
      `Controller ${nodeId} is the only voter: without it there is no cluster`,
      {
        hint: "Add another first: deno task quorum:add --controller-id <id>",
      },
    );
  }
  checkMajority(
    quorum,
    quorum.voters.filter((other) => other !== voter),
    `Without controller ${nodeId}`,
  );
  return voter;
}

/**
 * The observer that is to be added.
 *
 * @throws {ClientError} There is none, it is a voter already, or no majority would be left.
 */
export function checkAddition(quorum: Quorum, chosen: Chosen): QuorumNode {
  const { nodeId } = chosen;
  const observer = choose(quorum, quorum.observers, chosen);
  const voter = quorum.voters.find((voter) => voter.nodeId === nodeId);
  if (voter) {
    if (!observer) throw new ClientError(`Controller ${nodeId} is a voter already`);
    throw new ClientError(
      `Controller ${nodeId} is a voter with the directory ${voter.directoryId}, which is gone: ` +
        `it runs with ${observer.directoryId}`,
      {
        hint: `Remove the old one first: deno task quorum:remove --controller-id ${nodeId} ` +
          `--controller-directory-id ${voter.directoryId}`,
      },
    );
  }
  if (!observer || !isFollowing(quorum, observer)) {
    throw new ClientError(`${nameOf(chosen)} does not follow the quorum`, {
      hint: "Start it first: a controller begins as an observer. " +
        `Observers: ${list(quorum.observers.filter((node) => isFollowing(quorum, node)))}.`,
    });
  }
  checkMajority(quorum, [...quorum.voters, observer], `With controller ${nodeId}`);
  return observer;
}

/** Who runs, before a directory that is gone: that is remembered for some minutes. */
function choose(
  quorum: Quorum,
  nodes: readonly QuorumNode[],
  { nodeId, directoryId }: Chosen,
): QuorumNode | undefined {
  const found = nodes.filter((node) =>
    node.nodeId === nodeId && (directoryId === undefined || node.directoryId === directoryId)
  );
  return found.find((node) => isFollowing(quorum, node)) ?? found[0];
}

function checkMajority(quorum: Quorum, after: readonly QuorumNode[], condition: string) {
  const following = after.filter((node) => isFollowing(quorum, node));
  const needed = majorityOf(after.length);
  if (following.length >= needed) return;
  const silent = after.filter((node) => !following.includes(node));
  throw new ClientError(
    `${condition} the majority would be lost: ${needed} of ${after.length} voters must run, and ` +
      `${list(silent)} ${silent.length === 1 ? "does" : "do"} not`,
    { hint: "Nothing was changed. deno task status shows what runs, deno task start starts it." },
  );
}

function nameOf({ nodeId, directoryId }: Chosen): string {
  return `Controller ${nodeId}${directoryId === undefined ? "" : ` with directory ${directoryId}`}`;
}

function list(nodes: readonly QuorumNode[]): string {
  return nodes.map(({ nodeId }) => nodeId).join(", ") || "none";
}
