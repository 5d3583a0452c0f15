// Whether what lies in the data directories belongs to this stack, and together.
import { type Broker, type Controller, Failure, type Stack, votersOf } from "../../spec/mod.ts";
import { findEnsemble, withData } from "./ensemble.ts";
import type { Context } from "../context.ts";
import type { Host } from "../host/host.ts";
import { countOf, firstOf, partitionsOnlyOf } from "./partitions.ts";

/** What a node wrote about its data directory. */
interface MetaProperties {
  readonly node: Broker | Controller;
  readonly clusterId: string | undefined;
  /** 0: written with ZooKeeper, 1: with KRaft. */
  readonly version: string | undefined;
  /** `broker.id`, or `node.id` in KRaft mode. */
  readonly nodeId: string | undefined;
}

/** What {@linkcode checkData} knows beside the directories. */
export interface KnownData {
  /** The cluster id of the last proven `up`, if there was one. */
  readonly clusterId?: string | undefined;
  /** `node.id` of the proven voters, in KRaft mode. */
  readonly voters?: readonly number[];
  /** Ids of the ZooKeepers whose data counts; default: the stack's. */
  readonly ensemble?: readonly number[] | undefined;
}

/** {@linkcode checkData} with all that is known of a stack. */
export async function checkStackData({ host, dir, stack, record, kraft }: Context): Promise<void> {
  await checkData(host, dir, stack, {
    clusterId: kraft?.storage.clusterId ?? record?.clusterId,
    ensemble: (await findEnsemble(host, dir))?.members,
    voters: Object.keys(kraft?.storage.ports ?? {}).map(Number),
  });
}

/** @throws {Failure} The data in the directories was written in the other mode. */
export async function checkMode({ host, dir, stack }: Context): Promise<void> {
  for (const meta of await readMetas(host, dir, stack)) refuseMode(dir, stack, meta);
}

/** The cluster that the data in the directories belongs to, by most of them. */
export async function clusterIdOf(
  host: Host,
  dir: string,
  stack: Stack,
): Promise<string | undefined> {
  return majority((await readMetas(host, dir, stack)).flatMap(({ clusterId }) => clusterId ?? []));
}

/** Whether any of the brokers has written into its data directory. */
export async function brokersHaveData(host: Host, dir: string, stack: Stack): Promise<boolean> {
  return (await readMetas(host, dir, stack)).length > 0;
}

/**
 * Compares what lies in the data directories with the stack and with each other.
 *
 * @throws {Failure} The data is another cluster's or mode's, or one of the two trees is gone.
 */
export async function checkData(
  host: Host,
  dir: string,
  stack: Stack,
  known: KnownData = {},
): Promise<void> {
  const metas = await readMetas(host, dir, stack);
  for (const meta of metas) refuseMode(dir, stack, meta);
  const ids = metas.flatMap(({ clusterId }) => clusterId ?? []);
  const recorded = known.clusterId !== undefined && ids.includes(known.clusterId);
  const cluster = recorded ? known.clusterId : majority(ids);
  for (const meta of metas) {
    const odd = await explainOdd(host, dir, stack, meta, { cluster, recorded });
    if (odd) throw odd;
  }
  if (ids.length > 0 && cluster === undefined) throw disagreement(dir, metas);
  if (stack.mode === "kraft") return checkQuorum(dir, stack, metas, cluster, known);
  await checkTrees(host, dir, stack, cluster, known);
}

async function readMetas(host: Host, dir: string, stack: Stack): Promise<MetaProperties[]> {
  const nodes = [...stack.controllers, ...stack.brokers];
  const all = await Promise.all(nodes.map(async (node): Promise<MetaProperties[]> => {
    const text = await host.readText(`${dir}/${node.directories.data}/meta.properties`);
    if (text === undefined) return [];
    const get = (key: string) => new RegExp(`^${key}=(.+)$`, "m").exec(text)?.[1]?.trim();
    return [{
      node,
      clusterId: get("cluster\\.id"),
      version: get("version"),
      nodeId: get("node\\.id") ?? get("broker\\.id"),
    }];
  }));
  return all.flat();
}

/** What more than half of them say. */
function majority(ids: readonly string[]): string | undefined {
  return ids.find((id) => 2 * ids.filter((other) => other === id).length > ids.length);
}

function refuseMode(dir: string, { mode }: Stack, { node, version }: MetaProperties) {
  const written = version === "1" ? "kraft" : version === "0" ? "zookeeper" : mode;
  if (written === mode) return;
  const [by, has] = written === "kraft"
    ? ["in KRaft mode", "this stack has ZooKeepers"]
    : ["with ZooKeeper", "this stack is one in KRaft mode"];
  throw new Failure(`${dir}/${node.directories.data} was written by Kafka ${by}, ${has}`, {
    hint: `Start it in its own mode: deno task up --mode ${written}\n` +
      "or choose another directory with --dir.",
  });
}

/** What is wrong with one broker's `meta.properties`. */
async function explainOdd(
  host: Host,
  dir: string,
  stack: Stack,
  { node, clusterId, version, nodeId }: MetaProperties,
  { cluster, recorded }: { cluster: string | undefined; recorded: boolean },
): Promise<Failure | undefined> {
  const { name, id, nodeId: own, directories: { data } } = node;
  const file = `${dir}/${data}/meta.properties`;
  const [wrote, key] = stack.mode === "kraft" ? ["1", "node.id"] : ["0", "broker.id"];
  const right = `version=${wrote}\n  ${key}=${own}\n  cluster.id=${cluster ?? "…"}`;
  const only = async () => {
    const isBroker = stack.brokers.some((broker) => broker.name === name);
    const others = stack.brokers.map((other) => other.id);
    const names = isBroker ? await partitionsOnlyOf(host, dir, id, others) : [];
    return names.length === 0
      ? `Each partition in ${data} has a replica on another broker.`
      : `Do not delete ${data}: only there are the records of ${countOf(names)}: ${
        firstOf(names)
      }.`;
  };
  if (clusterId === undefined || version === undefined || nodeId === undefined) {
    const lacks = clusterId === undefined ? "cluster.id" : version === undefined ? "version" : key;
    return new Failure(`${name}'s ${file} is damaged: it has no ${lacks}`, {
      hint: `It must say:\n  ${right}\n${await only()}`,
    });
  }
  if (nodeId !== String(own)) {
    const kind = stack.mode === "kraft" ? "node" : "broker";
    return new Failure(`${data} holds the data of ${kind} ${nodeId}, not of ${kind} ${own}`, {
      hint: `Each ${kind}'s directory must stay with its id: move it back.\n${await only()}`,
    });
  }
  if (cluster === undefined || clusterId === cluster) return undefined;
  return new Failure(
    `${name}'s data says that it belongs to cluster ${clusterId}, but the stack's cluster is ${cluster} (by ${
      recorded ? "stack.json" : "the other brokers' data"
    })`,
    {
      hint: `Is it another stack's? Put ${name}'s own data back. Is it this stack's, and ` +
        `only the id is wrong?\n${file} must say:\n  ${right}\n${await only()}`,
    },
  );
}

/** Nobody knows which cluster is the right one. */
function disagreement(dir: string, metas: readonly MetaProperties[]): Failure {
  const said = metas.map(({ node, clusterId }) => `${node.name}: ${clusterId}`).join(", ");
  return new Failure(
    `The brokers' data in ${dir}/kafka/log belongs to several clusters (${said})`,
    {
      hint: "Put back the data that belongs together, or choose another directory with --dir.",
    },
  );
}

/** A quorum that was proven needs a majority of its voters' directories: they hold the metadata. */
function checkQuorum(
  dir: string,
  stack: Stack,
  metas: readonly MetaProperties[],
  cluster: string | undefined,
  { clusterId, voters = [] }: KnownData,
) {
  const names = votersOf(stack).filter(({ nodeId }) => voters.includes(nodeId));
  const there = names.filter((voter) => metas.some(({ node }) => node.name === voter.name));
  if (2 * there.length > names.length || names.length === 0) return;
  const gone = names.filter((voter) => !there.includes(voter));
  throw new Failure(
    `The metadata of cluster ${cluster ?? clusterId} is gone from ${
      gone.map(({ name }) => name).join(", ")
    } (${
      gone.map(({ directories }) => `${dir}/${directories.data}`).join(", ")
    }): only ${there.length} of ${names.length} controllers has it`,
    {
      hint: "Put the data back; without a majority of them nobody knows the topics.\n" +
        "To start over, without any topic or record: deno task down --delete-data",
    },
  );
}

/** Kafka's data and ZooKeeper's only make sense together. */
async function checkTrees(
  host: Host,
  dir: string,
  stack: Stack,
  cluster: string | undefined,
  { clusterId, ensemble = stack.zookeepers.map(({ id }) => id) }: KnownData,
) {
  if (cluster && clusterId && cluster !== clusterId) {
    throw new Failure(
      `The data in ${dir}/kafka belongs to cluster ${cluster}, but ${dir}/zookeeper to ${clusterId}`,
      {
        hint: "Put back the data that belongs together, or choose another directory with --dir.",
      },
    );
  }
  const remembering = (await withData(host, dir, ensemble)).length;
  // A majority must remember, else an empty majority would elect itself and the cluster's id,
  // topics and configs would be gone: Kafka's InconsistentClusterIdException.
  const quorum = Math.floor(ensemble.length / 2) + 1;
  if (cluster && remembering < quorum) {
    throw new Failure(
      `The brokers have data of cluster ${cluster}, but ${
        remembering === 0
          ? "the ZooKeepers' data is gone"
          : `only ${remembering} of ${ensemble.length} ZooKeepers has data`
      } (${dir}/zookeeper/data)`,
      {
        hint: "Put the ZooKeeper data back; without it the topics cannot be read.\n" +
          "To start over, without any topic or record: deno task down --delete-data",
      },
    );
  }
  if (!cluster && remembering > 0 && clusterId) {
    throw new Failure(
      `ZooKeeper knows the topics of cluster ${clusterId}, but the brokers' data is gone (${dir}/kafka/log)`,
      {
        hint: "Put the brokers' data back; started without, their topics would be empty.\n" +
          "To start over, without any topic or record: deno task down --delete-data",
      },
    );
  }
}
