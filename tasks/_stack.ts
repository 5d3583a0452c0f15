// Which stack a task is about, and where its brokers are.
import { resolve } from "node:path";
import { say } from "../clients/_main.ts";
import { denoHost } from "../infra/engine/deno_host.ts";
import { readRecord, type StackRecord } from "../infra/engine/record.ts";
import { Failure, InvalidSpec, validateSpec } from "../infra/spec/mod.ts";
import { spec } from "../infra/stack.ts";

/** Names the stack. */
export const dirFlag = {
  dir: {
    type: "string",
    help: "directory of the stack (default: dir in infra/stack.ts)",
    env: "STACK_DIR",
    value: "directory",
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
 * Absolute path of the stack's directory.
 *
 * @throws {InvalidSpec} infra/stack.ts names none.
 */
export function stackDir(flags: { readonly dir: string | undefined }): string {
  if (validateSpec(spec).some(({ path }) => path === "dir")) {
    throw new InvalidSpec(validateSpec(spec));
  }
  return resolve(flags.dir ?? spec.dir ?? "./stack");
}

/** The record of the stack; what is wrong with it is said on stderr. */
export function stackRecord(dir: string): Promise<StackRecord | undefined> {
  return readRecord(denoHost, dir, (line) => say(`Warning: ${line}`));
}

/** Nothing runs that the task could talk to: exit code 3. */
export function notRunning(dir: string): Failure {
  return new Failure(`No stack runs in ${dir}`, {
    hint: "Start it: deno task up\nOr name another: --dir <directory>",
    exitCode: 3,
  });
}

/**
 * `host:port` of each broker: `--bootstrap-server`, else the running stack's.
 *
 * @throws {Failure} No stack runs: exit code 3.
 */
export async function stackBootstrapServers(
  flags: { readonly dir: string | undefined; readonly "bootstrap-server": string | undefined },
): Promise<string[]> {
  const given = flags["bootstrap-server"];
  if (given !== undefined) return given.split(",");
  const dir = stackDir(flags);
  const record = await stackRecord(dir);
  if (!record || Object.keys(record.services).length === 0) throw notRunning(dir);
  return record.bootstrapServers.split(",");
}
