// What the tasks about the quorum of controllers share.
import type { Broker } from "../clients/kafka/connection/broker.ts";
import { parseConnection } from "../clients/kafka/connection/connection.ts";
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { type FetchedQuorum, fetchQuorum } from "../clients/kafka/quorum/fetch_quorum.ts";
import type { Quorum } from "../clients/kafka/quorum/quorum.ts";
import { stackConnection, stackFlags } from "./_stack.ts";

/** How long an answer may take, in ms: more than it takes to elect a leader. */
const ANSWER_TIMEOUT = 10_000;

/** Names the cluster. */
export const quorumFlags = {
  ...stackFlags,
  "bootstrap-controller": {
    type: "string",
    help: "ask controllers instead: they need no broker",
    value: "host:port,…",
  },
} as const;

/** Names a controller, as Kafka's own tool does. */
export const controllerFlags = {
  "controller-id": { type: "integer", help: "node.id of the controller", value: "id" },
  "controller-directory-id": {
    type: "string",
    help: "directory.id in its meta.properties (default: the one that runs)",
    value: "directory.id",
  },
} as const;

/** What is asked of a quorum. */
export interface OpenQuorum {
  /** Asks for it. */
  fetch(): Promise<FetchedQuorum>;
  /** Connects to `host:port`. */
  readonly connect: (address: string) => Promise<Broker>;
}

/** Runs `work` with the quorum of the cluster that is meant. */
export async function withQuorum<T>(
  flags: {
    readonly dir: string | undefined;
    readonly "bootstrap-server": string | undefined;
    readonly "bootstrap-controller": string | undefined;
  },
  work: (quorum: OpenQuorum) => Promise<T>,
): Promise<T> {
  const controllers = flags["bootstrap-controller"];
  const connection = controllers === undefined
    ? await stackConnection(flags)
    : parseConnection(controllers);
  return await withCluster(
    connection,
    ({ broker: connect }) =>
      work({ connect, fetch: () => fetchQuorum(connection.bootstrapServers, connect) }),
    { timeout: ANSWER_TIMEOUT },
  );
}

/** `controllers 1, 2 and 3 vote, 1 leads`. */
export function votersText({ voters, leaderId }: Quorum): string {
  const ids = voters.map(({ nodeId }) => nodeId);
  const all = ids.length === 1
    ? `controller ${ids[0]} votes`
    : `controllers ${ids.slice(0, -1).join(", ")} and ${ids.at(-1)} vote`;
  return `${all}, ${leaderId} leads`;
}
