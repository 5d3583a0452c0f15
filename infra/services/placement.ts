// Where the services of a stack live, and so how they reach one another: all
// that differs between targets in the services' own files.
// This module is pure: no Deno APIs, no I/O.
import {
  type Broker,
  type Images,
  isIpv4,
  isWildcard,
  type SecurityProtocol,
  type Stack,
  urlHost,
  type ZooKeeper,
} from "../spec/mod.ts";
import { clientBuild } from "./build.ts";
import type { Address, Container } from "./service.ts";

/** A listener as a broker opens it. */
export interface BoundListener {
  /** Kafka's listener name. */
  readonly name: string;
  readonly securityProtocol: SecurityProtocol;
  readonly bind: Address;
  readonly advertised: Address;
  /** Where it is on the host; none: it is not open there. */
  readonly host?: Address;
}

/** A ZooKeeper as it opens its ports and as its peers and the brokers reach it. */
export interface PlacedZooKeeper {
  readonly bind: Address;
  readonly client: Address;
  /** Where it is on the host. */
  readonly host: Address;
  readonly quorum: { readonly host: string; readonly port: number; readonly electionPort: number };
}

/** Whose image a container is made from: one of the spec's, or the clients' own. */
export type ImageOf = Exclude<keyof Images, "deno" | "java"> | "client";

/** A target's answer to "where is it?". */
export interface Placement {
  /** A path of the stack as the service sees it, from one relative to the stack's directory. */
  path(relative: string): string;
  /** The first is the one that brokers use among themselves. */
  listeners(broker: Broker): readonly [BoundListener, ...BoundListener[]];
  zookeeper(zookeeper: ZooKeeper): PlacedZooKeeper;
  /** What a controller opens for its port, and where that is on the host. */
  controller(port: number): { readonly bind: Address; readonly host: Address };
  /** What a service opens for a port of the host, and where that is on the host. */
  open(port: number): { readonly bind: Address; readonly host: Address };
  /** Where the other services reach a port of the host that a service opens. */
  within(service: string, port: number): Address;
  /** Address at which the tasks reach a port that is open on the host. */
  reach(host: Address): Address;
  /** The container of a service, where services run in containers. */
  container?(service: string, image: ImageOf): Container;
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
export function placeOnMachine(stack: Stack, dir: string): Placement {
  const bindHost = stack.bindAddress;
  const reach = loopback(bindHost);
  const open = (port: number) => {
    const address = { host: bindHost, port };
    return { bind: address, host: address };
  };
  return {
    reach: ({ host, port }) => ({ host: loopback(host), port }),
    path: (relative) => `${dir}/${relative}`,
    listeners(broker) {
      const [first, ...others] = broker.listeners.map(
        ({ name, securityProtocol, port }): BoundListener => ({
          name,
          securityProtocol,
          bind: { host: bindHost, port },
          host: { host: bindHost, port },
          advertised: { host: stack.advertisedHost, port },
        }),
      );
      return [first!, ...others];
    },
    zookeeper: (z) => ({
      bind: { host: bindHost, port: z.clientPort },
      host: { host: bindHost, port: z.clientPort },
      client: { host: reach, port: z.clientPort },
      quorum: { host: reach, port: z.quorumPort, electionPort: z.electionPort },
    }),
    controller: open,
    open,
    within: (_, port) => ({ host: reach, port }),
  };
}

/** A wildcard cannot be connected to; what is open everywhere is open on loopback. */
export function loopback(host: string): string {
  if (!isWildcard(host)) return host;
  return isIpv4(host) ? "127.0.0.1" : "::1";
}

/** Where the stack's directory is in every container. */
const INSIDE = "/stack";

/** What is known of containers beside the stack. */
export interface ContainerOptions {
  /** `uid:gid` that the services run as: that of the owner of the stack's directory. */
  readonly user: string;
  /** Name of the client's image. */
  readonly clientImage: string;
  /** Absolute path of the project's directory, which that image is built from. */
  readonly root: string;
}

/**
 * Each service is a container on a network of the stack. There it has the original's names and
 * ports, whatever the host's ports are: `kafka2:9093`, `zookeeper2:2181`. For clients on the host
 * each listener has a port of its own beside the brokers' own, since a broker advertises to a client
 * the address of the listener that it came through.
 */
export function placeInContainers(stack: Stack, options: ContainerOptions): Placement {
  const { user, clientImage, root } = options;
  const anywhere = (port: number) => ({ host: "0.0.0.0", port });
  return {
    reach: ({ host, port }) => ({ host: loopback(host), port }),
    path: (relative) => `${INSIDE}/${relative}`,
    listeners(broker) {
      const port = 9091 + broker.id;
      return [
        {
          name: "INTERNAL",
          securityProtocol: "PLAINTEXT",
          bind: anywhere(port),
          advertised: { host: broker.name, port },
        },
        ...broker.listeners.map((listener, index): BoundListener => ({
          name: listener.name,
          securityProtocol: listener.securityProtocol,
          bind: anywhere(10_000 + 100 * index + port),
          host: { host: stack.bindAddress, port: listener.port },
          advertised: { host: stack.advertisedHost, port: listener.port },
        })),
      ];
    },
    zookeeper: (z) => ({
      bind: anywhere(2181),
      client: { host: z.name, port: 2181 },
      host: { host: stack.bindAddress, port: z.clientPort },
      quorum: { host: z.name, port: 2888, electionPort: 3888 },
    }),
    // The same port as on a machine: see quorumEndpoint().
    controller: (port) => ({ bind: anywhere(port), host: { host: stack.bindAddress, port } }),
    open: (port) => ({
      bind: anywhere(port - stack.portOffset),
      host: { host: stack.bindAddress, port },
    }),
    within: (service, port) => ({ host: service, port: port - stack.portOffset }),
    container: (service, image) => ({
      ...(image === "client"
        ? { image: clientImage, build: clientBuild(stack, root) }
        : { image: stack.docker.images[image] }),
      user,
      mount: INSIDE,
      name: containerName(stack, service),
    }),
  };
}

/** Name of a stack among all of a Docker daemon: a second one on other ports has another. */
export function projectName({ name, portOffset }: Stack): string {
  return portOffset === 0 ? name : `${name}-${portOffset}`;
}

/** The original's name, for the stack that has the original's ports. */
function containerName(stack: Stack, service: string): string {
  const project = projectName(stack);
  return project === "kafka-stack" ? service : `${project}-${service}`;
}
