// A stack's directory is ours only if we made it: a mark that we write before anything else says so.
// What does not carry it is neither overwritten nor deleted.
import {
  type Artifact,
  type Descriptor,
  DESCRIPTORS,
  GENERATED,
  isUnmarked,
} from "../render/mod.ts";
import { Failure } from "../spec/mod.ts";
import type { Host } from "./host/host.ts";
import { readRecord } from "./record.ts";

/** Name of the mark in a stack's directory. */
export const MARK_FILE = ".kafka-stack";

/** Name of the file that a task which changes the stack holds. */
export const LOCK_FILE = ".lock";

const MARK = "# This directory was made by the Kafka stack toolkit.";

const MARK_TEXT = `${MARK}
# \`deno task up\` and the like write the stack's files here, \`deno task down --delete-data\` deletes
# them. Without this file they take the directory for somebody else's.
`;

/** What systems put into directories by themselves. */
const NOBODYS = [".DS_Store", "lost+found"];

/** What a directory is to us. */
export type Ownership =
  /** We made it. */
  | "ours"
  /** There is nothing in it, or it is not there. */
  | "empty";

/**
 * Says whose a directory is. Versions before wrote no mark: what they made is known by its record,
 * or by generated files that say so.
 *
 * @throws {Failure} It holds files and no stack.
 */
export async function ownershipOf(host: Host, dir: string): Promise<Ownership> {
  const names = (await host.list(dir)).filter((name) => !NOBODYS.includes(name)).sort();
  if (names.length === 0) return "empty";
  if (await isMarked(host, dir) || await wasMadeBefore(host, dir, names)) return "ours";
  const shown = names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : "");
  throw new Failure(`${dir} is no directory of a stack: it holds ${shown}`, {
    hint: "Nothing in it was changed. Name a directory of the stack's own, which need not be\n" +
      "there yet: --dir <directory>",
  });
}

/**
 * Marks a directory as ours; makes it where it is not there.
 *
 * @throws {Failure} It holds files and no stack.
 */
export async function claimDirectory(host: Host, dir: string): Promise<void> {
  await ownershipOf(host, dir);
  if (!await isMarked(host, dir)) await host.writeText(`${dir}/${MARK_FILE}`, MARK_TEXT);
}

async function isMarked(host: Host, dir: string): Promise<boolean> {
  return (await host.readText(`${dir}/${MARK_FILE}`))?.startsWith(MARK) ?? false;
}

async function wasMadeBefore(host: Host, dir: string, names: readonly string[]): Promise<boolean> {
  // Only the task that takes the lock has been here, and had to give up, or fetched the exporter.
  const lock = await host.readText(`${dir}/${LOCK_FILE}`);
  if (lock?.startsWith("deno task ")) {
    if (names.every((name) => [LOCK_FILE, "kafka_monitoring"].includes(name))) return true;
  }
  for (const file of ["client.properties", "bin/hosts"]) {
    if (isGenerated(file, await host.readText(`${dir}/${file}`) ?? "")) return true;
  }
  // A newer version's record is refused by who reads it, with what to do.
  const record = await readRecord(host, dir).catch(() => "newer" as const);
  return record !== undefined;
}

/** What {@linkcode GENERATED} began with in every version. */
const FIRST_LINE = GENERATED.slice(0, GENERATED.indexOf(" by "));

/**
 * Whether the content of a file is what we write there: its first line, or the second of a script,
 * says so; or it is one of the files that have no place for that line.
 */
export function isGenerated(
  path: string,
  content: string,
  descriptors: readonly Descriptor[] = DESCRIPTORS,
): boolean {
  return content.split("\n", 2).some((line) => line.startsWith(FIRST_LINE)) ||
    isUnmarked(descriptors, path, content);
}

/**
 * @throws {Failure} Files that would be overwritten are not of our making: which.
 */
export async function checkFiles(
  host: Host,
  dir: string,
  artifacts: readonly Artifact[],
): Promise<void> {
  const foreign: string[] = [];
  await Promise.all(artifacts.map(async ({ path, content }) => {
    const kind = await host.kind(`${dir}/${path}`);
    if (kind === undefined) return;
    const text = kind === "file" || kind === "link";
    const before = text ? await host.readText(`${dir}/${path}`) : undefined;
    // An empty file is what a full disk or a crash left; nothing in it can be lost.
    if (before === content || before === "") return;
    if (before === undefined || !isGenerated(path, before)) foreign.push(`${dir}/${path}`);
  }));
  if (foreign.length === 0) return;
  throw new Failure(
    `Not written by this toolkit, and would be overwritten: ${foreign.sort().join(", ")}`,
    {
      hint: foreign.length === 1
        ? "Move it away, or choose another directory: --dir <directory>"
        : "Move them away, or choose another directory: --dir <directory>",
    },
  );
}
