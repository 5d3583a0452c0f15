// What must hold before a service is started: found here it is one clear line,
// found by a JVM it is a stack trace in a log.
import type { Process } from "../render/mod.ts";
import { Failure, type Stack } from "../spec/mod.ts";
import type { Host } from "./host.ts";
import { marks } from "./native.ts";

/** Below this a broker's next segment may not fit, and a full disk stops a broker for good. */
const MIN_FREE_BYTES = 1024 ** 3;

/**
 * @throws {Failure} The disk of the stack's directory is almost full.
 */
export async function checkDisk(host: Host, dir: string): Promise<void> {
  const { free, total } = await host.disk(dir);
  if (free >= MIN_FREE_BYTES) return;
  const mib = (bytes: number) => `${Math.floor(bytes / 1024 ** 2)} MiB`;
  throw new Failure(
    `The disk of ${dir} is almost full: ${mib(free)} of ${mib(total)} free, needed ${
      mib(MIN_FREE_BYTES)
    }`,
    { hint: "Free some space, or choose another directory with --dir." },
  );
}

/**
 * @throws {Failure} A port of a service that is to start is taken: by which process, of which stack.
 */
export async function checkPorts(host: Host, processes: readonly Process[]): Promise<void> {
  for (const { name, ports } of processes) {
    for (const [purpose, address] of Object.entries(ports)) {
      const state = host.port(address);
      if (state === "free") continue;
      if (state === "no such address") {
        throw new Failure(
          `Cannot start ${name}: ${address.host} is not an address of this machine`,
          {
            hint:
              "Set bindAddress in infra/stack.ts to 127.0.0.1 or to an address that `ip addr` shows.",
          },
        );
      }
      const owner = await portOwner(host, address.port);
      throw new Failure(
        `Cannot start ${name}: port ${address.port} (${purpose}) is in use by ${owner.who}`,
        { hint: owner.hint },
      );
    }
  }
}

async function portOwner(host: Host, port: number): Promise<{ who: string; hint: string }> {
  const another = "or run this stack beside it: deno task up --port-offset 100";
  const owner = await host.portOwner(port);
  if (!owner) return { who: "another process", hint: `Stop it, ${another}` };
  const { dir, service } = marks("");
  const jvm = (await host.processes(dir)).find(({ pid }) => pid === owner.pid);
  const mark = (prefix: string) =>
    jvm?.command.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
  const otherDir = mark(dir);
  if (!otherDir) {
    return { who: `process ${owner.pid} (${owner.name})`, hint: `Stop it, ${another}` };
  }
  return {
    who: `${mark(service)} of the stack in ${otherDir} (process ${owner.pid})`,
    hint: `Stop that stack: deno task down --dir ${otherDir}\n${another}`,
  };
}

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
