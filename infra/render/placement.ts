// Where the services of a stack live, and so how they reach one another: all
// that differs between engines in the files that they render.
// This module is pure: no Deno APIs, no I/O.
import {
  type Broker,
  type SecurityProtocol,
  type Stack,
  urlHost,
  type ZooKeeper,
} from "../spec/mod.ts";

/** A host name or address, and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A listener as a broker opens it. */
export interface BoundListener {
  /** Kafka's listener name. */
  readonly name: string;
  readonly securityProtocol: SecurityProtocol;
  readonly bind: Address;
  readonly advertised: Address;
}

/** A ZooKeeper as it opens its ports and as its peers and the brokers reach it. */
export interface PlacedZooKeeper {
  readonly bind: Address;
  readonly client: Address;
  readonly quorum: { readonly host: string; readonly port: number; readonly electionPort: number };
}

/** One engine's answer to "where is it?". */
export interface Placement {
  /** A path of the stack as the service sees it, from one relative to the stack's directory. */
  path(relative: string): string;
  /** The first is the one that brokers use among themselves. */
  listeners(broker: Broker): readonly [BoundListener, ...BoundListener[]];
  zookeeper(zookeeper: ZooKeeper): PlacedZooKeeper;
}

/** `host:port`, with an IPv6 host in brackets. */
export function hostPort({ host, port }: Address): string {
  return `${urlHost(host)}:${port}`;
}

/**
 * All services are processes of this machine: one address, a port each.
 *
 * @param stack The stack.
 * @param dir Absolute path of its directory.
 */
export function nativePlacement(stack: Stack, dir: string): Placement {
  const bindHost = stack.bindAddress;
  // A wildcard cannot be connected to; what is open everywhere is open on loopback.
  const reach = { "0.0.0.0": "127.0.0.1", "::": "::1" }[bindHost] ?? bindHost;
  return {
    path: (relative) => `${dir}/${relative}`,
    listeners(broker) {
      const [first, ...others] = broker.listeners.map(
        ({ name, securityProtocol, port }): BoundListener => ({
          name,
          securityProtocol,
          bind: { host: bindHost, port },
          advertised: { host: stack.advertisedHost, port },
        }),
      );
      return [first!, ...others];
    },
    zookeeper: (z) => ({
      bind: { host: bindHost, port: z.clientPort },
      client: { host: reach, port: z.clientPort },
      quorum: { host: reach, port: z.quorumPort, electionPort: z.electionPort },
    }),
  };
}
