// The controllers of a stack in KRaft mode: which nodes they are, and where they are found.
// This module is pure: no Deno APIs, no I/O.
import type { Broker, Controller, Stack } from "./types.ts";

/** A node with a vote in the quorum: a controller of its own, or a broker that is one too. */
export type Voter = (Controller | Broker) & { readonly controllerPort: number };

/** The controllers of the quorum. None: ZooKeepers take their place. */
export function votersOf({ controllers, brokers }: Stack): Voter[] {
  return [...controllers, ...brokers].filter((node): node is Voter =>
    node.controllerPort !== undefined
  );
}

/**
 * Where the other nodes reach a controller. The quorum's own log keeps it, and before there is a
 * leader the voters find one another by that alone: so that the same data starts as processes and in
 * containers, a node has one name and one port in both.
 */
export function quorumEndpoint({ name, controllerPort }: Voter) {
  return { host: name, port: controllerPort };
}

/** `controller.quorum.bootstrap.servers` of every node. */
export function quorumBootstrapServers(stack: Stack): string {
  return votersOf(stack).map(quorumEndpoint).map(({ host, port }) => `${host}:${port}`).join();
}
