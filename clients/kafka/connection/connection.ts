// A connection as a value: where a cluster is, and how its brokers are spoken to. Every client, task
// and proof takes one.
// This module is pure: no Deno APIs, no I/O.
import { ClientError } from "../errors/client_error.ts";
import { parseAddress } from "./address.ts";

/** How a cluster is connected to. */
export interface Connection extends Security {
  /** `host:port` of some brokers (`bootstrap.servers`): any that answers tells of the others. */
  readonly bootstrapServers: readonly string[];
}

/** What is the same for all brokers of a cluster. Neither: `security.protocol` is `PLAINTEXT`. */
export interface Security {
  /** Encryption: `SSL`, or with `sasl` `SASL_SSL`. */
  readonly tls?: Tls;
  /** Authentication: `SASL_PLAINTEXT`, or with `tls` `SASL_SSL`. */
  readonly sasl?: Sasl;
}

/** Certificates and key as PEM. */
export interface Tls {
  /** Of whoever has signed the brokers' certificates; the system's if left out. */
  readonly ca?: string;
  /** The client's own certificate and key: mutual TLS (`ssl.client.auth`). */
  readonly cert?: string;
  readonly key?: string;
}

/** A user and its password (`sasl.mechanism`). */
export interface Sasl {
  readonly mechanism: "SCRAM-SHA-256" | "SCRAM-SHA-512";
  readonly username: string;
  readonly password: string;
}

/** Where the brokers of a stack are on this machine, unless a flag or the environment says otherwise. */
export const BOOTSTRAP_SERVERS = "localhost:9092,localhost:9093,localhost:9094";

/**
 * Reads `host:port,…`; an IPv6 address stands in brackets.
 *
 * @example
 * ```ts
 * parseConnection("kafka1:9092, [::1]:9093"); // { bootstrapServers: ["kafka1:9092", "[::1]:9093"] }
 * ```
 * @throws {ClientError} With exit code 2 when an address has no host or no port.
 */
export function parseConnection(text: string): Connection {
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
  return { bootstrapServers: servers };
}
