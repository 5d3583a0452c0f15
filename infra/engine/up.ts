// Brings a stack, or some of its services, from what runs now to what the spec says.
import { isUnchanged, type Rendered, type Service } from "../render/mod.ts";
import { bootstrapServers, type Stack, type StackSpec, zookeeperConnect } from "../spec/mod.ts";
import { checkData } from "./data.ts";
import type { Engine, Report, RunningService } from "./engine.ts";
import { checkEnsemble, findEnsemble, markEnsemble } from "./ensemble.ts";
import { prepareFiles } from "./files.ts";
import { checkRunningGone } from "./gone.ts";
import type { Host } from "./host.ts";
import { checkLeaving, membersOf } from "./leaving.ts";
import { startAll, stopInOrder, waitForChecks } from "./order.ts";
import type { PlacedPartition } from "./partitions.ts";
import { checkFiles } from "./ownership.ts";
import { checkDisk, checkPorts, checkWritable } from "./preflight.ts";
import { type Prove, type Proven, waitUntilReady } from "./readiness.ts";
import {
  type Members,
  type Overrides,
  type RecordedService,
  type StackRecord,
  writeRecord,
} from "./record.ts";
import { resizeEnsemble } from "./resize.ts";

export { stopInOrder };

/** A stack on this machine, and all that works on it. */
export interface Context {
  readonly host: Host;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  /** What the user has described, without the overrides. */
  readonly spec: StackSpec;
  readonly stack: Stack;
  readonly rendered: Rendered;
  readonly engine: Engine;
  /** What the last `up` wrote down. */
  readonly record: StackRecord | undefined;
  readonly overrides: Overrides;
  readonly report: Report;
  /** Puts the files in place that are fetched or made once instead of rendered. */
  readonly fetchFiles: () => Promise<void>;
  /**
   * Asks ZooKeepers, `host:port,…`, for all partitions of the cluster.
   *
   * @throws When none answers.
   */
  readonly partitions: (zookeepers: string) => Promise<readonly PlacedPartition[]>;
  /** The same stack with another number of ZooKeepers. */
  readonly withEnsemble: (count: number) => Promise<Context>;
}

/** The brokers that a proof is about. */
export interface ProvenBrokers {
  /** `broker.id` of those that should run. */
  readonly ids: readonly number[];
  /** Those are all that the cluster has: no partition may lie on others only. */
  readonly all: boolean;
}

/** How to bring up. */
export interface UpOptions {
  /**
   * Milliseconds that services may take to be ready, each time that they are waited for. What is
   * fetched or built before, and what stops, does not count.
   */
  readonly timeoutMs: number;
  /** Makes the proof for a cluster of which these brokers should run. */
  readonly prove: (brokers: ProvenBrokers) => Prove;
  /** Only these services; default: all, and what the spec has no more is stopped. */
  readonly only?: readonly string[];
  /** The services in `only` were named one by one: a broker whose data is gone may begin empty. */
  readonly named?: boolean;
}

/** What {@linkcode bringUp} did. */
export interface UpResult {
  readonly started: readonly string[];
  readonly kept: readonly string[];
  /** The cluster that was proven; none: no broker is to run, or only monitoring services were started. */
  readonly cluster: Proven | undefined;
}

/**
 * What must hold before files are written or services are stopped: no data would be hidden.
 *
 * @param only Single services are about to be started, or files to be written.
 * @throws {Failure} Brokers would leave with data, or the ensemble has another size.
 */
export async function checkSizes(context: Context, only = true): Promise<void> {
  await checkLeaving(context);
  if (only) await checkEnsemble(context);
}

/** What runs, what should, and what differs. */
async function compare({ engine, rendered }: Context, only: readonly string[] | undefined) {
  const running = await engine.observe();
  const wanted = rendered.services.filter(({ name }) => !only || only.includes(name));
  return {
    running,
    wanted,
    missing: wanted.filter(({ name }) => !running.has(name)),
    changed: wanted.filter((service) =>
      running.has(service.name) && !isUnchanged(service, running.get(service.name)!.fingerprint)
    ),
    surplus: only
      ? []
      : [...running.values()].filter(({ name }) =>
        !rendered.services.some((service) => service.name === name)
      ),
  };
}

/** Whether a service starts after brokers that are ready. */
const needsBrokers = ({ after }: Service) => after.some(({ until }) => until === "ready");

/**
 * Starts what does not run, restarts what runs with other settings, and returns when the cluster is
 * proven. Nothing that is right is touched, so that it can be run again at any time.
 *
 * @throws {Failure} Something stands in the way, or was not ready in time.
 */
export async function bringUp(context: Context, options: UpOptions): Promise<UpResult> {
  const { host, dir, engine, stack, rendered, report } = context;
  const deadline = () => host.now() + options.timeoutMs;
  const { only, named = false } = options;
  await checkSizes(context, only !== undefined);
  let now = await compare(context, only);
  await checkRunningGone(context, now.wanted.filter(({ name }) => now.running.has(name)));
  if (now.missing.length > 0 || now.changed.length > 0) {
    await prepare(context, now);
    if (await resizeEnsemble(context, deadline())) now = await compare(context, only);
  }
  const { running, wanted, missing, changed, surplus } = now;
  await prepareFiles(host, dir, rendered);
  await markEnsemble(host, dir, { members: stack.zookeepers.map(({ id }) => id) });
  for (const { name } of surplus) report(name, "stops: the stack's description has it no more");
  await stopInOrder(context, surplus);

  const up = stack.brokers.filter(({ name }) =>
    running.has(name) || wanted.some((service) => service.name === name)
  );
  const brokers = { ids: up.map(({ id }) => id), all: up.length === stack.brokers.length };
  const watched = wanted.filter((service) => !needsBrokers(service));
  const ready = async (deadline: number, meanwhile = () => Promise.resolve()) => {
    const waited = { host, engine, services: watched, report, deadline, meanwhile };
    if (up.length > 0) return await waitUntilReady({ ...waited, prove: options.prove(brokers) });
    // ZooKeepers alone are no cluster that could be proven.
    await waitForChecks(context, watched, deadline);
    await meanwhile();
  };
  const ensembleChanges = changed.some(({ roles }) => roles.includes("zookeeper"));
  // Brokers are restarted one after another, so that each partition keeps a leader. With another
  // ensemble they cannot go on anyway.
  const stale = changed.filter((service) => ensembleChanges || needsBrokers(service));
  const inTurn = changed.filter((service) => !stale.includes(service));
  if (stale.length > 0) {
    report(undefined, `restarts ${stale.map(({ name }) => name).join(", ")}: settings changed`);
    await stopInOrder(context, stale.map(({ name }) => running.get(name)!));
  }
  const starting = { deadline: deadline(), named, note: () => note(context) };
  const together = [...missing, ...stale];
  await startAll(context, together.filter((service) => !needsBrokers(service)), starting);
  const others = () =>
    startOthers(
      context,
      together.filter(needsBrokers),
      wanted.filter(needsBrokers),
      starting.deadline,
    );
  let cluster: Proven | undefined;
  if (watched.length > 0) cluster = await ready(starting.deadline, others);
  else await others();
  for (const service of inTurn) {
    report(service.name, "restarts: its settings changed");
    await stopInOrder(context, [running.get(service.name)!]);
    const again = { ...starting, deadline: deadline() };
    await startAll(context, [service], again);
    cluster = await ready(again.deadline);
  }
  await note(context, {
    ...(cluster ? { clusterId: cluster.clusterId } : {}),
    ...(cluster && brokers.all ? { members: await membersOf(context) } : {}),
  });
  const touched = [...together, ...inTurn];
  return {
    started: touched.map(({ name }) => name),
    kept: wanted.filter((p) => !touched.includes(p)).map(({ name }) => name),
    cluster,
  };
}

/** Finds what stands in the way of a start, and writes down the flags that were given. */
async function prepare(
  context: Context,
  { missing, changed }: Awaited<ReturnType<typeof compare>>,
) {
  const { host, dir, stack, rendered, engine, record } = context;
  await host.makeDirectory(dir);
  await checkDisk(host, dir);
  await checkWritable(host, dir, rendered.directories);
  await checkFiles(host, dir, rendered.artifacts);
  const ensemble = (await findEnsemble(host, dir))?.members;
  await checkData(host, dir, stack, { clusterId: record?.clusterId, ensemble });
  await checkPorts(host, missing);
  await context.fetchFiles();
  await engine.prepare([...missing, ...changed]);
  // Before anything else: whatever interrupts this, the next task knows the flags that were given.
  await note(context);
}

/**
 * Starts what needs brokers that are ready: on two cores it would slow their start. Waits until all
 * of it does its work.
 */
async function startOthers(
  context: Context,
  missing: readonly Service[],
  wanted: readonly Service[],
  deadline: number,
) {
  if (missing.length > 0) {
    await context.engine.start(missing);
    await note(context);
  }
  if (wanted.length > 0) await waitForChecks(context, wanted, deadline);
}

/** Writes down what runs now, how it is described, and what was proven. */
export async function note(
  context: Context,
  proven: { readonly clusterId?: string; readonly members?: Members } = {},
): Promise<void> {
  const { host, dir, spec, stack, rendered, engine, record, overrides } = context;
  const running = await engine.observe();
  const services = rendered.services.flatMap(({ name }) => running.get(name) ?? []);
  const id = proven.clusterId ?? record?.clusterId;
  const members = proven.members ?? record?.members;
  await writeRecord(host, dir, {
    name: stack.name,
    engine: engine.name,
    mode: stack.mode,
    kafkaVersion: stack.kafkaVersion,
    ...(id === undefined ? {} : { clusterId: id }),
    bootstrapServers: bootstrapServers(stack),
    zookeeperConnect: zookeeperConnect(stack),
    spec,
    overrides,
    ...(members === undefined ? {} : { members }),
    services: recorded(context, services),
  });
}

/** Writes down which services still run. How they are described is what it was at the last `up`. */
export async function noteStopped(context: Context): Promise<void> {
  const { host, dir, engine, record } = context;
  if (!record) return;
  const running = [...(await engine.observe()).values()];
  await writeRecord(host, dir, { ...record, services: recorded(context, running) });
}

function recorded({ host, record }: Context, running: readonly RunningService[]) {
  const now = new Date(host.now()).toISOString();
  return Object.fromEntries(
    running.map(({ name, pid, startTime, since = now }): [string, RecordedService] => {
      const old = record?.services[name];
      const same = old?.pid === pid && old.startTime === startTime;
      return [name, same ? old : { pid, startTime, since }];
    }),
  );
}
