// Asks for the quorum of controllers.
import type { Broker } from "../connection/broker.ts";
import { type Address, formatAddress, parseAddress } from "../connection/address.ts";
import { ClientError } from "../errors/client_error.ts";
import { connectionReason, isConnectionError, isFault, rootCause } from "../errors/causes.ts";
import { ERROR } from "../protocol/requests.ts";
import { type Quorum, toQuorum } from "./quorum.ts";

/** The quorum, and who has told of it. */
export interface FetchedQuorum {
  readonly quorum: Quorum;
  readonly broker: Broker;
}

/** A cluster in ZooKeeper mode: there is no quorum to ask for. */
export class NoQuorum extends ClientError {
  override name = "NoQuorum";

  constructor() {
    super("This cluster keeps its metadata in ZooKeeper: it has no quorum of controllers", {
      hint: "A KRaft cluster has one: deno task up --mode kraft",
    });
  }
}

/** Whether a broker keeps its metadata in a quorum of controllers (KRaft), and not in ZooKeeper. */
export function isKraft(broker: Broker): boolean {
  return broker.supports("DescribeQuorum");
}

/**
 * Asks each address at once; the first that tells wins. A broker passes the question on to the
 * quorum's leader, and waits for one; a controller tells who leads.
 *
 * Metadata is no substitute: there a broker names any that lives as the controller.
 *
 * @param addresses `host:port` of brokers or controllers.
 * @throws {NoQuorum} In ZooKeeper mode.
 * @throws {ClientError} Nobody tells of a leader: exit code 3.
 */
export async function fetchQuorum(
  addresses: readonly string[],
  connect: (address: string) => Promise<Broker>,
): Promise<FetchedQuorum> {
  const ask = async (address: string, mayPassOn = true): Promise<FetchedQuorum> => {
    const broker = await connect(address);
    if (!isKraft(broker)) throw new NoQuorum();
    const answer = await broker.request("DescribeQuorum", {});
    const { errorCode, errorMessage, leaderId } = answer;
    if (errorCode === ERROR.notLeader && mayPassOn) {
      const leader = await leaderOf(broker);
      return await Promise.any(waysTo(leader, broker).map((address) => ask(address, false)))
        .catch(({ errors }: AggregateError) => {
          throw errors[0];
        });
    }
    if (errorCode === ERROR.notLeader) throw new Error(NO_LEADER);
    if (errorCode !== ERROR.none) throw broker.error(errorCode, errorMessage);
    if (leaderId < 0) throw new Error(NO_LEADER);
    return { quorum: toQuorum(answer), broker };
  };
  try {
    return await Promise.any(addresses.map((address) => ask(address)));
  } catch (error) {
    const failures = error instanceof AggregateError ? error.errors : [error];
    const fault = failures.find((failure) => isFault(failure) || failure instanceof NoQuorum);
    if (fault) throw fault;
    const reasons = failures.map((failure, index) => `${addresses[index]}: ${reasonOf(failure)}`);
    throw new ClientError(
      `The leader of the quorum of controllers does not answer (${reasons.join("; ")})`,
      {
        hint: "A majority of the controllers must run: deno task status shows which do.",
        exitCode: 3,
        cause: failures[0],
      },
    );
  }
}

/** Asks a controller where the one is that leads. */
async function leaderOf(controller: Broker): Promise<Address> {
  const { controllerId, nodes } = await controller.request("DescribeCluster", {
    endpoints: "controllers",
  });
  const leader = nodes.find(({ nodeId }) => nodeId === controllerId);
  if (!leader) throw new Error(NO_LEADER);
  return leader;
}

/**
 * Where a controller can be that others know at this address: their names for each other may mean
 * nothing here, and those of a stack are on one machine, at the ports that they tell.
 */
export function waysTo({ host, port }: Address, { address }: Broker): string[] {
  const here = parseAddress(address)!.host;
  return [...new Set([{ host, port }, { host: here, port }].map(formatAddress))];
}

const NO_LEADER = "no leader is elected";

function reasonOf(failure: unknown): string {
  const root = rootCause(failure);
  return isConnectionError(root) ? connectionReason(root) : root.message;
}
