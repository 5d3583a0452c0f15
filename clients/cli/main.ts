// How every command begins and ends: --help, exit codes, one-line errors.
import {
  type Command,
  type Flag,
  type Flags,
  helpText,
  parseCommand,
  type Parsed,
  UsageError,
} from "./flags.ts";
import { outputError, writeErr } from "./stdio.ts";

/** Fields that an error may carry for the person who reads it. */
interface UserFacingError {
  readonly hint?: string;
  readonly exitCode?: number;
}

/** What a message becomes that names commands: see `inHints` of {@linkcode Flag}. */
export let withHints = (text: string): string => text;

/** Writes one line of talk to stderr. A stderr that nobody reads ends nothing. */
export function say(line: string) {
  writeErr(`${withHints(line)}\n`);
}

/** An error as a user should read it: what failed, then what to do. Bugs keep their stack. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `Error: ${String(error)}`;
  // Only what a task shows is written without a name of its own.
  if ((error as { code?: unknown }).code === "ENOSPC" && error.constructor === Error) {
    return describeError(outputError(error));
  }
  const bug = [TypeError, ReferenceError, RangeError].some((type) => error.constructor === type);
  if (bug) return `Error: ${error.stack}\nThis is a fault of the toolkit: please report it.`;
  const { hint } = error as UserFacingError;
  return `Error: ${error.message}${hint ? `\n  ${hint.replaceAll("\n", "\n  ")}` : ""}`;
}

function readEnv(name: string): string | undefined {
  // Reading without the permission would prompt; and without it there is no variable to see.
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/**
 * Runs a command and ends the process with its exit code: 0 done, 1 failed,
 * 2 wrong use, 3 not running or not healthy.
 */
export async function runMain<const F extends Flags>(
  command: Command<F>,
  run: (parsed: Parsed<F>) => Promise<number | void> | number | void,
) {
  let code: number;
  try {
    const own = Deno.args.includes("--") ? Deno.args.slice(0, Deno.args.indexOf("--")) : Deno.args;
    if (own.some((arg) => ["--help", "-help", "-h"].includes(arg))) {
      console.log(helpText(command));
      code = 0;
    } else {
      const parsed = parseCommand(command, Deno.args, readEnv);
      for (const [name, { inHints }] of Object.entries<Flag>(command.flags)) {
        const value = (parsed.flags as Record<string, unknown>)[name];
        if (inHints && typeof value === "string") withHints = (text) => inHints(text, value);
      }
      code = await run(parsed) ?? 0;
    }
  } catch (error) {
    say(describeError(error));
    if (error instanceof UsageError && !error.hint) {
      say(`  ${command.name} --help shows every flag.`);
    }
    code = (error as UserFacingError).exitCode ?? 1;
  }
  Deno.exit(code);
}
