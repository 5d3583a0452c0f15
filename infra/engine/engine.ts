// What every engine can do with the process list.
// This module is pure: no Deno APIs, no I/O.
import type { Fingerprinted, Process } from "../render/mod.ts";

/** How services run. */
export type EngineName = "native" | "docker";

/** A service that runs. */
export interface RunningService {
  readonly name: string;
  readonly kind: Process["kind"];
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

/** Says in one line what happens to a service; with no service, to the stack. */
export type Report = (service: string | undefined, text: string) => void;

/** Runs the services of one stack. */
export interface Engine {
  readonly name: EngineName;
  /** Everything of this stack that runs now, whoever started it, by name. */
  observe(): Promise<ReadonlyMap<string, RunningService>>;
  /** Finds or fetches what starting these needs, so that what stands in the way is known before anything is changed. */
  prepare(processes: readonly Process[]): Promise<void>;
  /** Starts services that do not run. Resolves when they are started, not when they are ready. */
  start(processes: readonly Fingerprinted[]): Promise<void>;
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
  startLog(process: Process): Promise<readonly string[]>;
}
