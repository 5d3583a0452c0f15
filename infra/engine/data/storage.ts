// The ids of a stack's storage in KRaft mode, kept beside the data: cluster, directories, and the
// ports by which the quorum's log knows its voters.
import { randomBytes } from "node:crypto";
import { newStorage, type Storage } from "../../render/mod.ts";
import { Failure, type Stack, votersOf } from "../../spec/mod.ts";
import type { Context, KraftContext } from "../context.ts";
import { prepareFiles } from "../files.ts";
import type { Host } from "../host/host.ts";
import { clusterIdOf } from "./data.ts";

/** Path of the file, relative to the stack's directory. */
export const STORAGE_FILE = "kafka/log/storage.json";

/** What the file holds. */
export interface KeptStorage extends Storage {
  /** Ports that the quorum's log knows voters by, by `node.id`. None: no quorum was proven yet. */
  readonly ports?: Readonly<Record<number, number>>;
}

/** @throws {Failure} The file is there and cannot be read: without it no node could be formatted. */
async function readStorage(host: Host, dir: string): Promise<KeptStorage | undefined> {
  const text = await host.readText(`${dir}/${STORAGE_FILE}`);
  if (text === undefined) return undefined;
  try {
    const { clusterId, voters, ports, formerPorts } = JSON.parse(text);
    if (typeof clusterId === "string" && clusterId !== "") {
      return JSON.parse(JSON.stringify({ clusterId, voters, ports, formerPorts }));
    }
  } catch { /* as one without an id */ }
  throw new Failure(`${dir}/${STORAGE_FILE} is damaged: it has no clusterId`, {
    hint: "It must say what every node's meta.properties says as cluster.id:\n" +
      '  {"clusterId": "…"}',
  });
}

/**
 * The storage of a stack in KRaft mode: the one that there is, else a new one, which is kept once
 * {@linkcode keepStorage} is called.
 *
 * @param running Services of the stack run: the ports that they had before are still needed.
 */
export async function storageOf(
  host: Host,
  dir: string,
  stack: Stack,
  running: boolean,
): Promise<KeptStorage> {
  const kept = await readStorage(host, dir);
  if (!kept) {
    const known = await clusterIdOf(host, dir, stack);
    return known ? { clusterId: known } : newStorage(stack, randomBytes);
  }
  const { formerPorts = {}, ...storage } = kept;
  const moved = votersOf(stack).flatMap(({ nodeId, controllerPort }) => {
    const known = kept.ports?.[nodeId];
    const former = known !== undefined && known !== controllerPort
      ? known
      : running
      ? formerPorts[nodeId]
      : undefined;
    return former === undefined || former === controllerPort ? [] : [[nodeId, former] as const];
  });
  return moved.length > 0 ? { ...storage, formerPorts: Object.fromEntries(moved) } : storage;
}

/**
 * Keeps the storage, before anything is formatted by it.
 *
 * @throws {Failure} Another task has made one meanwhile.
 */
export async function keepStorage(host: Host, dir: string, storage: KeptStorage): Promise<void> {
  const before = await readStorage(host, dir);
  if (before && before.clusterId !== storage.clusterId) {
    throw new Failure(`Another task has begun a cluster in ${dir} meanwhile`, {
      hint: "Run the same command again: it goes on with that one.",
    });
  }
  await write(host, dir, storage, before);
}

/**
 * Keeps what a proven quorum makes true: a directory that is formatted from now on joins it, also
 * when a container starts again by itself.
 */
export async function keepProven(
  { host, dir, stack }: Pick<Context, "host" | "dir" | "stack">,
  { storage: { voters: _, ...known }, renderWith }: KraftContext,
): Promise<void> {
  const ports = Object.fromEntries(votersOf(stack).map((v) => [v.nodeId, v.controllerPort]));
  const storage = { ...known, ports };
  await write(host, dir, storage, await readStorage(host, dir));
  await prepareFiles(host, dir, renderWith(storage));
}

async function write(
  host: Host,
  dir: string,
  storage: KeptStorage,
  before: KeptStorage | undefined,
) {
  if (JSON.stringify(storage) === JSON.stringify(before)) return;
  await host.writeText(`${dir}/${STORAGE_FILE}`, `${JSON.stringify(storage)}\n`);
}
