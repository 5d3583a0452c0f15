// A client of kafkajs as we use it. Its names for bootstrap servers (brokers) and for records
// (messages) end here.
import { hideColons } from "../connection/address.ts";
import { parseBootstrapServers } from "../connection/connection.ts";
import { explain } from "../errors/explain.ts";
import { type Admin, type Kafka, kafkajs, type LogEntry } from "./library.ts";
import { createLogSink } from "./log.ts";
import { createSocket } from "./socket.ts";

/** Where and as whom to connect. */
export interface ClientOptions {
  /** `host:port,…`, as Kafka's `bootstrap.servers`. */
  readonly bootstrapServers: string;
  /** Kafka's `client.id`: how brokers name this client in their logs and quotas. */
  readonly clientId: string;
  /** Writes a line of talk: the library's log when verbose, else a broker that does not answer. */
  readonly say?: (line: string) => void;
  readonly verbose?: boolean;
}

/**
 * A client of kafkajs without its noise and defects. Connects to nothing yet.
 *
 * Its requests are retried for about 2.5 s; who needs longer, tries again.
 *
 * @throws {ClientError} With exit code 2 when `bootstrapServers` cannot be read.
 */
export async function createClient(options: ClientOptions): Promise<Kafka> {
  const { bootstrapServers, clientId, say = () => {}, verbose = false } = options;
  const brokers = parseBootstrapServers(bootstrapServers);
  const library = await kafkajs();
  const sink = createLogSink(say, { verbose });
  return new library.Kafka({
    brokers: brokers.map(hideColons),
    clientId,
    socketFactory: createSocket,
    connectionTimeout: 3000,
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: Math.max(5, brokers.length) },
    logLevel: verbose ? library.logLevel.INFO : library.logLevel.ERROR,
    logCreator: () => (entry: LogEntry) => sink(entry),
  });
}

/**
 * Runs `work` with a connected admin client, and disconnects it in any case.
 *
 * @throws {ClientError} For every failure of the cluster or of the connection.
 */
export async function withAdmin<T>(
  options: ClientOptions,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = (await createClient(options)).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw explain(error, options.bootstrapServers);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
