// Finds the brokers in ZooKeeper, where they register under /brokers/ids, and the partitions, whose
// replicas are written down there. The only file that imports node-zookeeper-client.
import zookeeper from "node-zookeeper-client";
import { hideColons, unhide } from "./address.ts";
import type { Connection } from "./connection.ts";
import { ClientError } from "../errors/client_error.ts";
import { unlessAborted } from "../waiting/pause.ts";

/** How long ZooKeeper may take, in ms, unless told otherwise. */
const TIMEOUT = 6000;

/** The parts of the package that are used. */
interface Client {
  readonly connectionManager: { readonly servers: { host: string }[] };
  once(event: "connected", listener: () => void): void;
  connect(): void;
  close(): void;
  getChildren(path: string, done: (error: Error | null, children: string[]) => void): void;
  getData(path: string, done: (error: Error | null, data: Uint8Array) => void): void;
}

/** What a broker writes about itself. */
interface Registration {
  endpoints?: string[];
  listener_security_protocol_map?: Record<string, string>;
}

/** The `host:port` of each listener of a broker that takes plain connections. */
export function plaintextAddresses(registration: Registration): string[] {
  const { endpoints = [], listener_security_protocol_map: protocols = {} } = registration;
  return endpoints.flatMap((endpoint) => {
    const [, listener, address] = /^([^:]+):\/\/(.+)$/.exec(endpoint) ?? [];
    return listener && address && (protocols[listener] ?? listener) === "PLAINTEXT"
      ? [address]
      : [];
  });
}

/** A partition as ZooKeeper knows it; brokers by id. */
export interface AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
  /** Empty: it never had a leader. */
  readonly isr: readonly number[];
}

/** How to ask ZooKeeper. */
export interface ZooKeeperOptions {
  /** How long it may take, in ms. */
  readonly timeout?: number;
  /** Interrupts it: its reason is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * Asks ZooKeeper for the brokers.
 *
 * @param zookeepers `host:port,…[/chroot]`.
 * @returns A connection to those of their listeners that are neither encrypted nor authenticated.
 * @throws {ClientError} When no ZooKeeper answers in time, or it knows of no broker.
 */
export async function findBrokers(
  zookeepers: string,
  options: ZooKeeperOptions = {},
): Promise<Connection> {
  const bootstrapServers = await withClient(zookeepers, readAddresses, options);
  if (bootstrapServers.length > 0) return { bootstrapServers };
  throw new ClientError(`No broker is registered in ZooKeeper at ${zookeepers}`, {
    hint: "Are the brokers up? deno task status shows it.",
  });
}

/**
 * Asks ZooKeeper for all partitions of all topics: what it says is what the brokers go by, whichever
 * of them run.
 *
 * @param zookeepers `host:port,…[/chroot]`.
 * @throws {ClientError} When no ZooKeeper answers in time.
 */
export async function findPartitions(
  zookeepers: string,
  options: ZooKeeperOptions = {},
): Promise<AssignedPartition[]> {
  return await withClient(zookeepers, readPartitions, options);
}

/** Asks for one thing. */
type Ask = <T>(
  request: (done: (error: Error | null, answer: T) => void) => void,
) => Promise<T>;

async function withClient<T>(
  zookeepers: string,
  work: (client: Client, ask: Ask) => Promise<T>,
  { signal, timeout = TIMEOUT }: ZooKeeperOptions,
): Promise<T> {
  signal?.throwIfAborted();
  const client = createClient(zookeepers, timeout);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() =>
    reject(
      new ClientError(
        `Cannot reach a ZooKeeper at ${zookeepers} (no answer in ${timeout / 1000} s)`,
        {
          hint: "Is the ensemble up, and is the address right (--zookeeper, ZOOKEEPER_HOST)?\n" +
            "A KRaft cluster has no ZooKeeper: pass its brokers, --bootstrap-server host:port,…",
        },
      ),
    ), timeout);
  const ask: Ask = (request) =>
    new Promise((resolve, reject) =>
      request((error, answer) => error ? reject(error) : resolve(answer))
    );
  const connected = new Promise<void>((resolve) => client.once("connected", resolve));
  client.connect();
  try {
    const working = connected.then(() => work(client, ask));
    return await Promise.race([late, unlessAborted(signal, working)]);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ClientError) throw error;
    const reason = error instanceof SyntaxError
      ? "what the brokers wrote there is no JSON"
      : (error as Error).message;
    throw new ClientError(`ZooKeeper at ${zookeepers} does not tell the brokers: ${reason}`, {
      hint: "--bootstrap-server host:port,… needs no ZooKeeper.",
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    client.close();
  }
}

/** A client that knows IPv6 addresses too: the package splits at the first colon. */
function createClient(zookeepers: string, sessionTimeout: number): Client {
  const [, servers = "", chroot = ""] = /^([^/]*)(\/.*)?$/.exec(zookeepers) ?? [];
  const addresses = servers.split(",").map((server) => hideColons(server.trim())).join();
  const client: Client = zookeeper.createClient(addresses + chroot, { sessionTimeout });
  for (const server of client.connectionManager.servers) server.host = unhide(server.host);
  return client;
}

/** Resolves to `undefined` where the node is not there. */
async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (/NO_NODE/.test((error as Error).message)) return undefined;
    throw error;
  }
}

const decode = (data: Uint8Array) => JSON.parse(new TextDecoder().decode(data));

async function readAddresses(client: Client, ask: Ask): Promise<string[]> {
  const ids = await ifThere(ask<string[]>((done) => client.getChildren("/brokers/ids", done))) ??
    [];
  const registrations = await Promise.all(
    ids.map((id) => ask<Uint8Array>((done) => client.getData(`/brokers/ids/${id}`, done))),
  );
  return registrations.flatMap((data) => plaintextAddresses(decode(data)));
}

async function readPartitions(client: Client, ask: Ask): Promise<AssignedPartition[]> {
  const get = (path: string) =>
    ifThere(ask<Uint8Array>((done) => client.getData(path, done)).then(decode));
  const topics = await ifThere(
    ask<string[]>((done) => client.getChildren("/brokers/topics", done)),
  );
  const found = await Promise.all((topics ?? []).map(async (topic) => {
    const path = `/brokers/topics/${topic}`;
    // One that was deleted between the two questions has none.
    const partitions: Record<string, number[]> = (await get(path))?.partitions ?? {};
    return await Promise.all(
      Object.entries(partitions).map(async ([id, replicas]): Promise<AssignedPartition> => {
        const state = await get(`${path}/partitions/${id}/state`);
        return { topic, partition: Number(id), replicas, isr: state?.isr ?? [] };
      }),
    );
  }));
  return found.flat().sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
  );
}
