// Stands in for jsr:@std/cli where JSR is out of reach. @std/cli's parseArgs
// was ported from minimist; this adds the two options in which they differ.
// @deno-types="npm:@types/minimist@1.2.5"
import minimist from "minimist";

/** Options of {@linkcode parseArgs}, the ones of `@std/cli` that we use. */
export interface ParseOptions {
  /** Flags that are true or false. */
  boolean?: readonly string[];
  /** Flags whose value stays a string. */
  string?: readonly string[];
  /** Flags that may be repeated: their value is a list. Others keep their last value. */
  collect?: readonly string[];
  /** Boolean flags that `--no-<flag>` sets to false. */
  negatable?: readonly string[];
  /** Other names of a flag. */
  alias?: Record<string, string>;
  /** Put what follows `--` under the key `--`. */
  "--"?: boolean;
}

/** What was parsed: positional arguments under `_`, each flag under its name. */
export interface Args {
  _: (string | number)[];
  "--"?: string[];
  [flag: string]: unknown;
}

/** Parses command-line arguments. Unknown flags are kept, the caller judges them. */
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Args {
  const negatable = new Set(options.negatable ?? []);
  const collect = new Set(options.collect ?? []);
  // minimist negates every --no-x; @std/cli only those that are named. Escaped
  // here, so that an unknown --no-x is seen under the name that was typed.
  const end = options["--"] ? args.indexOf("--") : -1;
  const parsed = minimist(
    args.map((arg, index) =>
      /^--no-/.test(arg) && (end < 0 || index < end) && !negatable.has(arg.slice(5))
        ? `${arg}${arg.includes("=") ? "" : "=true"}`
        : arg
    ),
    {
      boolean: [...(options.boolean ?? [])],
      string: ["_", ...(options.string ?? [])],
      alias: options.alias ?? {},
      "--": options["--"] ?? false,
    },
  ) as Args;
  for (const [flag, value] of Object.entries(parsed)) {
    if (flag === "_" || flag === "--") continue;
    if (collect.has(flag)) parsed[flag] = Array.isArray(value) ? value : [value];
    else if (Array.isArray(value)) parsed[flag] = value.at(-1);
  }
  return parsed;
}
