// Whether what lies in the data directories belongs to this stack, and together.
import { type Broker, Failure, type Stack } from "../../spec/mod.ts";
import { withData } from "./ensemble.ts";
import type { Host } from "../host/host.ts";
import { countOf, firstOf, partitionsOnlyOf } from "./partitions.ts";

/** What a broker wrote about its data directory. */
interface MetaProperties {
  readonly broker: Broker;
  readonly clusterId: string | undefined;
  /** 0: written with ZooKeeper, 1: with KRaft. */
  readonly version: string | undefined;
  readonly brokerId: string | undefined;
}

/** What {@linkcode checkData} knows beside the directories. */
export interface KnownData {
  /** The cluster id of the last proven `up`, if there was one. */
  readonly clusterId?: string | undefined;
  /** Ids of the ZooKeepers whose data counts; default: the stack's. */
  readonly ensemble?: readonly number[] | undefined;
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
  for (const meta of metas) checkMode(dir, meta);
  const ids = metas.flatMap(({ clusterId }) => clusterId ?? []);
  const recorded = known.clusterId !== undefined && ids.includes(known.clusterId);
  const cluster = recorded ? known.clusterId : majority(ids);
  for (const meta of metas) {
    const odd = await explainOdd(host, dir, stack, meta, { cluster, recorded });
    if (odd) throw odd;
  }
  if (ids.length > 0 && cluster === undefined) throw disagreement(dir, metas);
  await checkTrees(host, dir, stack, cluster, known);
}

async function readMetas(host: Host, dir: string, stack: Stack): Promise<MetaProperties[]> {
  const all = await Promise.all(stack.brokers.map(async (broker): Promise<MetaProperties[]> => {
    const text = await host.readText(`${dir}/${broker.directories.data}/meta.properties`);
    if (text === undefined) return [];
    const get = (key: string) => new RegExp(`^${key}=(.+)$`, "m").exec(text)?.[1]?.trim();
    return [{
      broker,
      clusterId: get("cluster\\.id"),
      version: get("version"),
      brokerId: get("broker\\.id"),
    }];
  }));
  return all.flat();
}

/** What more than half of them say. */
function majority(ids: readonly string[]): string | undefined {
  return ids.find((id) => 2 * ids.filter((other) => other === id).length > ids.length);
}

function checkMode(dir: string, { broker, version }: MetaProperties) {
  if (version !== "1") return;
  throw new Failure(
    `${dir}/${broker.directories.data} was written by Kafka in KRaft mode, this stack has ZooKeepers`,
    { hint: "Choose another directory with --dir." },
  );
}

/** What is wrong with one broker's `meta.properties`. */
async function explainOdd(
  host: Host,
  dir: string,
  stack: Stack,
  { broker, clusterId, version, brokerId }: MetaProperties,
  { cluster, recorded }: { cluster: string | undefined; recorded: boolean },
): Promise<Failure | undefined> {
  const { name, id, directories: { data } } = broker;
  const file = `${dir}/${data}/meta.properties`;
  const right = `version=0\n  broker.id=${id}\n  cluster.id=${cluster ?? "…"}`;
  const only = async () => {
    const names = await partitionsOnlyOf(host, dir, id, stack.brokers.map((other) => other.id));
    return names.length === 0
      ? `Each partition in ${data} has a replica on another broker.`
      : `Do not delete ${data}: only there are the records of ${countOf(names)}: ${
        firstOf(names)
      }.`;
  };
  if (clusterId === undefined || version === undefined || brokerId === undefined) {
    const lacks = clusterId === undefined
      ? "cluster.id"
      : version === undefined
      ? "version"
      : "broker.id";
    return new Failure(`${name}'s ${file} is damaged: it has no ${lacks}`, {
      hint: `It must say:\n  ${right}\n${await only()}`,
    });
  }
  if (brokerId !== String(id)) {
    return new Failure(`${data} holds the data of broker ${brokerId}, not of broker ${id}`, {
      hint: `Each broker's directory must stay with its id: move it back.\n${await only()}`,
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
  const said = metas.map(({ broker, clusterId }) => `${broker.name}: ${clusterId}`).join(", ");
  return new Failure(
    `The brokers' data in ${dir}/kafka/log belongs to several clusters (${said})`,
    {
      hint: "Put back the data that belongs together, or choose another directory with --dir.",
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
