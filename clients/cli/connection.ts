// Which cluster the producer and the consumer talk to: what their flags say, else the stack that runs.
import {
  BOOTSTRAP_SERVERS,
  type Connection,
  parseConnection,
} from "../kafka/connection/connection.ts";
import type { Flag, Flags } from "./flags.ts";

/** What a task that runs a client adds to it: the stack whose brokers are meant. */
export interface ClientTask {
  /** The flag `--dir`. */
  readonly dir: Flag;
  /** The connection to the brokers of that stack; asked for when no address is given. */
  connection(dir: string | undefined): Promise<Connection>;
}

/** The flag that names the cluster. */
export const connectionFlags = {
  kafka: {
    type: "string",
    value: "host:port,…",
    help: "bootstrap servers; by default those of the running stack (in a task), else\n" +
      BOOTSTRAP_SERVERS,
    env: "KAFKA_HOST",
    alias: "bootstrap-server",
  },
} as const satisfies Flags;

/** The connection that is meant. @throws {ClientError} With exit code 2 when it cannot be read. */
export async function chooseConnection(
  { kafka, dir }: { readonly kafka: string | undefined; readonly dir?: string | undefined },
  task: ClientTask | undefined,
): Promise<Connection> {
  if (kafka !== undefined) return parseConnection(kafka);
  return await task?.connection(dir) ?? parseConnection(BOOTSTRAP_SERVERS);
}
