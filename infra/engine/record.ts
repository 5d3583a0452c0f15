// stack.json: the record of what runs, so that later tasks need no flags.
import { Failure, type Mode, type StackSpec } from "../spec/mod.ts";
import type { Host } from "./host/host.ts";

/** Raised when a field changes its meaning; a newer record is refused, an older one is read. */
const VERSION = 1;

/** What was started for one service. */
export interface RecordedService {
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
  readonly engine?: string;
  /** false: `--without monitoring`. */
  readonly monitoring?: boolean;
}

/** Which brokers the cluster has had, by id. */
export interface Members {
  /** Those of the last cluster that was proven: their data must be there. */
  readonly brokers: readonly number[];
  /** Those that left it with nothing on them. What is in their directories is old. */
  readonly left: readonly number[];
}

/** The content of stack.json. */
export interface StackRecord {
  readonly version: number;
  readonly name: string;
  /** Name of the runtime. */
  readonly engine: string;
  readonly mode: Mode;
  readonly kafkaVersion: string;
  /** Kafka's cluster id, once the cluster was proven. */
  readonly clusterId?: string;
  readonly bootstrapServers: string;
  /** None in KRaft mode. */
  readonly zookeeperConnect?: string;
  /** The description that the last `up` was given; none: an older version wrote the record. */
  readonly spec?: StackSpec;
  readonly overrides: Overrides;
  /** None: no cluster was proven yet, or an older version wrote the record. */
  readonly members?: Members;
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
 * their marks, so that nothing is lost but the flags that were given. `onDamage` hears of it.
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
  const leaveOut = (why: string) => {
    onDamage(`${path} is damaged (${why}): it is ignored, and the next up writes a new one`);
    return undefined;
  };
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return leaveOut("not JSON");
  }
  const version = isObject(record) ? record.version : undefined;
  if (typeof version === "number" && version > VERSION) {
    throw new Failure(
      `${path} was written by a newer version of this toolkit (format ${version}, known ${VERSION})`,
      { hint: "Use that version, or stop the stack with it first." },
    );
  }
  const fault = faultOf(record);
  return fault === undefined ? record as StackRecord : leaveOut(fault);
}

type Test = (value: unknown) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText: Test = (value) => typeof value === "string" && value !== "";
const isNumber: Test = (value) => Number.isSafeInteger(value);
const oneOf = (...values: readonly unknown[]): Test => (value) => values.includes(value);
const areNumbers: Test = (value) => Array.isArray(value) && value.every(isNumber);
const orNone = (test: Test): Test => (value) => value === undefined || test(value);

const MODES = oneOf("zookeeper", "kraft");

/** What each field must be; fields of later versions that are not named here are kept. */
const FIELDS: Readonly<Record<Exclude<keyof StackRecord, "services" | "overrides">, Test>> = {
  version: isNumber,
  name: isText,
  engine: isText,
  mode: MODES,
  kafkaVersion: isText,
  clusterId: orNone(isText),
  bootstrapServers: isText,
  zookeeperConnect: orNone(isText),
  spec: orNone(isObject),
  members: orNone((members) =>
    isObject(members) && areNumbers(members.brokers) && areNumbers(members.left)
  ),
};
const OVERRIDES: Readonly<Record<keyof Overrides, Test>> = {
  mode: orNone(MODES),
  brokers: orNone(isNumber),
  portOffset: orNone(isNumber),
  engine: orNone(isText),
  monitoring: orNone(oneOf(true, false)),
};
const SERVICE: Readonly<Record<keyof RecordedService, Test>> = {
  pid: isNumber,
  startTime: isText,
  since: isText,
};

/** What is wrong with a record; `undefined`: nothing. */
function faultOf(record: unknown): string | undefined {
  if (!isObject(record)) return "not an object";
  const parts: [string, unknown, Readonly<Record<string, Test>>][] = [
    ["", record, FIELDS],
    ["overrides", record.overrides, OVERRIDES],
    ["services", record.services, {}],
    ...Object.entries(isObject(record.services) ? record.services : {})
      .map(([name, service]) => [`services.${name}`, service, SERVICE] as typeof parts[0]),
  ];
  for (const [path, value, tests] of parts) {
    if (!isObject(value)) return `${path} is ${value === undefined ? "missing" : "not an object"}`;
    for (const [name, test] of Object.entries(tests)) {
      const field = path === "" ? name : `${path}.${name}`;
      if (!test(value[name])) {
        return `${field} ${value[name] === undefined ? "is missing" : "is not what it can be"}`;
      }
    }
  }
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
