// Which stack a task is about, and where its brokers are.
import { resolve } from "node:path";
import { say } from "../clients/cli/main.ts";
import { type Connection, parseConnection } from "../clients/kafka/connection/connection.ts";
import { denoHost } from "../infra/engine/host/deno_host.ts";
import { ownershipOf } from "../infra/engine/ownership.ts";
import { readRecord, type StackRecord } from "../infra/engine/record.ts";
import { Failure, InvalidSpec, validateSpec } from "../infra/spec/mod.ts";
import { nameStack } from "./_hints.ts";
import { spec } from "./_spec.ts";

/** The project's own directory. */
export const ROOT = resolve(import.meta.dirname!, "..");

/** Where the stack is when no directory is named. */
const defaultDir = () => resolve(ROOT, typeof spec.dir === "string" ? spec.dir : "./stack");

/**
 * The absolute form of a path that a user gives: relative ones count from where the user stands.
 * `deno task` goes to the project's directory, and leaves word of where it was called; within another
 * task, or npm's, of where that was.
 */
export function userPath(path: string): string {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "INIT_CWD" });
  const called = state === "granted" ? Deno.env.get("INIT_CWD") : undefined;
  // Elsewhere it is not `deno task` that has set it.
  const from = called && Deno.cwd() === ROOT ? called : Deno.cwd();
  return resolve(from, path);
}

/** Names the stack. */
export const dirFlag = {
  dir: {
    type: "string",
    help: "directory of the stack (default: dir in infra/stack.ts)",
    env: "STACK_DIR",
    value: "directory",
    inHints(text: string, value: string) {
      const dir = userPath(value);
      return dir === defaultDir() ? text : nameStack(text, dir);
    },
  },
} as const;

/** Names the cluster that an administration task talks to. */
export const stackFlags = {
  ...dirFlag,
  "bootstrap-server": {
    type: "string",
    help: "brokers to connect to (default: those of the stack that runs)",
    value: "host:port,…",
  },
} as const;

/**
 * Absolute path of the stack's directory, without symbolic links: one directory has one name.
 *
 * @throws {InvalidSpec} None is given, and infra/stack.ts names none.
 */
export async function stackDir(flags: { readonly dir: string | undefined }): Promise<string> {
  if (flags.dir === undefined && validateSpec(spec).some(({ path }) => path === "dir")) {
    throw new InvalidSpec(validateSpec(spec));
  }
  return await denoHost.realPath(flags.dir === undefined ? defaultDir() : userPath(flags.dir));
}

/** The record of the stack; what is wrong with it is said on stderr. */
export async function stackRecord(dir: string): Promise<StackRecord | undefined> {
  const damages: string[] = [];
  const record = await readRecord(denoHost, dir, (line) => damages.push(line));
  // A file of that name in a directory that is no stack's is none of our business.
  const ours = damages.length === 0 ||
    await ownershipOf(denoHost, dir).then(() => true, () => false);
  if (ours) { for (const line of damages) say(`Warning: ${line}`); }
  return record;
}

/** Nothing runs that the task could talk to: exit code 3. */
export function notRunning(dir: string): Failure {
  return new Failure(`No stack runs in ${dir}`, {
    hint: "Start it: deno task up\nOr name another: --dir <directory>",
    exitCode: 3,
  });
}

/**
 * The connection to the cluster that is meant: `--bootstrap-server`, else the running stack's.
 *
 * @throws {ClientError} The flag cannot be read: exit code 2.
 * @throws {Failure} No stack runs: exit code 3.
 */
export async function stackConnection(
  flags: { readonly dir: string | undefined; readonly "bootstrap-server": string | undefined },
): Promise<Connection> {
  const given = flags["bootstrap-server"];
  if (given !== undefined) return parseConnection(given);
  const dir = await stackDir(flags);
  const record = await stackRecord(dir);
  if (!record || Object.keys(record.services).length === 0) throw notRunning(dir);
  return parseConnection(record.bootstrapServers);
}
