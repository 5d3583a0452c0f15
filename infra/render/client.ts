// client.properties: what a client on the host needs, for --command-config and the like.
// This module is pure: no Deno APIs, no I/O.
import { bootstrapServers, type Stack } from "../spec/mod.ts";
import { type Artifact, propertiesFile } from "../services/artifact.ts";

/** Connection properties for Kafka's tools and Java clients on the host. */
export function renderClient(stack: Stack): Artifact {
  return {
    path: "client.properties",
    content: propertiesFile({
      "bootstrap.servers": bootstrapServers(stack),
      "security.protocol": stack.brokers[0]!.listeners[0].securityProtocol,
    }),
  };
}
