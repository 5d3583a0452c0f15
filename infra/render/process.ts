// The process list: what runs, described once for every engine.
// This module is pure: no Deno APIs, no I/O.
import type { Directories, Service, Stack } from "../spec/mod.ts";
import { fileUrl } from "./artifact.ts";
import { mainLogFile } from "./log4j.ts";
import type { Address, Placement } from "./placement.ts";

/** A question whose answer says whether a service does its work. */
export type Check =
  /** `srvr` (a four-letter word) must name the server's role in the quorum. */
  | { readonly kind: "zookeeper-role"; readonly address: Address }
  /** A connection must be accepted; whether the broker is registered is asked of the cluster. */
  | { readonly kind: "port-open"; readonly address: Address };

/** One JVM. */
export interface Process {
  /** Name of its service, unique in the stack. */
  readonly name: string;
  readonly kind: Service["kind"];
  readonly mainClass: string;
  /** Heap, collector and system properties, in order. */
  readonly jvmFlags: readonly string[];
  /** Arguments of the main class. */
  readonly args: readonly string[];
  /** Relative to the stack's directory. */
  readonly directories: Directories;
  /** The log to read first, relative to the stack's directory. */
  readonly logFile: string;
  /** Ports that it opens, by what they are for. */
  readonly ports: Readonly<Record<string, Address>>;
  /** Address that clients on the host use. */
  readonly address: Address;
  readonly check: Check;
  /** Time between SIGTERM and SIGKILL, in ms. */
  readonly stopGraceMs: number;
}

const MAIN_CLASS: Record<Service["kind"], string> = {
  zookeeper: "org.apache.zookeeper.server.quorum.QuorumPeerMain",
  broker: "kafka.Kafka",
};

/** The processes of a stack, in the order in which they start. They stop in reverse order of kind. */
export function renderProcesses(stack: Stack, placement: Placement): Process[] {
  return [
    ...stack.zookeepers.map((z): Process => {
      const { bind, client, quorum } = placement.zookeeper(z);
      return {
        ...common(z, placement, "zoo.cfg"),
        ports: {
          client: bind,
          ...(stack.zookeepers.length > 1
            ? {
              quorum: { host: quorum.host, port: quorum.port },
              election: { host: quorum.host, port: quorum.electionPort },
            }
            : {}),
        },
        address: { host: stack.advertisedHost, port: z.clientPort },
        check: { kind: "zookeeper-role", address: client },
        stopGraceMs: 10_000,
      };
    }),
    ...stack.brokers.map((broker): Process => {
      const listeners = placement.listeners(broker);
      return {
        ...common(broker, placement, "server.properties"),
        ports: Object.fromEntries(listeners.map((l) => [l.name, l.bind])),
        address: { host: stack.advertisedHost, port: broker.listeners[0].port },
        check: { kind: "port-open", address: listeners[0].advertised },
        // A broker that is killed while it closes its logs has to check them all at its next start.
        stopGraceMs: 30_000,
      };
    }),
  ];
}

function common(service: Service, placement: Placement, configFile: string) {
  const { name, kind, directories, heapMiB } = service;
  const { config, log } = directories;
  return {
    name,
    kind,
    mainClass: MAIN_CLASS[kind],
    jvmFlags: [
      `-Xms${Math.min(heapMiB, 64)}m`,
      `-Xmx${heapMiB}m`,
      // Fast to start and small: one collector thread, no optimizing compiler. On two
      // cores six JVMs are ready in 5 s instead of 7 to 11.
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      // A server without memory must not go on half dead.
      "-XX:+ExitOnOutOfMemoryError",
      "-Djava.awt.headless=true",
      `-Dlog4j.configuration=${fileUrl(placement.path(`${config}/log4j.properties`))}`,
    ],
    args: [placement.path(`${config}/${configFile}`)],
    directories,
    logFile: `${log}/${mainLogFile(kind)}`,
  };
}
