// Finds the brokers in ZooKeeper, where they register under /brokers/ids. The
// only file that imports node-zookeeper-client.
import zookeeper from "node-zookeeper-client";
import { hideColons, unhide } from "./_address.ts";
import { ClientError } from "./_errors.ts";

/** How long ZooKeeper may take, in ms. */
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

/**
 * Asks ZooKeeper for the brokers.
 *
 * @param zookeepers `host:port,…[/chroot]`.
 * @returns Bootstrap servers, `host:port,…`.
 * @throws {ClientError} When no ZooKeeper answers in 6 s, or it knows of no broker.
 */
export async function findBootstrapServers(zookeepers: string): Promise<string> {
  const client = createClient(zookeepers);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() =>
    reject(
      new ClientError(`Cannot reach a ZooKeeper at ${zookeepers} (no answer in 6 s)`, {
        hint: "Is the ensemble up, and is the address right (--zookeeper, ZOOKEEPER_HOST)?\n" +
          "A KRaft cluster has none: use --kafka.",
      }),
    ), TIMEOUT);
  try {
    const addresses = await Promise.race([late, readAddresses(client)]);
    if (addresses.length > 0) return addresses.join(",");
    throw new ClientError(`No broker is registered in ZooKeeper at ${zookeepers}`, {
      hint: "Are the brokers up? deno task status shows it.",
    });
  } catch (error) {
    if (error instanceof ClientError) throw error;
    const reason = error instanceof SyntaxError
      ? "a registration under /brokers/ids is no JSON"
      : (error as Error).message;
    throw new ClientError(`ZooKeeper at ${zookeepers} does not tell the brokers: ${reason}`, {
      hint: "--kafka host:port,… needs no ZooKeeper.",
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    client.close();
  }
}

/** A client that knows IPv6 addresses too: the package splits at the first colon. */
function createClient(zookeepers: string): Client {
  const [, servers = "", chroot = ""] = /^([^/]*)(\/.*)?$/.exec(zookeepers) ?? [];
  const addresses = servers.split(",").map((server) => hideColons(server.trim())).join();
  const client: Client = zookeeper.createClient(addresses + chroot, { sessionTimeout: TIMEOUT });
  for (const server of client.connectionManager.servers) server.host = unhide(server.host);
  return client;
}

async function readAddresses(client: Client): Promise<string[]> {
  const ask = <T>(request: (done: (error: Error | null, answer: T) => void) => void) =>
    new Promise<T>((resolve, reject) =>
      request((error, answer) => error ? reject(error) : resolve(answer))
    );
  const connected = new Promise<void>((resolve) => client.once("connected", resolve));
  client.connect();
  await connected;
  const ids = await ask<string[]>((done) => client.getChildren("/brokers/ids", done))
    .catch((error) => {
      if (/NO_NODE/.test(error.message)) return [];
      throw error;
    });
  const registrations = await Promise.all(
    ids.map((id) => ask<Uint8Array>((done) => client.getData(`/brokers/ids/${id}`, done))),
  );
  return registrations.flatMap((data) =>
    plaintextAddresses(JSON.parse(new TextDecoder().decode(data)))
  );
}
