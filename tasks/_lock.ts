// Two tasks do not change one stack at the same time.
import { say } from "../clients/cli/main.ts";
import { denoHost } from "../infra/engine/host/deno_host.ts";
import { CannotWrite, type Lock } from "../infra/engine/host/host.ts";
import { claimDirectory, LOCK_FILE, ownershipOf } from "../infra/engine/ownership.ts";
import { Failure } from "../infra/spec/mod.ts";

/**
 * Runs `work`, which writes to the stack's directory, while no other task changes the same stack. The
 * directory is marked as ours before anything is written to it.
 *
 * @throws {Failure} Another task does: which. Or the directory holds files and no stack.
 */
export async function withLock<T>(dir: string, task: string, work: () => Promise<T>): Promise<T> {
  await claimDirectory(denoHost, dir);
  const lock = await takeLock(dir, task);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/**
 * The same for work that stops services: on a full or read-only disk, or where the directory is gone
 * or became somebody else's, services can be stopped all the same.
 */
export async function withLockIfWritable<T>(
  dir: string,
  task: string,
  work: () => Promise<T>,
): Promise<T> {
  const whose = await ownershipOf(denoHost, dir).catch(() => "another's");
  if (whose !== "ours") return await work();
  const lock = await ifWritable(() => takeLock(dir, task));
  try {
    return await work();
  } finally {
    lock?.release();
  }
}

/** Does what nothing depends on; where the disk refuses it, that is said. */
export async function ifWritable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CannotWrite)) throw error;
    say(`Warning: ${error.message}`);
  }
}

async function takeLock(dir: string, task: string): Promise<Lock> {
  const path = `${dir}/${LOCK_FILE}`;
  const lock = await denoHost.lock(path, `deno task ${task} (process ${Deno.pid})`);
  if (typeof lock !== "string") return lock;
  throw new Failure(`Cannot ${task}: ${lock} is at work on the stack in ${dir}`, {
    hint: "Wait until it has ended, then try again.",
  });
}
