// stack.json: the record of what runs, so that later tasks need no flags.
import { Failure, type Mode } from "../spec/mod.ts";
import type { Process } from "../render/mod.ts";
import type { EngineName } from "./engine.ts";
import type { Host } from "./host.ts";

/** Raised when a field changes its meaning; a newer record is refused, an older one is read. */
const VERSION = 1;

/** What was started for one service. */
export interface RecordedService {
  readonly kind: Process["kind"];
  readonly pid: number;
  /** With the pid it tells our process from a later one that got the same number. */
  readonly startTime: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** Flags of `up` that later tasks must repeat. */
export interface Overrides {
  readonly mode?: Mode;
  readonly brokers?: number;
  readonly portOffset?: number;
  readonly engine?: EngineName;
  /** false: `--without monitoring`. */
  readonly monitoring?: boolean;
}

/** The content of stack.json. */
export interface StackRecord {
  readonly version: number;
  readonly name: string;
  readonly engine: EngineName;
  readonly mode: Mode;
  readonly kafkaVersion: string;
  /** Kafka's cluster id, once the cluster was proven. */
  readonly clusterId?: string;
  readonly bootstrapServers: string;
  readonly zookeeperConnect: string;
  readonly overrides: Overrides;
  readonly services: Readonly<Record<string, RecordedService>>;
}

/** Path of the record. */
export function recordPath(dir: string): string {
  return `${dir}/stack.json`;
}

/**
 * Reads the record of the stack in `dir`.
 *
 * @returns `undefined` when there is none, or none that can be read: processes are then found by
 * their marks, so that nothing is lost but the flags that were given. `onDamage` is told.
 * @throws {Failure} When a newer version wrote it.
 */
export async function readRecord(
  host: Host,
  dir: string,
  onDamage: (line: string) => void = () => {},
): Promise<StackRecord | undefined> {
  const path = recordPath(dir);
  const text = await host.readText(path);
  if (text === undefined) return undefined;
  let record: StackRecord | null;
  try {
    record = JSON.parse(text);
  } catch {
    onDamage(`${path} is damaged (not JSON): it is left out, and written anew by the next up`);
    return undefined;
  }
  if (record !== null && record.version > VERSION) {
    throw new Failure(
      `${path} was written by a newer version of this toolkit (format ${record.version}, known ${VERSION})`,
      { hint: "Use that version, or stop the stack with it first." },
    );
  }
  if (typeof record?.version !== "number" || typeof record.services !== "object") {
    onDamage(`${path} is not a stack's record: it is left out, and written anew by the next up`);
    return undefined;
  }
  return record;
}

/** Writes the record, whole or not at all. */
export async function writeRecord(
  host: Host,
  dir: string,
  record: Omit<StackRecord, "version">,
): Promise<void> {
  await host.writeText(
    recordPath(dir),
    JSON.stringify({ version: VERSION, ...record }, null, 2) + "\n",
  );
}
