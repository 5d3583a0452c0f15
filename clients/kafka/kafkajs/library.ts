// The door to kafkajs: the only file that imports it. Its name for bootstrap
// servers (brokers) and for records (messages) ends here, and so do its
// environment variables, its log and its known defects.
import { Buffer } from "node:buffer";
import net from "node:net";
import process from "node:process";
import tls from "node:tls";
import type { Admin, Kafka, LogEntry } from "kafkajs";
import { hideColons, parseAddress } from "../connection/address.ts";
import { explain } from "../errors/explain.ts";
import { ClientError } from "../errors/client_error.ts";
import { mendBroker, mendCluster, mendMetadata } from "./patches/leaderless.ts";
import { createLogSink } from "./log.ts";
import { mendConnection, mendEncoder, mendRequestQueue } from "./patches/mends.ts";
import { mendAnswers } from "./patches/other_protocols.ts";

export type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage, Producer } from "kafkajs";

/** Where and as whom to connect. */
export interface ConnectOptions {
  /** `host:port,…`, as Kafka's `bootstrap.servers`. */
  readonly bootstrapServers: string;
  /** Kafka's `client.id`: how brokers name this client in their logs and quotas. */
  readonly clientId: string;
  /** Writes a line of talk: the library's log when verbose, else a broker that does not answer. */
  readonly say?: (line: string) => void;
  readonly verbose?: boolean;
}

/** Codec numbers in a record batch. */
export const COMPRESSION = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** Where the brokers of a stack are on this machine, unless a flag or the environment says otherwise. */
export const BOOTSTRAP_SERVERS = "localhost:9092,localhost:9093,localhost:9094";

/**
 * Splits `host:port,…`; an IPv6 address stands in brackets.
 *
 * @throws {ClientError} With exit code 2 when an address has no host or no port.
 */
export function parseBootstrapServers(text: string): string[] {
  const servers = text.split(",").map((server) => server.trim()).filter((server) => server !== "");
  if (servers.length === 0) {
    throw new ClientError("No bootstrap servers given", {
      hint: "Pass --kafka host:port,… or set KAFKA_HOST.",
      exitCode: 2,
    });
  }
  for (const server of servers) {
    if (parseAddress(server)) continue;
    throw new ClientError(`"${server}" is not a bootstrap server`, {
      hint: "Each is host:port, as in localhost:9092,localhost:9093; IPv6 is [::1]:9092.",
      exitCode: 2,
    });
  }
  return servers;
}

/**
 * kafkajs reads `NODE_ENV` and `KAFKAJS_*` at import and later, which asks for
 * permissions and lets a stray variable change what we do. It sees these values
 * instead; everybody else sees the real environment.
 */
function fixEnvironment() {
  const real = process.env;
  const isFixed = (name: PropertyKey) =>
    typeof name === "string" && (name === "NODE_ENV" || name.startsWith("KAFKAJS_"));
  process.env = new Proxy({}, {
    get: (_, name) => {
      if (!isFixed(name)) return Reflect.get(real, name);
      return name === "KAFKAJS_NO_PARTITIONER_WARNING" ? "1" : undefined;
    },
    has: (_, name) => Reflect.has(real, name),
    set: (_, name, value) => Reflect.set(real, name, value),
    deleteProperty: (_, name) => Reflect.deleteProperty(real, name),
    ownKeys: () => Reflect.ownKeys(real),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(real, name),
  });
}

/** How a socket is asked for. */
export interface SocketOptions {
  readonly host: string;
  readonly port: number;
  readonly ssl?: tls.ConnectionOptions;
  readonly onConnect: () => void;
  /** Finds the addresses of a host; the system's way if left out. */
  readonly lookup?: net.LookupFunction;
}

/** Tries every address of a host: `localhost` may be ::1 first while brokers listen on IPv4. */
export function socketFactory(options: SocketOptions): net.Socket {
  const { host, port, ssl, onConnect, lookup } = options;
  const address = { host, port, autoSelectFamily: true, ...(lookup ? { lookup } : {}) };
  const socket = ssl
    ? tls.connect(
      { ...address, ...(net.isIP(host) ? {} : { servername: host }), ...ssl },
      onConnect,
    )
    : net.connect(address, onConnect);
  socket.setKeepAlive(true, 60_000);
  return socket;
}

/** What every import of a part of kafkajs needs first. */
async function prepare() {
  fixEnvironment();
  const [queue, encoder, connection] = await Promise.all([
    import("kafkajs/src/network/requestQueue/index.js"),
    import("kafkajs/src/protocol/encoder.js"),
    import("kafkajs/src/network/connection.js"),
  ]);
  mendConnection(connection.default.prototype);
  mendAnswers(connection.default.prototype);
  mendRequestQueue(queue.default.prototype);
  mendEncoder(encoder.default.prototype);
}

let prepared: ReturnType<typeof prepare> | undefined;

async function load() {
  await (prepared ??= prepare());
  const [{ default: kafkajs }, { CODECS }, cluster, broker, metadata] = await Promise.all([
    import("kafkajs"),
    import("../protocol/codecs.ts"),
    import("kafkajs/src/cluster/index.js"),
    import("kafkajs/src/broker/index.js"),
    import("kafkajs/src/protocol/requests/metadata/index.js"),
  ]);
  mendCluster(cluster.default.prototype);
  mendBroker(broker.default.prototype);
  mendMetadata(metadata.default);
  for (const name of ["snappy", "lz4", "zstd"] as const) {
    const { compress, decompress } = CODECS[name];
    kafkajs.CompressionCodecs[COMPRESSION[name]] = () => ({
      compress: (encoder: { buffer: Uint8Array }) =>
        Promise.resolve(buffer(compress(encoder.buffer))),
      decompress: (data: Uint8Array) => Promise.resolve(buffer(decompress(data))),
    });
  }
  return kafkajs;
}

/** The same bytes as a `Buffer`. */
export function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

let library: ReturnType<typeof load> | undefined;

async function loadNetwork() {
  await (prepared ??= prepare());
  const [broker, pool, protocol, apiKeys, alterConfigs, error, encoder, assigner, loggers] =
    await Promise.all([
      import("kafkajs/src/broker/index.js"),
      import("kafkajs/src/network/connectionPool.js"),
      import("kafkajs/src/protocol/requests/index.js"),
      import("kafkajs/src/protocol/requests/apiKeys.js"),
      import("kafkajs/src/protocol/requests/alterConfigs/v0/response.js"),
      import("kafkajs/src/protocol/error.js"),
      import("kafkajs/src/protocol/encoder.js"),
      import("kafkajs/src/consumer/assignerProtocol.js"),
      import("kafkajs/src/loggers/index.js"),
    ]);
  const { createLogger, LEVELS } = loggers.default;
  return {
    Broker: broker.default,
    ConnectionPool: pool.default,
    requests: protocol.default.requests,
    apiKeys: apiKeys.default,
    alterConfigsResponse: alterConfigs.default,
    createErrorFromCode: error.default.createErrorFromCode,
    Encoder: encoder.default,
    MemberAssignment: assigner.default.MemberAssignment,
    MemberMetadata: assigner.default.MemberMetadata,
    logger: createLogger({ level: LEVELS.NOTHING, logCreator: () => () => {} }),
    createLogger: (sink: (entry: LogEntry) => void) =>
      createLogger({ level: LEVELS.INFO, logCreator: () => sink }),
  };
}

let networkParts: ReturnType<typeof loadNetwork> | undefined;

/**
 * The parts of kafkajs below its clients, for `_broker.ts`. Half the import of the whole, and
 * without the requests that its clients make on their own.
 */
export function network(): ReturnType<typeof loadNetwork> {
  return networkParts ??= loadNetwork();
}

/**
 * A kafkajs client without its noise and defects. Connects to nothing yet.
 *
 * Its requests are retried for about 2.5 s; who needs longer, tries again.
 *
 * @throws {ClientError} With exit code 2 when `bootstrapServers` cannot be read.
 */
export async function connect(options: ConnectOptions): Promise<Kafka> {
  const { bootstrapServers, clientId, say = () => {}, verbose = false } = options;
  const brokers = parseBootstrapServers(bootstrapServers);
  const kafkajs = await (library ??= load());
  const sink = createLogSink(say, { verbose });
  return new kafkajs.Kafka({
    brokers: brokers.map(hideColons),
    clientId,
    socketFactory,
    connectionTimeout: 3000,
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: Math.max(5, brokers.length) },
    logLevel: verbose ? kafkajs.logLevel.INFO : kafkajs.logLevel.ERROR,
    logCreator: () => (entry: LogEntry) => sink(entry),
  });
}

/**
 * Runs `work` with a connected admin client, and disconnects it in any case.
 *
 * @throws {ClientError} For every failure of the cluster or of the connection.
 */
export async function withAdmin<T>(
  options: ConnectOptions,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = (await connect(options)).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw explain(error, options.bootstrapServers);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
