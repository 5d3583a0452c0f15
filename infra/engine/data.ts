// Whether what lies in the data directories belongs to this stack, and together.
import { Failure, type Stack } from "../spec/mod.ts";
import type { Host } from "./host.ts";

/** What a broker wrote about its data directory. */
interface MetaProperties {
  readonly broker: string;
  readonly clusterId: string | undefined;
  /** 0: written with ZooKeeper, 1: with KRaft. */
  readonly version: string | undefined;
  readonly brokerId: string | undefined;
}

/**
 * Compares what lies in the data directories with the stack and with each other.
 *
 * @param clusterId The cluster id of the last proven `up`, if there was one.
 * @throws {Failure} The data is another cluster's or mode's, or one of the two trees is gone.
 */
export async function checkData(
  host: Host,
  dir: string,
  stack: Stack,
  clusterId: string | undefined,
): Promise<void> {
  const metas: MetaProperties[] = [];
  for (const { name, directories } of stack.brokers) {
    const text = await host.readText(`${dir}/${directories.data}/meta.properties`);
    if (text === undefined) continue;
    const get = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1];
    metas.push({
      broker: name,
      clusterId: get("cluster\\.id"),
      version: get("version"),
      brokerId: get("broker\\.id"),
    });
  }
  for (const [index, meta] of metas.entries()) {
    const first = metas[0]!;
    const { data } = stack.brokers.find(({ name }) => name === meta.broker)!.directories;
    if (meta.version === "1") {
      throw new Failure(
        `${dir}/${data} was written by Kafka in KRaft mode, this stack has ZooKeepers`,
        {
          hint: "Choose another directory with --dir, or move that data away.",
        },
      );
    }
    if (index > 0 && meta.clusterId !== first.clusterId) {
      throw new Failure(
        `${data} belongs to cluster ${meta.clusterId}, but ${first.broker}'s data to ${first.clusterId}`,
        { hint: `Move ${dir}/${data} away: the broker gets its replicas from the others.` },
      );
    }
    const id = meta.broker.replace("kafka", "");
    if (meta.brokerId !== undefined && meta.brokerId !== id) {
      throw new Failure(`${data} holds the data of broker ${meta.brokerId}, not of broker ${id}`, {
        hint: "Each broker's directory must stay with its id: move it back.",
      });
    }
  }
  await checkTrees(host, dir, stack, metas, clusterId);
}

/** Kafka's data and ZooKeeper's only make sense together. */
async function checkTrees(
  host: Host,
  dir: string,
  stack: Stack,
  metas: readonly MetaProperties[],
  clusterId: string | undefined,
) {
  const known = metas[0]?.clusterId;
  if (known && clusterId && known !== clusterId) {
    throw new Failure(
      `The data in ${dir}/kafka belongs to cluster ${known}, but ${dir}/zookeeper to ${clusterId}`,
      {
        hint: "Put back the data that belongs together, or choose another directory with --dir.",
      },
    );
  }
  const snapshots = await Promise.all(
    stack.zookeepers.map((z) => host.list(`${dir}/${z.directories.data}/version-2`)),
  );
  const withData = snapshots.filter((names) => names.length > 0).length;
  // A majority must remember, else an empty majority would elect itself and the cluster's id,
  // topics and configs would be gone: Kafka's InconsistentClusterIdException.
  const quorum = Math.floor(stack.zookeepers.length / 2) + 1;
  if (known && withData < quorum) {
    throw new Failure(
      `The brokers have data of cluster ${known}, but ${
        withData === 0 ? "the ZooKeepers' data is gone" : `only ${withData} ZooKeeper has data`
      } (${dir}/zookeeper/data)`,
      {
        hint: "Put the ZooKeeper data back; without it the topics cannot be read.\n" +
          "To begin anew: deno task down --delete-data",
      },
    );
  }
  if (!known && withData > 0 && clusterId) {
    throw new Failure(
      `ZooKeeper knows the topics of cluster ${clusterId}, but the brokers' data is gone (${dir}/kafka/log)`,
      {
        hint: "Put the brokers' data back; started without, their topics would be empty.\n" +
          "To begin anew: deno task down --delete-data",
      },
    );
  }
}
