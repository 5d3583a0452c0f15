// Which settings there are, and of what type: the types of types.ts once more, for `deno run` checks
// no types, and a setting that nobody reads is a mistake that nobody sees.
// This module is pure: no Deno APIs, no I/O.
import type {
  BrokersSpec,
  DockerSpec,
  GroupSpec,
  Images,
  MonitoringSpec,
  NodeSpec,
  Problem,
  StackSpec,
} from "./types.ts";

/** A value, by what it must be; `property`: whatever another program's property may be. */
type Value = "text" | "number" | "boolean" | "property";
interface Settings {
  readonly settings: Readonly<Record<string, Shape>>;
}
interface Entries {
  readonly each: Shape;
  readonly by: "id" | "property";
}
type Shape = Value | Settings | Entries;
/** One shape for each field of `T`: the compiler misses none. */
type Fields<T> = { readonly [K in keyof Required<T>]: Shape };

const PROPERTIES: Shape = { each: "property", by: "property" };
const NODE: Fields<NodeSpec> = { port: "number", heap: "text", config: PROPERTIES };
const GROUP: Fields<GroupSpec> = {
  count: "number",
  heap: "text",
  config: PROPERTIES,
  each: { each: { settings: NODE }, by: "id" },
};
const BROKERS: Fields<BrokersSpec> = {
  ...GROUP,
  partitions: "number",
  replicationFactor: "number",
  minInsyncReplicas: "number",
  retentionHours: "number",
};
const IMAGES: Fields<Images> = {
  kafka: "text",
  deno: "text",
  java: "text",
  prometheus: "text",
  grafana: "text",
};
const DOCKER: Fields<DockerSpec> = { images: { settings: IMAGES }, subnet: "text" };
const MONITORING: Fields<MonitoringSpec> = {
  enabled: "boolean",
  scrapeIntervalSeconds: "number",
  metrics: "text",
  retention: "text",
  prometheusPort: "number",
  grafanaPort: "number",
};
const STACK: Fields<StackSpec> = {
  name: "text",
  mode: "text",
  kafkaVersion: "text",
  dir: "text",
  bindAddress: "text",
  advertisedHost: "text",
  portOffset: "number",
  zookeepers: { settings: GROUP },
  controllers: { settings: GROUP },
  brokers: { settings: BROKERS },
  docker: { settings: DOCKER },
  monitoring: { settings: MONITORING },
};

/**
 * Looks for settings that there are not, and values of another type.
 *
 * @returns The problems, and the spec without them: what is left has the types that it says.
 */
export function checkShape(spec: unknown): { problems: Problem[]; spec: StackSpec } {
  const problems: Problem[] = [];
  const kept = check({ settings: STACK }, "", spec, problems);
  return { problems, spec: (kept ?? {}) as StackSpec };
}

/** The value without what is wrong in it; `undefined`: all of it is. */
function check(shape: Shape, path: string, value: unknown, problems: Problem[]): unknown {
  const refuse = (reason: string) =>
    void problems.push({ path: path || "spec", reason: `${shown(value)} ${reason}` });
  if (typeof shape === "string") {
    const reason = MISFIT[shape](value);
    return reason === undefined ? value : refuse(reason);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse("is not a group of settings: { … }");
  }
  const kept: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const [inner, at] = "settings" in shape
      ? [own(shape.settings, key), path ? `${path}.${key}` : key]
      : [shape.each, shape.by === "id" ? `${path}[${key}]` : `${path}["${key}"]`];
    if (inner === undefined) {
      problems.push({ path: at, reason: unknownSetting(key, shape as Settings) });
    } else {
      const result = check(inner, at, item, problems);
      if (result !== undefined) kept.push([key, result]);
    }
  }
  return Object.fromEntries(kept);
}

/** Why a value is not what it must be. */
const MISFIT: Record<Value, (value: unknown) => string | undefined> = {
  text: (value) => typeof value === "string" ? undefined : "is not a text in quotes",
  number: (value) => typeof value === "number" ? undefined : "is not a number",
  boolean: (value) => typeof value === "boolean" ? undefined : "is not true or false",
  property(value) {
    if (typeof value === "string" || typeof value === "boolean") return undefined;
    if (typeof value !== "number") return "is not a text, a number, true or false";
    // JavaScript has rounded it, or writes it as 1e+21, which Java takes for no whole number.
    return Math.abs(value) <= Number.MAX_SAFE_INTEGER && !String(value).includes("e")
      ? undefined
      : "is no number that JavaScript keeps: put its digits in quotes";
  },
};

/** Not `constructor` and its like, which every object has. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function unknownSetting(key: string, { settings }: Settings): string {
  const known = Object.keys(settings);
  const near = nearest(key, known);
  return near
    ? `there is no such setting; did you mean ${near}?`
    : `there is no such setting; there are ${known.join(", ")}`;
}

/** The value as one line. */
function shown(value: unknown): string {
  const text = typeof value === "bigint" ? `${value}n` : JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/**
 * The candidate nearest to `word` by edit distance, whatever the case. Not the clients' function of
 * that name: they can be copied away, so that nothing here may need them, and they nothing here.
 */
function nearest(word: string, candidates: readonly string[]): string | undefined {
  const distance = (a: string, b: string) => {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (const [i, letter] of [...a].entries()) {
      const next = [i + 1];
      for (let j = 1; j <= b.length; j++) {
        next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + +(letter !== b[j - 1])));
      }
      row = next;
    }
    return row[b.length]!;
  };
  const [best] = candidates
    .map((name) => ({ name, far: distance(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  return best && best.far <= Math.max(1, Math.ceil(word.length / 3)) ? best.name : undefined;
}
