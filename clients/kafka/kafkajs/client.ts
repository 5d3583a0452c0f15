// A client of kafkajs as we use it. Its names for bootstrap servers (brokers) and for records
// (messages) end here.
import { hideColons } from "../connection/address.ts";
import type { Connection } from "../connection/connection.ts";
import { type Kafka, kafkajs, type LogEntry } from "./library.ts";
import { createLogSink } from "./log.ts";
import { toLibrarySecurity } from "./security.ts";
import { createSocket } from "./socket.ts";

/** Where and as whom to connect. */
export interface ClientOptions {
  readonly connection: Connection;
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
 */
export async function createClient(options: ClientOptions): Promise<Kafka> {
  const { connection, clientId, say = () => {}, verbose = false } = options;
  const brokers = connection.bootstrapServers;
  const library = await kafkajs();
  const sink = createLogSink(say, { verbose });
  return new library.Kafka({
    brokers: brokers.map(hideColons),
    ...toLibrarySecurity(connection),
    clientId,
    socketFactory: createSocket,
    connectionTimeout: 3000,
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: Math.max(5, brokers.length) },
    logLevel: verbose ? library.logLevel.INFO : library.logLevel.ERROR,
    logCreator: () => (entry: LogEntry) => sink(entry),
  });
}
