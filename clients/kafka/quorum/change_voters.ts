// Changes who votes in the quorum of controllers (KIP-853).
import { ClientError } from "../errors/client_error.ts";
import { isConnectionError } from "../errors/causes.ts";
import type { Broker } from "../connection/broker.ts";
import type { Address } from "../connection/address.ts";
import { ERROR } from "../protocol/requests.ts";
import {
  type ListenerAddress,
  NO_DIRECTORY,
  type VoterAnswer,
} from "../protocol/quorum_requests.ts";
import { until } from "../waiting/retry.ts";
import { type FetchedQuorum, waysTo } from "./fetch_quorum.ts";
import type { QuorumNode } from "./quorum.ts";

/** How long a leader may take to connect to a controller that has just started, in ms. */
const PATIENCE = 10_000;

/** Connects to `host:port`. */
export type Connect = (address: string) => Promise<Broker>;

/**
 * Where a controller that is no voter yet listens, as it has registered itself: asked of the voters,
 * for brokers do not tell.
 *
 * @throws {ClientError} No voter can be reached from here, or the node is no controller.
 */
export async function findListener(
  { quorum, broker }: FetchedQuorum,
  { nodeId }: QuorumNode,
  connect: Connect,
): Promise<ListenerAddress> {
  const asked = quorum.voters.flatMap(({ listeners }) => listeners)
    .flatMap((listener) => waysTo(listener, broker));
  const ask = async (address: string) => {
    const controller = await connect(address);
    const answer = await controller.request("DescribeCluster", { endpoints: "controllers" });
    if (answer.errorCode === ERROR.none) return answer.nodes;
    throw controller.error(answer.errorCode, answer.errorMessage);
  };
  const controllers = await Promise.any([...new Set(asked)].map(ask)).catch((error) => {
    throw new ClientError(`Where controller ${nodeId} listens is not known`, {
      hint: "None of the voters can be asked from here. Say it: --controller-endpoint host:port",
      cause: error,
    });
  });
  const found = controllers.find((controller) => controller.nodeId === nodeId);
  if (!found) {
    throw new ClientError(`Node ${nodeId} is no controller`, {
      hint: `Controllers: ${controllers.map(({ nodeId }) => nodeId).sort().join(", ")}`,
    });
  }
  return { name: listenerName(quorum.voters), host: found.host, port: found.port };
}

/** The listener by which voters reach each other: the first of `controller.listener.names`. */
export function listenerName(voters: readonly QuorumNode[]): string {
  return voters.flatMap(({ listeners }) => listeners)[0]?.name ?? "CONTROLLER";
}

/** Lets a controller vote. @throws {ClientError} The quorum refuses: why. */
export async function addVoter(
  { broker }: FetchedQuorum,
  { nodeId, directoryId }: QuorumNode,
  listener: Address & { readonly name: string },
): Promise<void> {
  await change(broker, `add controller ${nodeId}`, () =>
    broker.request("AddRaftVoter", {
      voterId: nodeId,
      directoryId: directoryId ?? NO_DIRECTORY,
      listeners: [listener],
    }));
}

/** Lets a controller vote no more. @throws {ClientError} The quorum refuses: why. */
export async function removeVoter(
  { broker }: FetchedQuorum,
  { nodeId, directoryId }: QuorumNode,
): Promise<void> {
  await change(broker, `remove controller ${nodeId}`, () =>
    broker.request("RemoveRaftVoter", {
      voterId: nodeId,
      directoryId: directoryId ?? NO_DIRECTORY,
    }));
}

async function change(broker: Broker, what: string, ask: () => Promise<VoterAnswer>) {
  if (!broker.supports("RemoveRaftVoter")) {
    throw new ClientError(`Cannot ${what}: this Kafka has a quorum that cannot be changed`, {
      hint: "It can from Kafka 3.9 on (KIP-853).",
    });
  }
  const unconfirmed = (why: string, cause?: unknown) =>
    new ClientError(`The quorum has not confirmed to ${what}: ${why}`, {
      hint: "deno task quorum:describe shows whether it did.",
      cause,
    });
  const askOnce = async () => {
    const answer = await ask().catch((error) => {
      throw isConnectionError(error) ? unconfirmed("no answer", error) : error;
    });
    return isUnreached(answer) ? undefined : answer;
  };
  const { errorCode, errorMessage } = await until(
    askOnce,
    PATIENCE,
    () => unconfirmed("the quorum's leader cannot connect to it"),
  );
  if (errorCode === ERROR.none) return;
  // What a leader has written that then lost its majority may be committed by the next one.
  if (errorCode === ERROR.notLeader) throw unconfirmed("its leader has resigned meanwhile");
  const { message } = broker.error(errorCode, errorMessage);
  if (errorCode === ERROR.requestTimedOut) throw unconfirmed(message);
  throw new ClientError(`The quorum does not ${what}: ${message}`, {
    hint: "Nothing was changed. deno task quorum:describe shows the voters.",
  });
}

/** The leader has just tried to connect to the newcomer in vain, and tries again in a moment. */
function isUnreached({ errorCode, errorMessage }: VoterAnswer): boolean {
  return errorCode === ERROR.requestTimedOut && /BROKER_NOT_AVAILABLE/.test(errorMessage ?? "");
}
