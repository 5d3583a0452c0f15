// Which ZooKeepers make up the ensemble whose data lies in the directories. A mark beside that data
// says it; it changes only when it is true.
import { Failure, zookeeperData } from "../../spec/mod.ts";
import type { Host } from "../host/host.ts";
import type { Context } from "../context.ts";

/** An ensemble with data; members by id. */
export interface Ensemble {
  readonly members: readonly number[];
  /**
   * Whose data is being put in place: the members had all ended with the same data when that began.
   * None: it is the members'.
   */
  readonly next?: readonly number[];
}

/** A change of an ensemble with data. */
export interface EnsembleChange {
  readonly ensemble: Ensemble;
  readonly to: readonly number[];
}

const markOf = (dir: string) => `${dir}/zookeeper/data/ensemble.json`;

/** Whether a ZooKeeper has data: more than what an empty one writes at its first start. */
export async function hasData(host: Host, dir: string, id: number): Promise<boolean> {
  const names = await host.list(`${dir}/${zookeeperData(id)}/version-2`);
  return names.some((name) => /^log\./.test(name) || /^snapshot\.(?!0$)/.test(name));
}

/** Those of the ZooKeepers that have data. */
export async function withData(host: Host, dir: string, ids: readonly number[]): Promise<number[]> {
  const all = await Promise.all(ids.map((id) => hasData(host, dir, id)));
  return ids.filter((_, index) => all[index]);
}

/**
 * The ensemble whose data is in `dir`. Where an older version left no mark: that of the
 * configuration with which ZooKeeper 1 ran last.
 *
 * @returns `undefined` when no member has data: there is nothing to be lost.
 */
export async function findEnsemble(host: Host, dir: string): Promise<Ensemble | undefined> {
  const marked = parseMark(await host.readText(markOf(dir)));
  const ensemble = marked ?? { members: await configured(host, dir) };
  const ids = [...new Set([...ensemble.members, ...(ensemble.next ?? [])])];
  return (await withData(host, dir, ids)).length > 0 ? ensemble : undefined;
}

function parseMark(text: string | undefined): Ensemble | undefined {
  const isIds = (ids: unknown): ids is number[] =>
    Array.isArray(ids) && ids.length > 0 && ids.every((id) => Number.isInteger(id));
  try {
    const { members, next } = JSON.parse(text ?? "{}") ?? {};
    if (!isIds(members)) return undefined;
    return isIds(next) ? { members, next } : { members };
  } catch {
    return undefined;
  }
}

/** By `zoo.cfg`: a lone server has no `server.N` lines. */
async function configured(host: Host, dir: string): Promise<number[]> {
  const text = await host.readText(`${dir}/zookeeper/conf/zookeeper1/zoo.cfg`);
  const ids = [...(text ?? "").matchAll(/^server\.(\d+)=/gm)].map(([, id]) => Number(id));
  if (text !== undefined) return ids.length > 0 ? ids : [1];
  return await withData(host, dir, [1, 2, 3, 4, 5]);
}

/** Writes down whose data lies in the directories, where that is not there yet. */
export async function markEnsemble(host: Host, dir: string, ensemble: Ensemble): Promise<void> {
  const text = `${JSON.stringify(ensemble)}\n`;
  if (await host.readText(markOf(dir)) !== text) await host.writeText(markOf(dir), text);
}

/** The change that the stack asks for, if its ensemble has data and is another one. */
export async function ensembleChange(
  { host, dir, stack }: Pick<Context, "host" | "dir" | "stack">,
): Promise<EnsembleChange | undefined> {
  // In KRaft mode there is none; data of one is refused by who compares the data.
  if (stack.zookeepers.length === 0) return undefined;
  const ensemble = await findEnsemble(host, dir);
  const to = stack.zookeepers.map(({ id }) => id);
  if (!ensemble || (!ensemble.next && ensemble.members.join() === to.join())) return undefined;
  return { ensemble, to };
}

/**
 * For tasks that write files or start single services.
 *
 * @throws {Failure} The number of ZooKeepers is to change, which only `up` does.
 */
export async function checkEnsemble(context: Context): Promise<void> {
  const change = await ensembleChange(context);
  if (!change) return;
  const { members, next } = change.ensemble;
  throw new Failure(
    `The ensemble in ${context.dir} is one of ${members.length}, and its data has to be moved ` +
      `to be one of ${(next ?? change.to).length}`,
    { hint: "deno task up does it: it stops the brokers meanwhile." },
  );
}
