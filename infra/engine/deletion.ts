// Deletes what the toolkit and its services made in a stack's directory, and nothing else.
import {
  type Descriptor,
  DESCRIPTORS,
  EXPORTER_DIRECTORY,
  type Owner,
  ownerOf,
  TARGET_FILES,
  TOOLS_DIRECTORIES,
} from "../render/mod.ts";
import type { Host } from "./host/host.ts";
import { isGenerated, LOCK_FILE, MARK_FILE } from "./ownership.ts";

/** The files at the top that are generated; any other one there is its owner's. */
const TOP = ["client.properties", ...TARGET_FILES];

/** Files that belong to no single service, and in which no line says that they are ours. */
const OWN_FILES = new RegExp(
  String.raw`^(stack\.json|zookeeper/data/ensemble\.json|kafka/log/storage\.json` +
    String.raw`|${EXPORTER_DIRECTORY}/jmx_prometheus_javaagent-[\d.]+\.jar)$`,
);

/** What a write that was cut off leaves beside a file of ours. */
const ASIDE = /(\.\d+)?\.tmp$/;

/**
 * Deletes the stack's files and data; a directory goes when it is empty then. Links are not followed,
 * and stay.
 *
 * @param descriptors The services that there can have been.
 * @returns Paths of what was left because we did not make it, relative to `dir`. With nothing left the
 * mark goes too.
 */
export async function deleteStack(
  host: Host,
  dir: string,
  descriptors: readonly Descriptor[] = DESCRIPTORS,
): Promise<string[]> {
  const left: string[] = [];
  // The lock and the mark last: whatever interrupts this, it can be done again.
  for (const name of (await host.list(dir)).sort()) {
    if (![MARK_FILE, LOCK_FILE].includes(name)) await deleteOwn(host, dir, name, descriptors, left);
  }
  await host.remove(`${dir}/${LOCK_FILE}`);
  if (left.length === 0) await host.remove(`${dir}/${MARK_FILE}`);
  return left;
}

async function deleteOwn(
  host: Host,
  dir: string,
  path: string,
  descriptors: readonly Descriptor[],
  left: string[],
) {
  const kind = await host.kind(`${dir}/${path}`);
  const owner = whose(descriptors, path);
  if (kind === "directory" && owner === "filled") return await host.remove(`${dir}/${path}`);
  if (kind === "directory" && owner === "made") {
    const names = (await host.list(`${dir}/${path}`)).sort();
    for (const name of names) await deleteOwn(host, dir, `${path}/${name}`, descriptors, left);
    if ((await host.list(`${dir}/${path}`)).length === 0) await host.remove(`${dir}/${path}`);
    return;
  }
  if (kind === "file" && await isOwnFile(host, dir, path, descriptors)) {
    return await host.remove(`${dir}/${path}`);
  }
  if (kind !== undefined) left.push(path);
}

/** What a path is to the stack, by its services and by what belongs to none of them. */
function whose(descriptors: readonly Descriptor[], path: string): Owner | undefined {
  const [bin, tmp] = TOOLS_DIRECTORIES;
  if (path === tmp) return "filled";
  if (path === bin || path === EXPORTER_DIRECTORY) return "made";
  return ownerOf(descriptors, path);
}

async function isOwnFile(
  host: Host,
  dir: string,
  path: string,
  descriptors: readonly Descriptor[],
): Promise<boolean> {
  const file = path.replace(ASIDE, "");
  if (OWN_FILES.test(file) || ownerOf(descriptors, file) === "file") return true;
  if (!file.includes("/") && !TOP.includes(file)) return false;
  const begin = (await host.readFrom(`${dir}/${path}`, 0))?.bytes;
  return isGenerated(file, new TextDecoder().decode(begin), descriptors);
}
