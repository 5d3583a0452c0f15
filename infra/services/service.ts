// What a service is: all that targets and runtimes need to know about it, and nothing of how they
// make it run.
// This module is pure: no Deno APIs, no I/O.
import type { Artifact } from "./artifact.ts";
import type { Build } from "./build.ts";

/** A host name or address, and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * What a service is to the others. A Kafka node can be broker and controller at once; one that has
 * no role is needed by none.
 */
export type Role = "zookeeper" | "controller" | "broker" | "client" | "monitor";

/** Something that a service needs before it starts, of all services with a role. */
export interface After {
  readonly role: Role;
  /**
   * `started`: they are there. `alive`: they answer {@linkcode Description.alive}. `ready`: they
   * answer {@linkcode Description.ready}.
   */
  readonly until: "started" | "alive" | "ready";
}

/** A Java program of Kafka's distribution. */
export interface JavaProgram {
  readonly type: "java";
  /** Version of Kafka whose jars are the class path. */
  readonly kafkaVersion: string;
  readonly mainClass: string;
  /** Heap, collector and system properties, in order. */
  readonly jvmFlags: readonly string[];
  /** Arguments of the main class. */
  readonly args: readonly string[];
  /** Largest Java heap in MiB. */
  readonly heapMiB: number;
}

/** A script of this project's. */
export interface DenoProgram {
  readonly type: "deno";
  /** Relative to the project's directory. */
  readonly script: string;
  /** Flags of `deno run`. */
  readonly flags: readonly string[];
  readonly args: readonly string[];
}

/** Any other program. */
export interface CommandProgram {
  readonly type: "command";
  /** On PATH or absolute. */
  readonly command: string;
  readonly args: readonly string[];
}

/** What is run. */
export type Program = JavaProgram | DenoProgram | CommandProgram;

/** What is done once to a service's data directory, before the first start. */
export interface Format {
  /** May be run again, whenever it was interrupted. */
  readonly program: JavaProgram;
  /** File that is there when it is done, relative to the stack's directory. */
  readonly done: string;
}

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

/** How a service's container is asked whether it is healthy. */
export interface Health {
  readonly everySeconds: number;
  /** A script in bash, or a command: exit code 0 means healthy. */
  readonly ask: { readonly script: readonly string[] } | { readonly command: readonly string[] };
}

/** A port of a service. */
export interface Port extends Address {
  /** Its number in the container that it is published from. */
  readonly inside: number;
  /** Where the spec sets it, e.g. `brokers.each[2].port`. */
  readonly setting: string;
}

/** Metrics, over HTTP at `/metrics`. */
export interface Metrics {
  /** Prometheus' `job`: what kind of service it is. */
  readonly job: string;
  /** Where the other services reach them. */
  readonly inside: Address;
  /** Where the tasks reach them. */
  readonly address: Address;
}

/** What a container is made of. */
export interface Container {
  /** Name of the image, with its version. */
  readonly image: string;
  /** How that is built; none: it is pulled. */
  readonly build?: Build;
  /** `uid:gid` that it runs as. */
  readonly user: string;
  /** Name of the container. */
  readonly name: string;
  /** Path of the stack's directory in it. */
  readonly mount: string;
}

/** Directories of a service by what is in them, relative to the stack's. */
export interface ServiceDirectories {
  readonly config?: string;
  readonly data?: string;
  /** Application log. */
  readonly log?: string;
}

/** A service as its descriptor describes it. */
export interface Description {
  /** Unique in the stack. */
  readonly name: string;
  readonly roles: readonly Role[];
  readonly after: readonly After[];
  /** None: its image's own. */
  readonly program?: Program;
  /** None: it needs nothing before its first start. */
  readonly format?: Format;
  readonly environment: Readonly<Record<string, string>>;
  /** Ports that it opens on the host, by what they are for. */
  readonly ports: Readonly<Record<string, Port>>;
  /** Address that clients on the host use; none: nothing connects to it. */
  readonly address?: Address;
  /** Address that the other services use. */
  readonly inside?: Address;
  readonly directories: ServiceDirectories;
  /** Directories that it only reads, and others too. */
  readonly reads: readonly string[];
  /** The log to read first, relative to the stack's directory; none: it writes none there. */
  readonly logFile?: string;
  /** Passes as soon as others may connect. */
  readonly alive?: Check;
  /** Passes when it does its work; none: as long as it runs. */
  readonly ready?: Check;
  /** Default, where {@linkcode Description.ready} asks over HTTP: the same from inside. */
  readonly health?: Health;
  readonly metrics?: Metrics;
  /** What it may take in a container. */
  readonly memoryMiB: number;
  /** Time between SIGTERM and SIGKILL, in ms. */
  readonly stopGraceMs: number;
  /** Where services run in containers. */
  readonly container?: Container;
  /** Files with a password that is made up once, before the first start. */
  readonly passwordFiles: readonly string[];
}

/** A service of a stack. */
export interface Service extends Description {
  /** Its own files. */
  readonly files: readonly Artifact[];
  /** Digest of what decides how it behaves: another one means a restart. */
  readonly fingerprint: string;
  /** The same as the version before this one computed it; none: that had no such service. */
  readonly formerFingerprint?: string;
}

/** A service that others connect to. */
export type Server =
  & Service
  & Required<Pick<Service, "address" | "inside" | "alive" | "ready" | "logFile">>;

/** The services with a role that others connect to. */
export function serversOf(services: readonly Service[], role: Role): Server[] {
  return services.filter((service): service is Server =>
    service.roles.includes(role) && service.address !== undefined
  );
}

/** A service that is a Java process. */
export type JavaService = Service & { readonly program: JavaProgram };

/** Whether a service is a Java process. */
export function isJava(service: Service): service is JavaService {
  return service.program?.type === "java";
}
