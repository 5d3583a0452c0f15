// The brokers of a cluster, connected as they are needed.
import type { Broker } from "../connection/broker.ts";
import { openBrokerPool } from "../connection/broker_pool.ts";
import { explain } from "../errors/explain.ts";
import { ClientError } from "../errors/client_error.ts";
import { isConnectionError } from "../errors/causes.ts";
import type { Connection } from "../connection/connection.ts";
import { isKraft } from "../quorum/fetch_quorum.ts";
import { findAddress, type Member, type Metadata, toMetadata } from "./metadata.ts";

/** How long an answer may take, in ms: what Kafka's own tools wait for one. */
const ANSWER_TIMEOUT = 30_000;

/** A cluster that is connected. */
export interface Cluster {
  /** What the first broker knows that answers; all topics when none are named. */
  metadata(topics?: readonly string[]): Promise<Metadata>;
  /** The connection to the broker at `host:port`. */
  broker(address: string): Promise<Broker>;
  /** The brokers that are registered. */
  members(): Promise<readonly Member[]>;
  /**
   * The connection to the controller, which alone may change topics in ZooKeeper mode; in KRaft mode
   * to a broker, for each passes a change on.
   */
  controller(): Promise<Broker>;
}

/** How to ask a cluster. */
export interface ClusterOptions {
  /** How long an answer may take, in ms. */
  readonly timeout?: number;
  /** Interrupts what is under way: its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** What `broker` knows of its cluster; all topics when none are named. */
export async function fetchMetadata(
  broker: Broker,
  topics: readonly string[] = [],
): Promise<Metadata> {
  return toMetadata(await broker.request("Metadata", { topics, allowAutoTopicCreation: false }));
}

/** What `broker` knows of the brokers and the controller only. */
export function fetchOverview(broker: Broker): Promise<Metadata> {
  // A topic that does not exist keeps the answer small.
  return fetchMetadata(broker, ["__none"]);
}

/**
 * Runs `work` with a cluster, and closes every connection in any case.
 *
 * @param connection The first of its bootstrap servers that answers is used.
 * @throws {ClientError} When no broker answers (exit code 3), or refuses a request (1).
 */
export async function withCluster<T>(
  connection: Connection,
  work: (cluster: Cluster) => Promise<T>,
  options: ClusterOptions = {},
): Promise<T> {
  const { timeout = ANSWER_TIMEOUT, signal } = options;
  const connections = openBrokerPool({ security: connection, timeout, signal });
  const any = anyOf(connection, connections.get);
  try {
    // So that the work begins with a cluster that is there.
    await any(() => Promise.resolve());
    return await work({
      metadata: (topics) => any((broker) => fetchMetadata(broker, topics)),
      broker: connections.get,
      members: async () => (await any(fetchOverview)).brokers,
      async controller() {
        const { broker, metadata } = await any(async (broker) => ({
          broker,
          metadata: await fetchOverview(broker),
        }));
        // In KRaft mode the answer names any broker that lives.
        const address = isKraft(broker) ? undefined : findAddress(metadata, metadata.controllerId);
        return address === undefined ? broker : await connections.get(address);
      },
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(error, connection);
  } finally {
    connections.close();
  }
}

/** Asks one broker after the other until one answers; the one that did is asked first from then on. */
function anyOf(
  connection: Connection,
  connect: (address: string) => Promise<Broker>,
): <T>(ask: (broker: Broker) => Promise<T>) => Promise<T> {
  const servers = connection.bootstrapServers;
  let order = servers;
  return async (ask) => {
    let failure: unknown;
    for (const server of order) {
      try {
        const answer = await ask(await connect(server));
        order = [server, ...servers.filter((other) => other !== server)];
        return answer;
      } catch (error) {
        if (!isConnectionError(error)) throw error;
        failure ??= error;
      }
    }
    const { message } = explain(failure, connection);
    throw new ClientError(message, {
      hint: "deno task status shows what runs, deno task up starts it.\n" +
        "--bootstrap-server host:port,… names other brokers.",
      exitCode: 3,
      cause: failure,
    });
  };
}
