// The process list: what runs, described once for every engine.
// This module is pure: no Deno APIs, no I/O.
import { createHash } from "node:crypto";
import type { Directories, Service, Stack } from "../spec/mod.ts";
import { type Artifact, fileUrl } from "./artifact.ts";
import { LOCALE_FLAGS } from "./environment.ts";
import { exporterFlag } from "./exporter.ts";
import { mainLogFile } from "./log4j.ts";
import { type Address, CLIENT, type Container, hostPort, type Placement } from "./placement.ts";

/** A question whose answer says whether a service does its work. */
export type Check =
  /** `srvr` (a four-letter word) must name the server's role in the quorum. */
  | { readonly kind: "zookeeper-role"; readonly address: Address }
  /** `srvr` must be answered, if only by "not serving". */
  | { readonly kind: "zookeeper-listens"; readonly address: Address }
  /** A connection must be accepted; whether the broker is registered is asked of the cluster. */
  | { readonly kind: "port-open"; readonly address: Address }
  /** A GET of `path` must be answered with status 200. */
  | { readonly kind: "http"; readonly address: Address; readonly path: string };

/** A port of a service. */
export interface Port extends Address {
  /** Its number in the container that it is published from. */
  readonly inside: number;
}

/** What Prometheus looks at. */
export interface ScrapeTarget {
  /** Prometheus' `job`. */
  readonly job: "kafka" | "zookeeper" | "kafka_lag" | "prometheus";
  /** Where Prometheus reaches it: metrics are at `/metrics`. */
  readonly address: Address;
}

/** What every process has. */
interface Common {
  /** Name of its service, unique in the stack. */
  readonly name: string;
  /** Ports that it opens on the host, by what they are for. */
  readonly ports: Readonly<Record<string, Port>>;
  /** Time between SIGTERM and SIGKILL, in ms. */
  readonly stopGraceMs: number;
  /** Where services run in containers. */
  readonly container?: Container;
  /** Its metrics; none: it serves none. */
  readonly scrape?: ScrapeTarget;
}

/** A Java process. */
export interface Jvm extends Common {
  readonly kind: Service["kind"];
  readonly mainClass: string;
  /** Heap, collector and system properties, in order. */
  readonly jvmFlags: readonly string[];
  /** Arguments of the main class. */
  readonly args: readonly string[];
  /** Largest Java heap in MiB. */
  readonly heapMiB: number;
  /** Relative to the stack's directory. */
  readonly directories: Directories;
  /** The log to read first, relative to the stack's directory. */
  readonly logFile: string;
  /** Address that clients on the host use. */
  readonly address: Address;
  /** Address that the other services use. */
  readonly inside: Address;
  readonly check: Check;
  /** Where the tasks reach its metrics, over HTTP at `/metrics`; none: it has no exporter. */
  readonly exporter?: Address;
}

/** The container with the clients: it waits for commands. Only where services run in containers. */
export interface Client extends Common {
  readonly kind: "client";
  readonly environment: Readonly<Record<string, string>>;
}

/** A program that watches the services: the lag exporter, Prometheus or Grafana. */
export interface Monitor extends Common {
  readonly kind: "monitor";
  /** The program, on PATH or absolute, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Relative to the stack's directory. */
  readonly directories: { readonly config?: string; readonly data?: string };
  /** What it prints, where it is a process of this machine; relative to the stack's directory. */
  readonly logFile: string;
  /** Address that people and the tasks use. */
  readonly address: Address;
  /** Address that the other services use. */
  readonly inside: Address;
  readonly check: Extract<Check, { kind: "http" }>;
}

/** What runs as a service. */
export type Process = Jvm | Client | Monitor;

/** A process with the digest of all that it is started with: another one means a restart. */
export type Fingerprinted<P extends Process = Process> = P & { readonly fingerprint: string };

/** The Java processes among others; of one kind, or all. */
export function jvmsOf<P extends Process>(
  processes: readonly P[],
  kind?: Jvm["kind"],
): (P & Jvm)[] {
  return processes.filter((process): process is P & Jvm =>
    process.kind !== "client" && process.kind !== "monitor" &&
    (kind === undefined || process.kind === kind)
  );
}

/** Where a JVM on this machine puts its temporary files, relative to the stack's directory. */
export function temporary({ log }: Directories): string {
  return `${log}/tmp`;
}

const MAIN_CLASS: Record<Service["kind"], string> = {
  zookeeper: "org.apache.zookeeper.server.quorum.QuorumPeerMain",
  broker: "kafka.Kafka",
};

/** The JVMs of a stack, in the order in which they start. They stop in reverse order of kind. */
export function renderJvms(stack: Stack, placement: Placement, exporters: boolean): Jvm[] {
  return [
    ...stack.zookeepers.map((z): Jvm => {
      const { bind, host, client, quorum } = placement.zookeeper(z);
      const beside = stack.zookeepers.length > 1 && placement.container === undefined;
      const open = (port: number) => ({ host: quorum.host, port, inside: port });
      return {
        ...common(z, placement, "zoo.cfg", exporters),
        ports: {
          client: { ...host, inside: bind.port },
          ...(beside ? { quorum: open(quorum.port), election: open(quorum.electionPort) } : {}),
          ...(exporters ? exporterPort(z, placement) : {}),
        },
        address: { host: stack.advertisedHost, port: z.clientPort },
        inside: client,
        check: { kind: "zookeeper-role", address: placement.reach(host) },
        stopGraceMs: 10_000,
      };
    }),
    ...stack.brokers.map((broker): Jvm => {
      const listeners = placement.listeners(broker);
      const ports = listeners.flatMap(({ name, bind, host }) =>
        host ? [[name, { ...host, inside: bind.port }] as const] : []
      );
      const address = { host: stack.advertisedHost, port: broker.listeners[0].port };
      return {
        ...common(broker, placement, "server.properties", exporters),
        ports: {
          ...Object.fromEntries(ports),
          ...(exporters ? exporterPort(broker, placement) : {}),
        },
        address,
        inside: listeners[0].advertised,
        check: { kind: "port-open", address },
        // A broker that is killed while it closes its logs has to check them all at its next start.
        stopGraceMs: 30_000,
      };
    }),
  ];
}

/** `host:port,…` of the brokers for the other services. */
export function innerServers(stack: Stack, placement: Placement): string {
  return stack.brokers.map((b) => hostPort(placement.listeners(b)[0].advertised)).join();
}

/** The container with the clients, where services run in containers. */
export function renderClients(stack: Stack, placement: Placement): Client[] {
  const { container, zookeeper } = placement;
  if (!container) return [];
  const servers = innerServers(stack, placement);
  return [{
    name: CLIENT,
    kind: "client",
    ports: {},
    stopGraceMs: 1000,
    container: container(CLIENT),
    // The original's names; the clients read them.
    environment: {
      KAFKA_HOST: servers,
      BOOTSTRAP_SERVERS: servers,
      KAFKA_TOPIC: "test-topic",
      CONSUMER_GROUP: "flinox",
      ZOOKEEPER_HOST: stack.zookeepers.map((z) => hostPort(zookeeper(z).client)).join(),
    },
  }];
}

/** Adds the fingerprint: of what the process is, and of the files in its directories. */
export function withFingerprint<P extends Process>(
  process: P,
  artifacts: readonly Artifact[],
): Fingerprinted<P> {
  const own = process.kind === "client" ? [] : Object.values(process.directories);
  const files = artifacts.filter(({ path }) => own.some((d) => path.startsWith(`${d}/`)));
  const fingerprint = createHash("sha256").update(JSON.stringify([process, files]))
    .digest("hex").slice(0, 16);
  return { ...process, fingerprint };
}

function exporterPort(service: Service, placement: Placement): Record<string, Port> {
  const { bind, host } = placement.open(service.exporterPort);
  return { exporter: { ...host, inside: bind.port } };
}

function metrics({ kind, name, exporterPort: port }: Service, placement: Placement) {
  const job = ({ broker: "kafka", zookeeper: "zookeeper" } as const)[kind];
  return {
    exporter: placement.reach(placement.open(port).host),
    scrape: { job, address: placement.within(name, port) },
  };
}

function common(service: Service, placement: Placement, configFile: string, exporter: boolean) {
  const { name, kind, directories, heapMiB } = service;
  const { config, log } = directories;
  const container = placement.container?.(name);
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
      // What jstat reads, taken once a second: by default it wakes every JVM 20 times.
      "-XX:PerfDataSamplingInterval=1000",
      // A server without memory must not go on half dead.
      "-XX:+ExitOnOutOfMemoryError",
      "-Djava.awt.headless=true",
      ...LOCALE_FLAGS,
      // Snappy, LZ4 and Zstandard unpack their libraries there, and must be able to run them: a
      // machine's own /tmp is often mounted noexec. A container has one of its own.
      ...(container ? [] : [`-Djava.io.tmpdir=${placement.path(temporary(directories))}`]),
      `-Dlog4j.configuration=${fileUrl(placement.path(`${config}/log4j.properties`))}`,
      ...(exporter ? [exporterFlag(service, placement)] : []),
    ],
    args: [placement.path(`${config}/${configFile}`)],
    heapMiB,
    directories,
    logFile: `${log}/${mainLogFile(kind)}`,
    ...(container ? { container } : {}),
    ...(exporter ? metrics(service, placement) : {}),
  };
}
