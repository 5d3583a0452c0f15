// Brings a stack, or some of its services, from what runs now to what the spec says.
import {
  type Fingerprinted,
  type Jvm,
  jvmsOf,
  type Process,
  type Rendered,
} from "../render/mod.ts";
import { bootstrapServers, Failure, type Stack, zookeeperConnect } from "../spec/mod.ts";
import { checkData } from "./data.ts";
import type { Engine, Report, RunningService } from "./engine.ts";
import { prepareFiles } from "./files.ts";
import type { Host } from "./host.ts";
import { checkFiles } from "./ownership.ts";
import { checkDisk, checkPorts, checkWritable } from "./preflight.ts";
import { type Prove, type Proven, registeredBrokers, waitUntilReady } from "./readiness.ts";
import { type Overrides, type RecordedService, type StackRecord, writeRecord } from "./record.ts";

/** A stack on this machine, and all that works on it. */
export interface Context {
  readonly host: Host;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  readonly stack: Stack;
  readonly rendered: Rendered;
  readonly engine: Engine;
  /** What the last `up` wrote down. */
  readonly record: StackRecord | undefined;
  readonly overrides: Overrides;
  readonly report: Report;
  /** Puts the files in place that are fetched or made once instead of rendered. */
  readonly fetchFiles: () => Promise<void>;
}

/** How to bring up. */
export interface UpOptions {
  /** Milliseconds that all of it may take. */
  readonly timeoutMs: number;
  /** Makes the proof for a cluster whose brokers with these ids should run. */
  readonly prove: (brokerIds: readonly number[]) => Prove;
  /** Only these services; default: all, and what the spec has no more is stopped. */
  readonly only?: readonly string[];
}

/** What {@linkcode bringUp} did. */
export interface UpResult {
  readonly started: readonly string[];
  readonly kept: readonly string[];
  /** The cluster that was proven; none: only what watches it was started. */
  readonly cluster: Proven | undefined;
}

/**
 * Starts what does not run, restarts what runs with other settings, and returns when the cluster is
 * proven. Nothing that is right is touched, so that it can be run again at any time.
 *
 * @throws {Failure} Something stands in the way, or was not ready in time.
 */
export async function bringUp(context: Context, options: UpOptions): Promise<UpResult> {
  const { host, dir, engine, stack, rendered, record, report } = context;
  const deadline = host.now() + options.timeoutMs;
  const running = await engine.observe();
  const { only } = options;
  const wanted = rendered.processes.filter(({ name }) => !only || only.includes(name));
  const missing = wanted.filter(({ name }) => !running.has(name));
  const changed = wanted.filter(({ name, fingerprint }) =>
    running.has(name) && running.get(name)!.fingerprint !== fingerprint
  );
  const surplus = only
    ? []
    : [...running.values()].filter(({ name }) =>
      !rendered.processes.some((process) => process.name === name)
    );

  if (missing.length > 0 || changed.length > 0) {
    await host.makeDirectory(dir);
    await checkDisk(host, dir);
    await checkWritable(host, dir, rendered.directories);
    await checkFiles(host, dir, rendered.artifacts);
    await checkData(host, dir, stack, record?.clusterId);
    await checkPorts(host, missing);
    await context.fetchFiles();
    await engine.prepare([...missing, ...changed]);
    // Before anything else: whatever interrupts this, the next task knows the flags that were given.
    await note(context);
  }
  await prepareFiles(host, dir, rendered);
  for (const { name } of surplus) report(name, "stops: the stack's description has it no more");
  await stopInOrder(context, surplus);

  const brokersUp = () =>
    stack.brokers.filter(({ name }) => running.has(name) || wanted.some((p) => p.name === name))
      .map(({ id }) => id);
  const watched = wanted.filter(({ kind }) => kind !== "monitor");
  const ready = () =>
    waitUntilReady({
      host,
      engine,
      processes: watched,
      report,
      deadline,
      prove: options.prove(brokersUp()),
    });
  const ensembleChanges = changed.some(({ kind }) => kind === "zookeeper");
  // Brokers are restarted one after another, so that each partition keeps a leader. With another
  // ensemble they cannot go on anyway.
  const isMonitor = ({ kind }: Process) => kind === "monitor";
  const stale = changed.filter((process) => ensembleChanges || isMonitor(process));
  const inTurn = changed.filter((process) => !stale.includes(process));
  if (stale.length > 0) {
    report(undefined, `restarts ${stale.map(({ name }) => name).join(", ")}: settings changed`);
    await stopInOrder(context, stale.map(({ name }) => running.get(name)!));
  }
  const together = [...missing, ...stale];
  await startAll(context, together.filter((process) => !isMonitor(process)), deadline);
  let cluster = watched.length > 0 ? await ready() : undefined;
  for (const process of inTurn) {
    report(process.name, "restarts: its settings changed");
    await stopInOrder(context, [running.get(process.name)!]);
    await startAll(context, [process], deadline);
    cluster = await ready();
  }
  await startMonitors(context, together.filter(isMonitor), wanted.filter(isMonitor), deadline);
  await note(context, cluster?.clusterId);
  const touched = [...together, ...inTurn];
  return {
    started: touched.map(({ name }) => name),
    kept: wanted.filter((p) => !touched.includes(p)).map(({ name }) => name),
    cluster,
  };
}

/**
 * Starts the ensemble, and the brokers as soon as it listens: a broker that finds nobody there
 * waits up to a second before it asks again. Each kind starts all at once, but for brokers that
 * ZooKeeper still believes alive.
 */
async function startAll(context: Context, processes: readonly Fingerprinted[], deadline: number) {
  const { dir, host, engine, rendered } = context;
  const ensemble = jvmsOf(processes, "zookeeper");
  const brokers = jvmsOf(processes, "broker");
  if (ensemble.length > 0) {
    await engine.start(ensemble);
    await note(context);
    if (brokers.length > 0) await waitForChecks(context, ensemble.map(listening), deadline);
  }
  const killed: typeof brokers = [];
  for (const broker of brokers) {
    if (await wasKilled(host, `${dir}/${broker.directories.data}`)) killed.push(broker);
  }
  const others = processes.filter(({ kind }) => kind === "client");
  const stopped = [...brokers.filter((broker) => !killed.includes(broker)), ...others];
  if (stopped.length > 0) {
    await engine.start(stopped);
    await note(context);
  }
  if (killed.length > 0) {
    const all = jvmsOf(rendered.processes, "zookeeper");
    await waitForExpiry(context, all, killed, deadline);
    await engine.start(killed);
    await note(context);
  }
}

/**
 * Starts what watches the cluster, once that is ready: on two cores it would slow its start. Waits
 * until all that should watch answers.
 */
async function startMonitors(
  context: Context,
  missing: readonly Fingerprinted[],
  wanted: readonly Fingerprinted[],
  deadline: number,
) {
  if (missing.length > 0) {
    await context.engine.start(missing);
    await note(context);
  }
  if (wanted.length > 0) await waitForChecks(context, wanted, deadline);
}

/** Waits until the processes answer their checks. */
async function waitForChecks(context: Context, processes: readonly Process[], deadline: number) {
  const { host, engine, report } = context;
  const prove = () => Promise.resolve({ clusterId: "", controllerId: -1 });
  await waitUntilReady({ host, engine, processes, report, deadline, prove });
}

/** The same process, ready as soon as it accepts connections. */
function listening(process: Jvm): Jvm {
  return { ...process, check: { kind: "zookeeper-listens", address: process.check.address } };
}

/** Whether the last run of a broker did not close its logs: it left no mark of a clean shutdown. */
async function wasKilled(host: Host, data: string): Promise<boolean> {
  const names = await host.list(data);
  return names.includes("meta.properties") && !names.includes(".kafka_cleanshutdown");
}

/**
 * A killed broker stays registered until its ZooKeeper session expires; one that starts before
 * ends with "node already exists".
 */
async function waitForExpiry(
  context: Context,
  ensemble: readonly Jvm[],
  killed: readonly Jvm[],
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
      ids.has(id) && killed.some((process) => process.name === name)
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
 * Stops services: what watches first, then the brokers, for their clean shutdown needs the ensemble.
 */
export async function stopInOrder(
  { engine, rendered }: Context,
  services: readonly RunningService[],
): Promise<void> {
  const graceMs = (name: string) =>
    rendered.processes.find((process) => process.name === name)?.stopGraceMs ?? 30_000;
  for (const kinds of [["monitor", "client"], ["broker"], ["zookeeper"]]) {
    const some = services.filter(({ kind }) => kinds.includes(kind));
    if (some.length > 0) await engine.stop(some, graceMs);
  }
}

/** Writes down what runs now. */
export async function note(context: Context, clusterId?: string): Promise<void> {
  const { host, dir, stack, rendered, engine, record, overrides } = context;
  const running = await engine.observe();
  const since = new Date(host.now()).toISOString();
  const services: Record<string, RecordedService> = {};
  for (const process of rendered.processes) {
    const now = running.get(process.name);
    if (!now) continue;
    const { kind, pid, startTime } = now;
    const old = record?.services[process.name];
    const same = old?.pid === pid && old.startTime === startTime;
    services[process.name] = same ? old : { kind, pid, startTime, since: now.since ?? since };
  }
  const id = clusterId ?? record?.clusterId;
  await writeRecord(host, dir, {
    name: stack.name,
    engine: engine.name,
    mode: stack.mode,
    kafkaVersion: stack.kafkaVersion,
    ...(id === undefined ? {} : { clusterId: id }),
    bootstrapServers: bootstrapServers(stack),
    zookeeperConnect: zookeeperConnect(stack),
    overrides,
    services,
  });
}
