// What every runtime is, and what the engine that it opens for one stack can do with its services.
// This module is pure: no Deno APIs, no I/O.
import type { Places, Service, Target } from "../render/mod.ts";
import type { Stack } from "../spec/mod.ts";
import type { Host } from "./host/host.ts";
import type { Java } from "./native/java.ts";

/** A named question; its answer in words, or a Failure with what to do. */
export type Question = readonly [what: string, ask: () => Promise<string>];

/** A service that runs. */
export interface RunningService {
  readonly name: string;
  readonly pid: number;
  /** When it started, in the engine's own notation: with the pid it tells one run from a later one. */
  readonly startTime: string;
  /** ISO 8601, UTC, where the engine knows it. */
  readonly since?: string;
  /** Resident memory in bytes, where it can be read. */
  readonly memoryBytes?: number;
  /** Of the process that was started; none: an older version started it. */
  readonly fingerprint: string | undefined;
  readonly container?: {
    readonly id: string;
    /** What its health check says: `starting`, `healthy` or `unhealthy`. */
    readonly health: string | undefined;
  };
}

/** What runs, by name. */
export type Running = ReadonlyMap<string, RunningService>;

/** Says in one line what happens to a service; with no service, to the stack. */
export type Report = (service: string | undefined, text: string) => void;

/** Runs the services of one stack. */
export interface Engine {
  /** The runtime's. */
  readonly name: string;
  /** Everything of this stack that runs now, whoever started it, by name. */
  observe(): Promise<Running>;
  /** Finds or fetches what starting these needs, so that what stands in the way is known before anything is changed. */
  prepare(services: readonly Service[]): Promise<void>;
  /** Starts services that do not run. Resolves when they are started, not when they are ready. */
  start(services: readonly Service[]): Promise<void>;
  /** Stops services: SIGTERM, time to end, SIGKILL. Resolves when they have ended. */
  stop(services: readonly RunningService[], graceMs: (name: string) => number): Promise<void>;
  /** Removes what stopped services leave beside their files. */
  release(): Promise<void>;
  /**
   * Bytes of memory by service, asked of who knows it where {@linkcode observe} does not. Takes
   * seconds.
   */
  memory?(services: readonly RunningService[]): Promise<ReadonlyMap<string, number>>;
  /**
   * What a service wrote since it was started, up to the first MiB: its log, then what its JVM
   * printed.
   */
  startLog(service: Service): Promise<readonly string[]>;
  /** What `doctor` asks about what it needs of the machine. */
  questions(): readonly Question[];
}

/** A Java, and the Kafka that it runs. */
export interface KafkaJava {
  /** The java command. */
  readonly command: string;
  /** Directory of Kafka's jars. */
  readonly libs: string;
  /** AppCDS archive for a service, if there is one. */
  readonly archive?: (service: Service) => string | undefined;
}

/** What an engine is opened with. */
export interface EngineOptions {
  readonly host: Host;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  readonly stack: Stack;
  readonly deno: NonNullable<Places["deno"]>;
  /** What all Java heaps add up to. */
  readonly heapMiB: number;
  /** Finds or fetches what JVMs on this machine need. */
  readonly java: () => Promise<KafkaJava>;
  readonly report: Report;
}

/** Why a runtime cannot run a stack here. */
export interface Unusable {
  readonly why: string;
  readonly fix: string;
  /** It is not there at all, so that not everyone wants to read how to install it. */
  readonly absent?: boolean;
}

/** One way to run services. */
export interface Runtime {
  /** What `--engine` and the record call it. */
  readonly name: string;
  /**
   * Everything of the stack in `dir` that runs now, whoever started it, by name.
   *
   * @throws {Failure} It does not answer.
   */
  observe(host: Host, dir: string): Promise<Running>;
  /** Whether it can run a stack here, and what was found; that is empty where nothing is needed. */
  find(host: Host, heapMiB: number): Promise<{ readonly found: string } | Unusable>;
  /** Finds the Java of this machine that services run by; none: images have their own. */
  readonly findJava?: (host: Host) => Promise<Java>;
  /** @param root The project's directory. */
  target(host: Host, stack: Stack, root: string): Promise<Target>;
  open(options: EngineOptions): Engine;
}
