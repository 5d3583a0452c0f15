// What every engine can do with the process list.
// This module is pure: no Deno APIs, no I/O.
import type { Process } from "../render/mod.ts";

/** A service that runs. */
export interface RunningService {
  readonly name: string;
  readonly kind: Process["kind"];
  readonly pid: number;
  /** See {@linkcode RecordedService.startTime}. */
  readonly startTime: string;
  /** Resident memory in bytes. */
  readonly memoryBytes: number;
}

/** Says in one line what happens to a service; with no service, to the stack. */
export type Report = (service: string | undefined, text: string) => void;

/** Runs the services of one stack. */
export interface Engine {
  readonly name: "native";
  /** Everything of this stack that runs now, whoever started it, by name. */
  observe(): Promise<ReadonlyMap<string, RunningService>>;
  /** Finds or fetches what starting needs, so that a lack of it is known before anything is changed. */
  prepare(): Promise<void>;
  /** Starts services that do not run. Resolves when they are started, not when they are ready. */
  start(processes: readonly Process[]): Promise<void>;
  /** Stops services: SIGTERM, time to end, SIGKILL. Resolves when they have ended. */
  stop(services: readonly RunningService[], graceMs: (name: string) => number): Promise<void>;
  /** Tells one start of a service from a start with other settings. */
  fingerprint(process: Process): string;
  /** The last lines that a service wrote to its logs. */
  lastLines(process: Process, count: number): Promise<string[]>;
}
