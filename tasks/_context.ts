// A stack with all that works on it: resolved, rendered, with its engine.
import { UsageError } from "../clients/cli/flags.ts";
import { didYouMean } from "../clients/kafka/errors/nearest.ts";
import { say } from "../clients/cli/main.ts";
import { type Connection, parseConnection } from "../clients/kafka/connection/connection.ts";
import { proveReady } from "../clients/kafka/proof/prove_ready.ts";
import { findPartitions } from "../clients/kafka/connection/zookeeper.ts";
import { findArchives } from "../infra/engine/cds.ts";
import { chooseEngine, type Purpose } from "../infra/engine/choose.ts";
import { buildClientImage } from "../infra/engine/client_image.ts";
import { denoHost } from "../infra/engine/deno_host.ts";
import { CannotWrite, type Lock } from "../infra/engine/host.ts";
import { placeExporter } from "../infra/engine/distribution/exporter.ts";
import { cacheDir, findDistribution } from "../infra/engine/distribution/mod.ts";
import { needDocker } from "../infra/engine/docker_probe.ts";
import type { KafkaJava, Report } from "../infra/engine/engine.ts";
import { findJava, type Java } from "../infra/engine/java.ts";
import { checkExecutable } from "../infra/engine/noexec.ts";
import type { Prove } from "../infra/engine/readiness.ts";
import type { Overrides } from "../infra/engine/record.ts";
import type { Context, ProvenBrokers } from "../infra/engine/up.ts";
import type { MissingProgram } from "../infra/engine/programs.ts";
import { ensurePassword } from "../infra/engine/secrets.ts";
import { claimDirectory, LOCK_FILE, ownershipOf } from "../infra/engine/ownership.ts";
import { render } from "../infra/render/mod.ts";
import { bootstrapServers, defineStack, Failure, nodesOf, type Stack } from "../infra/spec/mod.ts";
import { spec } from "../infra/stack.ts";
import { checkDirectory, checkPlaces, tellDropped } from "./_caller.ts";
import { openMonitoring } from "./_monitoring.ts";
import { ROOT, stackDir, stackRecord } from "./_stack.ts";
import { progressBar, reporter } from "./_terminal.ts";

/** How a task opens a stack. */
export interface OpenOptions {
  /** Flags of `up` that are given now. */
  readonly given?: Overrides;
  /** `--engine` of this task; `auto` forgets what an earlier `up` was given. */
  readonly engine?: string;
  /** What the task does; default: it looks. */
  readonly purpose?: Purpose;
}

/** A stack with what a task may tell about it. */
export interface OpenStack extends Context {
  /** The reason for its engine. */
  readonly why: string;
  /** Programs that would watch it, were they here. */
  readonly missing: readonly MissingProgram[];
  /** The password of Grafana's administrator, where this task has made it. */
  readonly newPassword: () => string | undefined;
}

/**
 * Resolves the stack in the directory that the flags name: the spec, then the flags that its last
 * `up` was given, then those given now.
 *
 * @throws {InvalidSpec} The spec has problems.
 * @throws {Failure} The engine that is asked for cannot be used, or the directory that the task would
 * write to holds files and no stack.
 */
export async function openStack(
  flags: { readonly dir: string | undefined },
  { given = {}, engine: asked, purpose = "look" }: OpenOptions = {},
): Promise<OpenStack> {
  const host = denoHost;
  const dir = await stackDir(flags);
  // A stack that is there from before can be looked at and stopped.
  if (purpose !== "look") {
    checkDirectory(dir);
    await ownershipOf(host, dir);
  }
  const record = await stackRecord(dir);
  const { engine: remembered, ...others } = { ...record?.overrides, ...given };
  const engineFlag = asked ?? remembered ?? "auto";
  const overrides: Overrides = {
    ...others,
    ...(engineFlag === "auto" ? {} : { engine: engineFlag }),
  };
  const { mode, brokers, portOffset, monitoring: watched } = overrides;
  const define = (zookeepers = spec.zookeepers) =>
    defineStack({
      ...spec,
      dir,
      ...(zookeepers === undefined ? {} : { zookeepers }),
      ...(mode === undefined ? {} : { mode }),
      ...(portOffset === undefined ? {} : { portOffset }),
      brokers: over(spec.brokers, brokers === undefined ? {} : { count: brokers }),
      monitoring: over(spec.monitoring, watched === false ? { enabled: false } : {}),
    });
  const stack = define();
  const heapMiB = nodesOf(stack).reduce((sum, node) => sum + node.heapMiB, 0);
  const { runtime, why } = await chooseEngine({ host, dir, record, asked, purpose, heapMiB });
  const target = await runtime.target(host, stack, ROOT);
  if (purpose !== "look" && !target.programs) checkPlaces();
  const [monitoring, java] = await Promise.all([
    stack.monitoring ? openMonitoring(target, ROOT) : undefined,
    // Where there is none, who needs it says so.
    purpose === "start" ? runtime.findJava?.(host).catch(() => undefined) : undefined,
  ]);
  const jvm = java && `${java.build} ${host.env("KAFKA_HOME") ?? ""}`;
  const options = { dir, target, monitoring, java: jvm };
  const rendered = render(stack, options);
  const names = rendered.services.map(({ name }) => name);
  const report = reporter(Math.max(...names.map((name) => name.length)));
  let password: string | undefined;
  const fetchFiles = async () => {
    // Needs no network.
    for (const path of rendered.services.flatMap(({ passwordFiles }) => passwordFiles)) {
      const made = await ensurePassword(host, `${dir}/${path}`);
      password ??= made;
    }
    if (monitoring) {
      await placeExporter(host, { dir, cache: cacheDir(host), progress: progressBar(report) });
    }
  };
  const common = {
    ...{ host, dir, stack, record, overrides, rendered, report, fetchFiles, why },
    missing: monitoring?.missing ?? [],
    newPassword: () => password,
    partitions: findPartitions,
  };
  const engine = runtime.open({
    ...{ host, dir, stack, heapMiB, report },
    deno: { command: Deno.execPath(), root: ROOT },
    java: () => findKafkaJava(stack, report, java),
  });
  const withEnsemble = (count: number): Promise<Context> => {
    const each = Object.entries(spec.zookeepers?.each ?? {}).filter(([id]) => Number(id) <= count);
    const other = define({ ...spec.zookeepers, count, each: Object.fromEntries(each) });
    const rendered = render(other, options);
    return Promise.resolve({ ...common, engine, withEnsemble, stack: other, rendered });
  };
  return { ...common, engine, withEnsemble };
}

/** Settings with others over them; what is no group of settings stays, to be refused. */
function over<T extends object>(settings: T | undefined, others: Partial<T>): T {
  return typeof (settings ?? {}) === "object" ? { ...settings as T, ...others } : settings!;
}

/** `--engine` as {@linkcode OpenOptions}. */
export function engineOf({ engine }: { readonly engine: string | undefined }): OpenOptions {
  return engine === undefined ? {} : { engine };
}

/** Builds the client's image, whether it is there or not; resolves to its name. */
export async function buildClient({ dir }: { readonly dir: string | undefined }): Promise<string> {
  const stack = defineStack({ ...spec, dir: await stackDir({ dir }) });
  await needDocker(denoHost, 0);
  return await buildClientImage(denoHost, stack, ROOT, reporter(0));
}

/** Java and Kafka's jars; fetches what is not there. */
export async function findKafka(
  stack: Stack,
  report: Report,
  known?: Java,
): Promise<{ java: Java; libs: string }> {
  checkPlaces();
  const [java, { libs }] = await Promise.all([
    known ?? findJava(denoHost),
    findDistribution(denoHost, stack.kafkaVersion, {
      progress: progressBar(report),
      say: (line) => report(undefined, line),
    }),
  ]);
  return { java, libs };
}

async function findKafkaJava(stack: Stack, report: Report, known?: Java): Promise<KafkaJava> {
  const host = denoHost;
  await tellDropped(report, "services");
  await checkExecutable(host, stack.dir).catch(({ message }: Failure) =>
    report(undefined, `warning: ${message}`)
  );
  const { java, libs } = await findKafka(stack, report, known);
  const proveAt = (servers: string) => prover(parseConnection(servers))({ ids: [1], all: true });
  const archive = await findArchives({ host, java, libs, cache: cacheDir(host), report, proveAt });
  return { command: java.command, libs, archive };
}

/** The proof that the cluster of `stack` works. */
export function prove(stack: Stack): (brokers: ProvenBrokers) => Prove {
  // Brokers that are stopped on purpose are not asked.
  return ({ ids, all }) => {
    const brokers = stack.brokers.filter(({ id }) => ids.includes(id));
    return prover(parseConnection(bootstrapServers({ ...stack, brokers })))({ ids, all });
  };
}

function prover(connection: Connection) {
  return ({ ids, all }: ProvenBrokers): Prove => ({ onWait, signal }) =>
    proveReady({
      connection,
      brokerIds: ids,
      allBrokers: all,
      onWait,
      signal,
    });
}

/**
 * Runs `work`, which writes to the stack's directory, while no other task changes the same stack. The
 * directory is marked as ours before anything is written to it.
 *
 * @throws {Failure} Another task does: which. Or the directory holds files and no stack.
 */
export async function withLock<T>(dir: string, task: string, work: () => Promise<T>): Promise<T> {
  await claimDirectory(denoHost, dir);
  const lock = await takeLock(dir, task);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/**
 * The same for work that stops services: on a full or read-only disk, or where the directory is gone
 * or became somebody else's, services can be stopped all the same.
 */
export async function withLockIfWritable<T>(
  dir: string,
  task: string,
  work: () => Promise<T>,
): Promise<T> {
  const whose = await ownershipOf(denoHost, dir).catch(() => "another's");
  if (whose !== "ours") return await work();
  const lock = await ifWritable(() => takeLock(dir, task));
  try {
    return await work();
  } finally {
    lock?.release();
  }
}

/** Does what nothing depends on; where the disk refuses it, that is said. */
export async function ifWritable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CannotWrite)) throw error;
    say(`Warning: ${error.message}`);
  }
}

async function takeLock(dir: string, task: string): Promise<Lock> {
  const path = `${dir}/${LOCK_FILE}`;
  const lock = await denoHost.lock(path, `deno task ${task} (process ${Deno.pid})`);
  if (typeof lock !== "string") return lock;
  throw new Failure(`Cannot ${task}: ${lock} is at work on the stack in ${dir}`, {
    hint: "Wait until it has ended, then try again.",
  });
}

/**
 * Checks names of services.
 *
 * @throws {UsageError} One is not in the stack: the nearest is named.
 */
export function checkServices({ rendered }: Context, names: readonly string[]): void {
  const known = rendered.services.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(`There is no service ${unknown}`, didYouMean(unknown, known));
}
