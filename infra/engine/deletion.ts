// Deletes what the toolkit and its services made in a stack's directory, and nothing else.
import {
  COMPOSE_FILE,
  type Descriptor,
  DESCRIPTORS,
  EXPORTER_DIRECTORY,
  TOOLS_DIRECTORIES,
} from "../render/mod.ts";
import type { Host } from "./host.ts";
import { isGenerated, LOCK_FILE, MARK_FILE } from "./ownership.ts";

/** The files at the top that are generated; any other one there is its owner's. */
const TOP = ["client.properties", COMPOSE_FILE, ".env"];

/** Files that belong to no single service, and in which no line says that they are ours. */
const OWN_FILES = new RegExp(
  String.raw`^(stack\.json|zookeeper/data/ensemble\.json` +
    String.raw`|${EXPORTER_DIRECTORY}/jmx_prometheus_javaagent-[\d.]+\.jar)$`,
);

/** What is appended to the directory of a service's data where that was set aside by `up`. */
const SET_ASIDE = /\.set-aside-[^/]*$/;

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
  const whose = (path: string) => ownerOf(descriptors, path);
  // The lock and the mark last: whatever interrupts this, it can be done again.
  for (const name of (await host.list(dir)).sort()) {
    if (![MARK_FILE, LOCK_FILE].includes(name)) await deleteOwn(host, dir, name, whose, left);
  }
  await host.remove(`${dir}/${LOCK_FILE}`);
  if (left.length === 0) await host.remove(`${dir}/${MARK_FILE}`);
  return left;
}

/** What a path in the stack's directory is to its services. */
type Owner =
  /** A directory that a service fills: all in it is the service's. */
  | "filled"
  /** A directory with files each of which says that it is generated. */
  | "made"
  /** A file of a service's. */
  | "file";

async function deleteOwn(
  host: Host,
  dir: string,
  path: string,
  whose: (path: string) => Owner | undefined,
  left: string[],
) {
  const kind = await host.kind(`${dir}/${path}`);
  const owner = whose(path);
  if (kind === "directory" && owner === "filled") return await host.remove(`${dir}/${path}`);
  if (kind === "directory" && owner === "made") {
    const names = (await host.list(`${dir}/${path}`)).sort();
    for (const name of names) await deleteOwn(host, dir, `${path}/${name}`, whose, left);
    if ((await host.list(`${dir}/${path}`)).length === 0) await host.remove(`${dir}/${path}`);
    return;
  }
  if (kind === "file" && (owner === "file" || await isOwnFile(host, dir, path))) {
    return await host.remove(`${dir}/${path}`);
  }
  if (kind !== undefined) left.push(path);
}

/**
 * Whose a path is. A service that the stack no longer has is known by its name in the path, or, where
 * its directories have fixed names, by these.
 */
function ownerOf(descriptors: readonly Descriptor[], path: string): Owner | undefined {
  const [bin, tmp] = TOOLS_DIRECTORIES;
  if (path === tmp) return "filled";
  if (path === bin || path === EXPORTER_DIRECTORY) return "made";
  const plain = path.replace(SET_ASIDE, "");
  const file = path.replace(ASIDE, "");
  for (const descriptor of descriptors) {
    for (const name of namesIn(descriptor, plain)) {
      const { directories, files = [], former = [] } = descriptor.layout(name);
      const { config, data, log } = directories;
      if ([data, log, ...former].includes(plain)) return "filled";
      if (files.includes(file)) return "file";
      const all = [config, data, log, ...files, ...former].filter((one) => one !== undefined);
      const isParent = all.some((one) => one.startsWith(`${path}/`));
      if (isParent || path === config || path.startsWith(`${config}/`)) return "made";
    }
  }
}

/** Names of services of this kind in a path; none: any name, for what is above its directories. */
function namesIn({ names }: Descriptor, path: string): readonly string[] {
  const found = path.split("/").filter((part) => names.test(part));
  return found.length > 0 ? found : ["*"];
}

async function isOwnFile(host: Host, dir: string, path: string): Promise<boolean> {
  const file = path.replace(ASIDE, "");
  if (OWN_FILES.test(file)) return true;
  if (!file.includes("/") && !TOP.includes(file)) return false;
  const begin = (await host.readFrom(`${dir}/${path}`, 0))?.bytes;
  return isGenerated(file, new TextDecoder().decode(begin));
}
