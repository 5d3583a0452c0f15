// meta.properties: what each Kafka node has written about its data directory, and whether that is the
// node's and the stack's.
import { type Broker, type Controller, Failure, type Stack } from "../../spec/mod.ts";
import type { Host } from "../host/host.ts";
import { countOf, firstOf, partitionsOnlyOf } from "./partitions.ts";

/** The `meta.properties` of a node. */
export interface MetaProperties {
  readonly node: Broker | Controller;
  /** `cluster.id` */
  readonly clusterId: string | undefined;
  /** 0: written with ZooKeeper, 1: with KRaft. */
  readonly version: string | undefined;
  /** `broker.id` with ZooKeeper, `node.id` with KRaft. */
  readonly nodeId: string | undefined;
  /** `directory.id`: the quorum knows a voter by it. */
  readonly directoryId: string | undefined;
}

/** The cluster that the data should belong to. */
export interface TrueCluster {
  readonly clusterId: string | undefined;
  /** Whether it is known by the record, or by the others' data alone. */
  readonly recorded: boolean;
}

/** Reads those that are there. */
export async function readMetas(host: Host, dir: string, stack: Stack): Promise<MetaProperties[]> {
  const nodes = [...stack.controllers, ...stack.brokers];
  const all = await Promise.all(nodes.map(async (node): Promise<MetaProperties[]> => {
    const text = await host.readText(`${dir}/${node.directories.data}/meta.properties`);
    if (text === undefined) return [];
    const get = (key: string) => new RegExp(`^${key}=(.+)$`, "m").exec(text)?.[1]?.trim();
    return [{
      node,
      clusterId: get("cluster\\.id"),
      version: get("version"),
      nodeId: get("(?:broker|node)\\.id"),
      directoryId: get("directory\\.id"),
    }];
  }));
  return all.flat();
}

/** @throws {Failure} The data is of the other mode. */
export function refuseMode(dir: string, { mode }: Stack, { node, version }: MetaProperties) {
  const place = `${dir}/${node.directories.data}`;
  if (mode === "zookeeper" && version === "1") {
    throw new Failure(`${place} was written by Kafka in KRaft mode, this stack has ZooKeepers`, {
      hint:
        "Start it in that mode: deno task up --mode kraft\nOr choose another directory with --dir.",
    });
  }
  if (mode === "kraft" && version === "0") {
    throw new Failure(`${place} was written by Kafka with ZooKeeper, this stack has none`, {
      hint:
        "Start it in that mode: deno task up --mode zookeeper\nOr choose another directory with --dir.",
    });
  }
}

/**
 * A node that has run without the file that says so: its directory must not be formatted as if it
 * were new.
 *
 * @throws {Failure} There is one.
 */
export async function checkUnmarked(
  host: Host,
  dir: string,
  stack: Stack,
  metas: readonly MetaProperties[],
): Promise<void> {
  for (const node of [...stack.controllers, ...stack.brokers]) {
    if (metas.some((meta) => meta.node.name === node.name)) continue;
    const { data } = node.directories;
    const log = await host.list(`${dir}/${data}/__cluster_metadata-0`);
    // What formats it writes a snapshot there before the file, and no log.
    if (!log.some((name) => name.endsWith(".log"))) continue;
    const own = `${dir}/${data}`;
    throw new Failure(`${node.name} has data in ${own}, but its meta.properties is gone`, {
      hint:
        `Put ${own}/meta.properties back. Or set the directory aside, and ${node.name} begins ` +
        `with what the others have: mv ${own} ${own}.set-aside`,
    });
  }
}

/** What is wrong with one node's `meta.properties`. */
export async function explainOdd(
  host: Host,
  dir: string,
  stack: Stack,
  { node, clusterId, version, nodeId, directoryId }: MetaProperties,
  { clusterId: cluster, recorded }: TrueCluster,
): Promise<Failure | undefined> {
  const { name, directories: { data } } = node;
  const isBroker = stack.brokers.some((one) => one.name === name);
  const kind = isBroker ? "broker" : "controller";
  const file = `${dir}/${data}/meta.properties`;
  const [theirVersion, idKey] = stack.mode === "kraft" ? [1, "node.id"] : [0, "broker.id"];
  const right =
    `version=${theirVersion}\n  ${idKey}=${node.nodeId}\n  cluster.id=${cluster ?? "…"}` +
    (directoryId === undefined ? "" : `\n  directory.id=${directoryId}`);
  const only = async () => {
    if (!isBroker) return `${data} holds the cluster's metadata, as the other controllers' do.`;
    const ids = stack.brokers.map((other) => other.id);
    const names = await partitionsOnlyOf(host, dir, node.id, ids);
    return names.length === 0
      ? `Each partition in ${data} has a replica on another broker.`
      : `Do not delete ${data}: only there are the records of ${countOf(names)}: ${
        firstOf(names)
      }.`;
  };
  const lacks = clusterId === undefined
    ? "cluster.id"
    : version === undefined
    ? "version"
    : nodeId === undefined
    ? idKey
    : undefined;
  if (lacks !== undefined) {
    return new Failure(`${name}'s ${file} is damaged: it has no ${lacks}`, {
      hint: `It must say:\n  ${right}\n${await only()}`,
    });
  }
  if (nodeId !== String(node.nodeId)) {
    return new Failure(
      `${data} holds the data of ${kind} ${nodeId}, not of ${kind} ${node.nodeId}`,
      { hint: `Each ${kind}'s directory must stay with its id: move it back.\n${await only()}` },
    );
  }
  if (cluster === undefined || clusterId === cluster) return undefined;
  return new Failure(
    `${name}'s data says that it belongs to cluster ${clusterId}, but the stack's cluster is ${cluster} (by ${
      recorded
        ? "stack.json"
        : `${stack.mode === "kraft" ? "the other nodes'" : "the other brokers'"} data`
    })`,
    {
      hint: `Is it another stack's? Put ${name}'s own data back. Is it this stack's, and ` +
        `only the id is wrong?\n${file} must say:\n  ${right}\n${await only()}`,
    },
  );
}
