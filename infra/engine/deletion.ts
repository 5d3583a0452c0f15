// Deletes what the toolkit and its services made in a stack's directory, and nothing else.
import type { Host } from "./host.ts";
import { isGenerated, LOCK_FILE, MARK_FILE } from "./ownership.ts";

/** Names of services of any stack, with what is appended where one's data was set aside by `up`. */
const SERVICE = String.raw`(kafka|zookeeper)\d+(\.set-aside-[^/]*)?`;

/** Directories that services fill: all in them is theirs. */
const FILLED = new RegExp(
  String.raw`^(kafka/(log|tmp)/${SERVICE}|zookeeper/(data|log|tmp)/${SERVICE}` +
    String.raw`|kafka_monitoring/(prometheus|grafana)/data|bin/tmp)$`,
);

/** Directories of ours with files each of which says that it is generated. */
const MADE = new RegExp(
  String.raw`^(bin|kafka(/(config|log|tmp)(/${SERVICE})?)?` +
    String.raw`|zookeeper(/(conf|data|log|tmp)(/${SERVICE})?)?` +
    String.raw`|kafka_monitoring(/(exporter|prometheus(/config)?|grafana(/conf(/.*)?)?))?)$`,
);

/** Files of ours in which no line says so. */
const OWN_FILES = new RegExp(
  String.raw`^(stack\.json|zookeeper/data/ensemble\.json|kafka_monitoring/(\w+\.log` +
    String.raw`|grafana/conf/admin_password|exporter/jmx_prometheus_javaagent-[\d.]+\.jar))$`,
);

/** What a write that was cut off leaves beside a file of ours. */
const ASIDE = /(\.\d+)?\.tmp$/;

/**
 * Deletes the stack's files and data; a directory goes when it is empty then. Links are not followed,
 * and stay.
 *
 * @returns Paths of what was left because we did not make it, relative to `dir`. With nothing left the
 * mark goes too.
 */
export async function deleteStack(host: Host, dir: string): Promise<string[]> {
  const left: string[] = [];
  // The lock and the mark last: whatever interrupts this, it can be done again.
  for (const name of (await host.list(dir)).sort()) {
    if (![MARK_FILE, LOCK_FILE].includes(name)) await deleteOwn(host, dir, name, left);
  }
  await host.remove(`${dir}/${LOCK_FILE}`);
  if (left.length === 0) await host.remove(`${dir}/${MARK_FILE}`);
  return left;
}

async function deleteOwn(host: Host, dir: string, path: string, left: string[]) {
  const kind = await host.kind(`${dir}/${path}`);
  if (kind === "directory" && FILLED.test(path)) return await host.remove(`${dir}/${path}`);
  if (kind === "directory" && MADE.test(path)) {
    const names = (await host.list(`${dir}/${path}`)).sort();
    for (const name of names) await deleteOwn(host, dir, `${path}/${name}`, left);
    if ((await host.list(`${dir}/${path}`)).length === 0) await host.remove(`${dir}/${path}`);
    return;
  }
  if (kind === "file" && await isOwnFile(host, dir, path)) {
    return await host.remove(`${dir}/${path}`);
  }
  if (kind !== undefined) left.push(path);
}

/** The files at the top that are generated; any other one there is its owner's. */
const TOP = ["client.properties", "docker-compose.yml", ".env"];

async function isOwnFile(host: Host, dir: string, path: string): Promise<boolean> {
  const file = path.replace(ASIDE, "");
  if (OWN_FILES.test(file)) return true;
  if (!file.includes("/") && !TOP.includes(file)) return false;
  const begin = (await host.readFrom(`${dir}/${path}`, 0))?.bytes;
  return isGenerated(file, new TextDecoder().decode(begin));
}
