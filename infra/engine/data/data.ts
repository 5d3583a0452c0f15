// Whether what lies in the data directories belongs to this stack, and together.
import { Failure, kafkaDirectories, type Stack, votersOf } from "../../spec/mod.ts";
import type { Context } from "../context.ts";
import type { Host } from "../host/host.ts";
import { findEnsemble, withData } from "./ensemble.ts";
import { checkUnmarked, explainOdd, type MetaProperties, readMetas, refuseMode } from "./metas.ts";

/** What {@linkcode checkData} knows beside the directories. */
export interface KnownData {
  /** The cluster id of the last proven `up`, or the one that storage is formatted with. */
  readonly clusterId?: string | undefined;
  /**
   * The ZooKeepers whose data counts, by id, or the voters of the quorum, by `node.id`; default: the
   * stack's. None: the quorum has not begun.
   */
  readonly ensemble?: readonly number[] | undefined;
}

/** {@linkcode checkData} with all that is known of a stack. */
export async function checkStackData({ host, dir, stack, record, kraft }: Context): Promise<void> {
  const proven = Object.keys(kraft?.storage.ports ?? {}).map(Number);
  const voters = votersOf(stack).map(({ nodeId }) => nodeId);
  await checkData(host, dir, stack, {
    clusterId: kraft?.storage.clusterId ?? record?.clusterId,
    ensemble: kraft
      ? voters.filter((nodeId) => proven.includes(nodeId))
      : (await findEnsemble(host, dir))?.members,
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

/** Whether any of the Kafka nodes has written into its data directory. */
export async function brokersHaveData(host: Host, dir: string, stack: Stack): Promise<boolean> {
  return (await readMetas(host, dir, stack)).length > 0;
}

/**
 * Compares what lies in the data directories with the stack and with each other.
 *
 * @throws {Failure} The data is another cluster's or mode's, or what only makes sense together is not
 * all there.
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
    const odd = await explainOdd(host, dir, stack, meta, { clusterId: cluster, recorded });
    if (odd) throw odd;
  }
  if (ids.length > 0 && cluster === undefined) throw disagreement(dir, metas);
  if (stack.mode === "kraft") await checkQuorum(host, dir, stack, metas, { ...known, cluster });
  else await checkTrees(host, dir, stack, cluster, known);
}

/** What more than half of them say. */
function majority(ids: readonly string[]): string | undefined {
  return ids.find((id) => 2 * ids.filter((other) => other === id).length > ids.length);
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

const ANEW = "To start over, without any topic or record: deno task down --delete-data";

/** A quorum decides by the majority of those whose data remembers what was decided before. */
async function checkQuorum(
  host: Host,
  dir: string,
  stack: Stack,
  metas: readonly MetaProperties[],
  known: KnownData & { readonly cluster: string | undefined },
) {
  const { clusterId, cluster, ensemble = votersOf(stack).map(({ nodeId }) => nodeId) } = known;
  if (cluster && clusterId && cluster !== clusterId) {
    throw new Failure(
      `The data in ${dir}/kafka/log belongs to cluster ${cluster}, but this stack is cluster ${clusterId}`,
      { hint: "Put this stack's own data back, or choose another directory with --dir." },
    );
  }
  await checkUnmarked(host, dir, stack, metas);
  // Brokers know the metadata too, but have no vote: without the controllers nobody leads.
  if (stack.controllers.length === 0) await checkNoControllers(host, dir);
  if (!cluster || ensemble.length === 0) return;
  const remembering = metas.filter(({ node }) => ensemble.includes(node.nodeId)).length;
  if (remembering >= Math.floor(ensemble.length / 2) + 1) return;
  throw new Failure(
    `There is data of cluster ${cluster}, but ${
      remembering === 0
        ? "the controllers' is gone"
        : `only ${remembering} of ${ensemble.length} controllers has its own`
    } (${dir}/kafka/log)`,
    {
      hint: "Put the controllers' data back, or those controllers into infra/stack.ts; without a " +
        `majority of them the topics cannot be read.\n${ANEW}`,
    },
  );
}

/** As many as a stack can have. */
const CONTROLLERS = [1, 2, 3, 4, 5].map((id) => `controller${id}`);

/** @throws {Failure} The quorum was one of controllers that this stack has not. */
async function checkNoControllers(host: Host, dir: string) {
  for (const name of CONTROLLERS) {
    const { data } = kafkaDirectories(name);
    if (await host.readText(`${dir}/${data}/meta.properties`) === undefined) continue;
    throw new Failure(
      `The cluster's metadata is in ${dir}/${data}, but this stack has no controllers of their own`,
      {
        hint: "Describe them in infra/stack.ts as they were (controllers), or choose another " +
          `directory with --dir.\n${ANEW}`,
      },
    );
  }
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
        hint: `Put the ZooKeeper data back; without it the topics cannot be read.\n${ANEW}`,
      },
    );
  }
  if (!cluster && remembering > 0 && clusterId) {
    throw new Failure(
      `ZooKeeper knows the topics of cluster ${clusterId}, but the brokers' data is gone (${dir}/kafka/log)`,
      {
        hint: `Put the brokers' data back; started without, their topics would be empty.\n${ANEW}`,
      },
    );
  }
}
