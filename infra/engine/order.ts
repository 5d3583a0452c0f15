// In which order services start and stop, and what they wait for in between.
import {
  DESCRIPTORS,
  type Role,
  type Server,
  serversOf,
  type Service,
  stopPhases,
} from "../render/mod.ts";
import { Failure } from "../spec/mod.ts";
import { brokersHaveData } from "./data.ts";
import type { RunningService } from "./engine.ts";
import { withData } from "./ensemble.ts";
import { goneBrokers, refuseEmptyStart } from "./gone.ts";
import { registeredBrokers, waitUntilReady } from "./readiness.ts";
import type { Context } from "./up.ts";

/** What {@linkcode startAll} needs beside the processes. */
export interface StartOptions {
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** The services were named one by one. */
  readonly named: boolean;
  /** Writes down what runs now. */
  readonly note: () => Promise<void>;
}

/**
 * Starts the ensemble, and the brokers as soon as it listens: a broker that finds nobody there
 * waits up to a second before it asks again. Each kind starts all at once, but for brokers that
 * ZooKeeper still believes alive.
 *
 * @throws {Failure} A broker's data directory is gone, and it must not begin empty: all others run.
 */
export async function startAll(
  context: Context,
  services: readonly Service[],
  { deadline, named, note }: StartOptions,
): Promise<void> {
  const { engine, stack, rendered } = context;
  const ensemble = serversOf(services, "zookeeper");
  let brokers = serversOf(services, "broker");
  if (ensemble.length > 0) {
    await startEnsemble(context, ensemble, deadline);
    await note();
    if (brokers.length > 0) await waitForChecks(context, ensemble.map(listening), deadline);
  }
  const gone = (await goneBrokers(context)).filter(({ name }) =>
    brokers.some((service) => service.name === name)
  );
  let refusal: Failure | undefined;
  if (gone.length > 0) {
    await waitForChecks(context, await runningOf(context, "zookeeper"), deadline);
    refusal = await refuseEmptyStart(context, gone, named);
    if (refusal) brokers = brokers.filter(({ name }) => gone.every((one) => one.name !== name));
  }
  const killed: typeof brokers = [];
  for (const broker of brokers) {
    const { id } = stack.brokers.find(({ name }) => name === broker.name)!;
    if (await wasKilled(context, broker, id)) killed.push(broker);
  }
  const others = services.filter(({ roles }) =>
    !roles.includes("zookeeper") && !roles.includes("broker")
  );
  const stopped = [...brokers.filter((broker) => !killed.includes(broker)), ...others];
  if (stopped.length > 0) {
    await engine.start(stopped);
    await note();
  }
  if (killed.length > 0) {
    const all = serversOf(rendered.services, "zookeeper");
    await waitForExpiry(context, all, killed, deadline);
    await engine.start(killed);
    await note();
  }
  if (!refusal) return;
  // The others run: they may be needed to go on.
  await waitForChecks(context, brokers, deadline);
  throw refusal;
}

/**
 * Starts ZooKeepers: first those that have data. One without is let in when a majority that knows
 * the topics serves, for two empty ones and one that was away would make a majority too.
 *
 * @throws {Failure} There is no such majority.
 */
export async function startEnsemble(
  context: Context,
  services: readonly Server[],
  deadline: number,
): Promise<void> {
  const { host, dir, engine, stack } = context;
  const ids = await withData(host, dir, stack.zookeepers.map(({ id }) => id));
  const knows = ({ name }: { readonly name: string }) =>
    ids.some((id) => name === `zookeeper${id}`);
  const empty = services.filter((service) => !knows(service));
  if (ids.length === 0 || empty.length === 0 || !await brokersHaveData(host, dir, stack)) {
    return await engine.start(services);
  }
  const first = services.filter(knows);
  if (first.length > 0) await engine.start(first);
  const serving = (await runningOf(context, "zookeeper")).filter(knows);
  if (2 * serving.length <= stack.zookeepers.length) {
    throw new Failure(
      `${empty[0]!.name} has no data (${dir}/${
        empty[0]!.directories.data
      }), and no majority of the ensemble runs that could give it`,
      { hint: "Start the others too: deno task up" },
    );
  }
  await waitForChecks(context, serving, deadline);
  await engine.start(empty);
}

/** The services with a role that run. */
async function runningOf({ engine, rendered }: Context, role: Role) {
  const running = await engine.observe();
  return serversOf(rendered.services, role).filter(({ name }) => running.has(name));
}

/** Waits until the services answer their checks. */
export async function waitForChecks(
  context: Context,
  services: readonly Service[],
  deadline: number,
): Promise<void> {
  const { host, engine, report } = context;
  const prove = () => Promise.resolve({ clusterId: "", controllerId: -1 });
  await waitUntilReady({ host, engine, services, report, deadline, prove });
}

/** The same service, ready as soon as it accepts connections. */
function listening(service: Server): Server {
  return { ...service, ready: service.alive };
}

/**
 * Whether the last run of a broker may have left its session in ZooKeeper: it has no mark of a
 * clean shutdown, or its directory is gone.
 */
async function wasKilled({ host, dir, record }: Context, broker: Server, id: number) {
  const names = await host.list(`${dir}/${broker.directories.data}`);
  if (names.includes(".kafka_cleanshutdown")) return false;
  const known = record?.members?.brokers.includes(id) || record?.services[broker.name];
  return names.includes("meta.properties") || known;
}

/**
 * A killed broker stays registered until its ZooKeeper session expires; one that starts before
 * ends with "node already exists".
 */
async function waitForExpiry(
  context: Context,
  ensemble: readonly Server[],
  killed: readonly Server[],
  deadline: number,
) {
  const { host, stack, report, engine } = context;
  // The ensemble answers `dump` only once it has a quorum.
  const running = await engine.observe();
  await waitForChecks(context, ensemble.filter(({ name }) => running.has(name)), deadline);
  let told = "";
  for (;;) {
    const ids = await registeredBrokers(host, ensemble);
    const waiting = stack.brokers.filter(({ name, id }) =>
      ids.has(id) && killed.some((service) => service.name === name)
    ).map(({ name }) => name).join(", ");
    if (waiting === "") return;
    if (waiting !== told) {
      report(undefined, `waits for ZooKeeper to end the sessions of ${waiting}, killed before`);
    }
    told = waiting;
    if (host.now() > deadline) {
      throw new Failure(`ZooKeeper still has the sessions of ${waiting}, which do not run here`, {
        hint: "Does another process use this ensemble? deno task doctor looks further.",
      });
    }
    await host.sleep(100);
  }
}

/**
 * Stops services, each before what it needs: the clean shutdown of brokers needs the ensemble.
 *
 * @throws {Failure} One does not end; all others have been stopped.
 */
export async function stopInOrder(
  { engine, rendered }: Context,
  services: readonly RunningService[],
): Promise<void> {
  const graceMs = (name: string) =>
    rendered.services.find((service) => service.name === name)?.stopGraceMs ?? 30_000;
  const failures: unknown[] = [];
  for (const phase of stopPhases(DESCRIPTORS, services)) {
    // One that cannot be stopped keeps no other running.
    await engine.stop(phase, graceMs).catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
