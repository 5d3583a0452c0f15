// TLS and SASL in the words of kafkajs.
// This module is pure: no Deno APIs, no I/O.
import type { Security } from "../connection/connection.ts";
import type { KafkaConfig } from "./library.ts";

/** Copies of both, for kafkajs keeps there what it finds out. */
export function toLibrarySecurity({ tls, sasl }: Security): Pick<KafkaConfig, "ssl" | "sasl"> {
  return {
    ...(tls ? { ssl: { ...tls } } : {}),
    ...(sasl
      ? { sasl: { ...sasl, mechanism: sasl.mechanism.toLowerCase() as "scram-sha-256" } }
      : {}),
  };
}
