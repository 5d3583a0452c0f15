// Where a cluster is.
// This module is pure: no Deno APIs, no I/O.
import { ClientError } from "../errors/client_error.ts";
import { parseAddress } from "./address.ts";

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
