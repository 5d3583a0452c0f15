// What a plan depends on: what runs, and what lies in the directories. Only looked at.
import { type Server, serversOf } from "../../render/mod.ts";
import type { Context } from "../context.ts";
import { brokersHaveData } from "../data/data.ts";
import type { RunningService } from "../engine.ts";
import { type EnsembleChange, ensembleChange, withData } from "../data/ensemble.ts";
import { staleArtifacts } from "../files.ts";
import { goneBrokers } from "../data/gone.ts";

/** What a plan depends on. Services are named. */
export interface Facts {
  readonly running: ReadonlyMap<string, RunningService>;
  /** Paths of files that are missing or differ, relative to the stack's directory. */
  readonly staleFiles: readonly string[];
  /** The change of the ensemble that the stack asks for, if it has data and is another one. */
  readonly ensembleChange: EnsembleChange | undefined;
  /** ZooKeepers that have data. */
  readonly ensembleData: readonly string[];
  readonly brokersHaveData: boolean;
  /** Brokers of the last proven cluster whose data directory is gone. */
  readonly gone: readonly string[];
  /** Brokers that do not run and whose last run may have left its session in ZooKeeper. */
  readonly killed: readonly string[];
}

/** Finds the facts. `running`: what was seen a moment ago. */
export async function findFacts(
  context: Context,
  running: ReadonlyMap<string, RunningService>,
): Promise<Facts> {
  const { host, dir, stack, rendered } = context;
  const stopped = serversOf(rendered.services, "broker").filter(({ name }) => !running.has(name));
  const [stale, change, data, haveData, gone, killed] = await Promise.all([
    staleArtifacts(host, dir, rendered.artifacts),
    ensembleChange(context),
    withData(host, dir, stack.zookeepers.map(({ id }) => id)),
    brokersHaveData(host, dir, stack),
    goneBrokers(context),
    killedOf(context, stopped),
  ]);
  return {
    running,
    staleFiles: stale.map(({ path }) => path),
    ensembleChange: change,
    ensembleData: stack.zookeepers.filter(({ id }) => data.includes(id)).map(({ name }) => name),
    brokersHaveData: haveData,
    gone: gone.map(({ name }) => name),
    killed: killed.map(({ name }) => name),
  };
}

/** Those of stopped brokers whose last run may have left its session in ZooKeeper. */
export async function killedOf(context: Context, brokers: readonly Server[]): Promise<Server[]> {
  const killed = await Promise.all(brokers.map((broker) => wasKilled(context, broker)));
  return brokers.filter((_, index) => killed[index]);
}

/** A broker that was stopped cleanly left a mark of that. */
async function wasKilled({ host, dir, stack, record }: Context, { name, directories }: Server) {
  const names = await host.list(`${dir}/${directories.data}`);
  if (names.includes(".kafka_cleanshutdown")) return false;
  const id = stack.brokers.find((broker) => broker.name === name)!.id;
  const known = record?.members?.brokers.includes(id) || record?.services[name] !== undefined;
  return names.includes("meta.properties") || known;
}
