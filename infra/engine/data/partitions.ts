// Which partitions lie on which brokers: by what ZooKeeper says, or by the directories.
import { hostPort, serversOf } from "../../render/mod.ts";
import { brokerData } from "../../spec/mod.ts";
import type { Context } from "../context.ts";
import type { Running } from "../engine.ts";
import type { Host } from "../host/host.ts";

/** A partition of the cluster; brokers by id. */
export interface PlacedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
  /** Empty: it never had a leader. */
  readonly isr: readonly number[];
}

/** As brokers name it in logs and directories: `orders-3`. */
export function nameOf({ topic, partition }: PlacedPartition): string {
  return `${topic}-${partition}`;
}

/** The first names, and how many more there are. */
export function firstOf(names: readonly string[], count = 6): string {
  const more = names.length - count;
  return names.slice(0, count).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** `1 partition`, `2 partitions` */
export function countOf(names: readonly unknown[]): string {
  return names.length === 1 ? "1 partition" : `${names.length} partitions`;
}

/**
 * All partitions of the cluster, by what its ensemble says, or a broker in KRaft mode.
 *
 * @returns `undefined` where none of the stack runs or answers.
 */
export async function askPartitions(
  context: Context,
  running: Running,
): Promise<readonly PlacedPartition[] | undefined> {
  const addresses = serversOf(context.rendered.services, context.kraft ? "broker" : "zookeeper")
    .filter(({ name }) => running.has(name))
    .map(({ ready }) => hostPort(ready.address));
  if (addresses.length === 0) return undefined;
  return await context.partitions(addresses.join()).catch(() => undefined);
}

/**
 * Names of the partitions whose logs are in a broker's data directory. Logs that Kafka has given up
 * or still makes (`….-delete`, `-stray`, `-future`) do not count.
 */
export async function partitionsOf(host: Host, dir: string, id: number): Promise<string[]> {
  const names = await host.list(`${dir}/${brokerData(id)}`);
  // The metadata of a KRaft cluster is no topic's.
  return names.filter((name) => /^(?!__cluster_metadata-)[\w.-]+-\d+$/.test(name)).sort();
}

/** Partitions whose logs are in the directory of broker `id`, and in none of `others`. */
export async function partitionsOnlyOf(
  host: Host,
  dir: string,
  id: number,
  others: readonly number[],
): Promise<string[]> {
  const elsewhere = await Promise.all(
    others.filter((other) => other !== id).map((other) => partitionsOf(host, dir, other)),
  );
  const known = new Set(elsewhere.flat());
  return (await partitionsOf(host, dir, id)).filter((name) => !known.has(name));
}
