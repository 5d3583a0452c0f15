// Flags of every command, standing on @std/cli: typed values from one table,
// which also writes the help text, so that neither can drift from the other.
// This module is pure: no Deno APIs, no I/O.
import { parseArgs } from "@std/cli/parse-args";
import { didYouMean, nearest } from "../kafka/errors/nearest.ts";

/** One flag of a command. */
export interface Flag {
  /** `duration` is read as `300ms`, `5s`, `2m` and becomes milliseconds; `list` may be repeated. */
  readonly type: "string" | "boolean" | "integer" | "duration" | "list";
  /** What it does, in one line. */
  readonly help: string;
  /** Placeholder of the value in the help text. */
  readonly value?: string;
  /** Value when neither the flag nor its environment variable is given. */
  readonly default?: string | boolean | number;
  /** Environment variable that takes the place of the default. */
  readonly env?: string;
  /** The only values that are taken. */
  readonly oneOf?: readonly string[];
  /** Smallest value of an integer or duration (in ms). Default 0. */
  readonly min?: number;
  /** One-letter name. */
  readonly short?: string;
  /** Another long name of it: what Kafka's tools call it. */
  readonly alias?: string;
  /** Repeats the value that was given in the commands that a message names. */
  readonly inHints?: (text: string, value: string) => string;
}

/** Flags by name. */
export type Flags = Readonly<Record<string, Flag>>;

/** A command line: what it is called, what it takes, how it is used. */
export interface Command<F extends Flags = Flags> {
  /** As a user types it, e.g. `deno task up`. */
  readonly name: string;
  /** What it does: a sentence. */
  readonly summary: string;
  /** Positional arguments, e.g. `[service…]`; without it none are taken. */
  readonly positional?: string;
  readonly flags: F;
  /** Whether arguments after `--` are taken, and what they are. */
  readonly rest?: string;
  readonly examples: readonly string[];
}

type Raw<F extends Flag> = F["type"] extends "boolean" ? boolean
  : F["type"] extends "integer" | "duration" ? number
  : F["type"] extends "list" ? string[]
  : string;
type ValueOf<F extends Flag> = F["type"] extends "boolean" | "list" ? Raw<F>
  : F extends { readonly default: string | number } ? Raw<F>
  : Raw<F> | undefined;

/** The values of a command's flags. */
export type Values<F extends Flags> = { -readonly [K in keyof F]: ValueOf<F[K]> };

/** What a command line said. */
export interface Parsed<F extends Flags> {
  readonly flags: Values<F>;
  readonly positional: readonly string[];
  readonly rest: readonly string[];
}

/** Wrong use of a command: exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
  readonly exitCode = 2;
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Parses a command line.
 *
 * A flag wins over its environment variable, which wins over the default. Go's
 * spelling is taken too: `-kafka x`, `-kafka=x`, `-latest=false`.
 *
 * @throws {UsageError} For an unknown flag, a missing or wrong value, an unexpected argument.
 */
export function parseCommand<F extends Flags>(
  command: Command<F>,
  typed: readonly string[],
  env: (name: string) => string | undefined = () => undefined,
): Parsed<F> {
  const seeHelp = `${command.name} --help shows every flag.`;
  const flags: [string, Flag][] = Object.entries(command.flags);
  const names = flags.map(([name]) => name);
  const args = replaceAliases(typed, flags);
  const booleans = flags.filter(([, f]) => f.type === "boolean").map(([name]) => name);
  const valued = names.filter((name) => !booleans.includes(name));
  const parsed = parseArgs(spellAsGnu(args, names, valued), {
    boolean: booleans,
    negatable: booleans,
    string: valued,
    collect: names,
    alias: Object.fromEntries(flags.flatMap(([name, f]) => f.short ? [[f.short, name]] : [])),
    "--": true,
  });
  const shorts = flags.flatMap(([, f]) => f.short ?? []);
  const options = flags.flatMap(([name, f]) => [name, f.alias ?? name]).map((n) => `--${n}`);
  for (const key of Object.keys(parsed)) {
    if (key === "_" || key === "--" || names.includes(key) || shorts.includes(key)) continue;
    const unknown = key.length === 1 ? `-${key}` : `--${key}`;
    const near = nearest(unknown, options);
    throw new UsageError(`Unknown flag ${unknown}`, near ? `Did you mean ${near}?` : seeHelp);
  }
  const values: Record<string, unknown> = {};
  for (const [name, flag] of flags) {
    const given = ([] as unknown[]).concat(parsed[name] ?? []).filter((v) =>
      typeof v === "boolean" || typeof v === "string"
    );
    const wasGiven = flag.type === "boolean" ? mentions(args, name, flag) : given.length > 0;
    const fromEnv = flag.env ? env(flag.env) : undefined;
    const said = flag.alias !== undefined && mentions(typed, flag.alias, {}) ? flag.alias : name;
    const source = wasGiven ? `--${said}` : `${flag.env} (environment)`;
    if (flag.type === "list") {
      values[name] = wasGiven ? given.map((v) => check(flag, source, v)) : [];
    } else if (wasGiven) values[name] = check(flag, source, given.at(-1)!);
    else if (fromEnv !== undefined && fromEnv !== "") values[name] = check(flag, source, fromEnv);
    else values[name] = flag.default ?? (flag.type === "boolean" ? false : undefined);
  }
  const positional = parsed._.map(String);
  if (positional.length > 0 && !command.positional) {
    throw new UsageError(`Unexpected argument "${positional[0]}"`, seeHelp);
  }
  const rest = parsed["--"] ?? [];
  if (rest.length > 0 && !command.rest) {
    throw new UsageError(`Unexpected arguments after --: ${rest.join(" ")}`, seeHelp);
  }
  return { flags: values as Values<F>, positional, rest };
}

/** `--bootstrap-server=x` → `--kafka=x`, before `--`. */
function replaceAliases(args: readonly string[], flags: readonly [string, Flag][]): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.map((arg, index) => {
    const [, dashes, alias, rest] = /^(--?)([a-z][\w-]*)(.*)$/is.exec(arg) ?? [];
    const [name] = flags.find(([, flag]) => flag.alias === alias && alias !== undefined) ?? [];
    return index < end && name !== undefined ? `${dashes}${name}${rest}` : arg;
  });
}

/** `-kafka x` → `--kafka=x`, `-latest=false` → `--no-latest`; the rest stays as typed. */
function spellAsGnu(args: readonly string[], names: readonly string[], valued: readonly string[]) {
  const result: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") return [...result, ...args.slice(i)];
    const name = /^--?([a-z][\w-]*)/i.exec(arg)?.[1] ?? "";
    const long = /^-[^-]/.test(arg) && name.length > 1 && names.includes(name) ? `-${arg}` : arg;
    // Bound to its value, so that `--key-separator -` and `--header --x=1` are values.
    if (valued.includes(name) && long === `--${name}` && isValue(args[i + 1], names)) {
      result.push(`${long}=${args[++i]}`);
    } else if (long.startsWith(`--${name}=`) && names.includes(name) && !valued.includes(name)) {
      result.push(`--${readBoolean(`--${name}`, long.slice(name.length + 3)) ? "" : "no-"}${name}`);
    } else result.push(long);
  }
  return result;
}

function isValue(next: string | undefined, names: readonly string[]): boolean {
  if (next === undefined || next === "--") return false;
  const name = /^--?([a-z][\w-]*)/i.exec(next)?.[1];
  return name === undefined || !names.includes(name);
}

function mentions(
  args: readonly string[],
  name: string,
  flag: Pick<Flag, "short">,
): boolean {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  return own.some((arg) =>
    [`-${name}`, `--${name}`, `--no-${name}`].some((f) => arg === f || arg.startsWith(`${f}=`)) ||
    (flag.short !== undefined && /^-[a-z]+$/i.test(arg) && arg.includes(flag.short))
  );
}

function readBoolean(source: string, text: string): boolean {
  if (["true", "1"].includes(text)) return true;
  if (["false", "0"].includes(text)) return false;
  throw new UsageError(`${source} takes true or false, not "${text}"`);
}

function check(flag: Flag, source: string, raw: unknown): unknown {
  const text = String(raw);
  if (flag.type === "boolean") return typeof raw === "boolean" ? raw : readBoolean(source, text);
  if (text === "") throw new UsageError(`${source} needs a value`);
  if (flag.oneOf && !flag.oneOf.includes(text)) {
    throw new UsageError(
      `${source} takes ${flag.oneOf.join(", ")}, not "${text}"`,
      nearest(text, flag.oneOf) && didYouMean(text, flag.oneOf),
    );
  }
  if (flag.type === "string" || flag.type === "list") return text;
  const [, digits, unit] = /^(-?\d+)(ms|s|m|h)?$/.exec(text) ?? [];
  const number = Number(digits) * (flag.type === "duration" ? UNITS[unit ?? "ms"]! : 1);
  if (digits === undefined || (flag.type === "integer" && unit) || !Number.isSafeInteger(number)) {
    const wanted = flag.type === "integer" ? "a whole number" : "a time like 300ms, 5s or 2m";
    throw new UsageError(`${source} takes ${wanted}, not "${text}"`);
  }
  const min = flag.min ?? 0;
  if (number < min) throw new UsageError(`${source} must be at least ${min}, not ${text}`);
  return number;
}

function defaultText({ type, default: value }: Flag): string {
  if (type !== "duration" || typeof value !== "number") return String(value);
  const [unit, ms] = Object.entries(UNITS).findLast(([, ms]) => value % ms === 0)!;
  return `${value / ms}${unit}`;
}

/** The text of `--help`. */
export function helpText(command: Command): string {
  const rows = Object.entries(command.flags).map(([name, flag]) => {
    const value = flag.type === "boolean"
      ? ""
      : ` <${flag.value ?? flag.oneOf?.join("|") ?? name}>`;
    const notes = [
      flag.alias ? `also --${flag.alias}` : "",
      flag.env ? `env ${flag.env}` : "",
      flag.default !== undefined && flag.default !== false ? `default ${defaultText(flag)}` : "",
      flag.type === "list" ? "may be repeated" : "",
    ].filter((note) => note !== "").join(", ");
    const short = flag.short ? `-${flag.short}, ` : "";
    return [`${short}--${name}${value}`, flag.help + (notes ? ` (${notes})` : "")] as const;
  });
  rows.push(["--help", "this text"]);
  const width = Math.min(34, Math.max(...rows.map(([left]) => left.length)));
  const usage = [command.name, command.positional, "[flags]", command.rest && `-- ${command.rest}`];
  return [
    `${command.summary}\n`,
    `Usage: ${usage.filter(Boolean).join(" ")}\n`,
    ...rows.map(([left, right]) =>
      `  ${left.padEnd(width)}  ${right.replaceAll("\n", `\n${" ".repeat(width + 4)}`)}`
    ),
    `\nExamples:`,
    ...command.examples.map((example) => `  ${example}`),
  ].join("\n");
}
