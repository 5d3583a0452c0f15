// A stack with all that works on it: resolved, rendered, with its engine.
import { UsageError } from "../clients/cli/flags.ts";
import { didYouMean } from "../clients/kafka/errors/nearest.ts";
import { type Connection, parseConnection } from "../clients/kafka/connection/connection.ts";
import { proveReady } from "../clients/kafka/proof/prove_ready.ts";
import { withCluster } from "../clients/kafka/cluster/cluster.ts";
import { matchVoters } from "../clients/kafka/quorum/match_voters.ts";
import { findPartitions } from "../clients/kafka/connection/zookeeper.ts";
import { findArchives } from "../infra/engine/native/cds.ts";
import { chooseEngine, type Purpose } from "../infra/engine/choose.ts";
import { buildClientImage } from "../infra/engine/docker/client_image.ts";
import { denoHost } from "../infra/engine/host/deno_host.ts";
import type { Host } from "../infra/engine/host/host.ts";
import { placeExporter } from "../infra/engine/distribution/exporter.ts";
import { cacheDir, findDistribution } from "../infra/engine/distribution/mod.ts";
import { needDocker } from "../infra/engine/docker/docker_probe.ts";
import type { KafkaJava, Report } from "../infra/engine/engine.ts";
import { findJava, type Java } from "../infra/engine/native/java.ts";
import { type KeptStorage, storageOf } from "../infra/engine/data/storage.ts";
import { checkExecutable } from "../infra/engine/native/noexec.ts";
import type { Prove } from "../infra/engine/readiness.ts";
import type { Overrides, StackRecord } from "../infra/engine/record.ts";
import type { Context } from "../infra/engine/context.ts";
import type { ProvenNodes } from "../infra/engine/plan/plan.ts";
import type { MissingProgram } from "../infra/engine/monitoring/programs.ts";
import { ensurePassword } from "../infra/engine/secrets.ts";
import { ownershipOf } from "../infra/engine/ownership.ts";
import { hostPort, render } from "../infra/render/mod.ts";
import {
  bootstrapServers,
  defineStack,
  Failure,
  nodesOf,
  type Stack,
  type StackSpec,
  votersOf,
} from "../infra/spec/mod.ts";
import { checkDirectory, checkPlaces, tellDropped } from "./_caller.ts";
import { openMonitoring } from "./_monitoring.ts";
import { fault, openValid, spec, withOverrides } from "./_spec.ts";
import { ROOT, stackDir, stackRecord } from "./_stack.ts";
import { progressBar, reporter } from "./_terminal.ts";

/** How a task opens a stack. */
export interface OpenOptions {
  /** Default: one that nothing interrupts. */
  readonly host?: Host;
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
  /** What is wrong with infra/stack.ts, where the stack is described by what its last `up` was given. */
  readonly invalid?: Failure;
}

/**
 * Resolves the stack in the directory that the flags name: the spec, then the flags that its last
 * `up` was given, then those given now. A task that only looks, or stops what runs, needs no valid
 * spec: the one of the last `up` is in the record.
 *
 * @throws {InvalidSpec} The spec has problems, and services are to start or files to be written.
 * @throws {Failure} The engine that is asked for cannot be used, or the directory that the task would
 * write to holds files and no stack.
 */
export async function openStack(
  flags: { readonly dir: string | undefined },
  options: OpenOptions = {},
): Promise<OpenStack> {
  const { host = denoHost, purpose = "look" } = options;
  if (purpose !== "look" && fault) throw fault;
  const dir = await stackDir(flags);
  // A stack that is there from before can be looked at and stopped.
  if (purpose !== "look") {
    checkDirectory(dir);
    await ownershipOf(host, dir);
  }
  const record = await stackRecord(dir);
  const open = (spec: StackSpec) => openSpec(spec, dir, record, options);
  return purpose === "look" ? await openValid(record, open) : await open(spec);
}

async function openSpec(
  spec: StackSpec,
  dir: string,
  record: StackRecord | undefined,
  { host = denoHost, given = {}, engine: asked, purpose = "look" }: OpenOptions,
): Promise<OpenStack> {
  const { engine: remembered, ...others } = { ...record?.overrides, ...given };
  const engineFlag = asked ?? remembered ?? "auto";
  const overrides: Overrides = {
    ...others,
    ...(engineFlag === "auto" ? {} : { engine: engineFlag }),
  };
  const chosen = withOverrides(spec, overrides);
  const define = (zookeepers = chosen.zookeepers) =>
    defineStack({ ...chosen, dir, ...(zookeepers === undefined ? {} : { zookeepers }) });
  const stack = define();
  const heapMiB = nodesOf(stack).reduce((sum, node) => sum + node.heapMiB, 0);
  const { runtime, why, running } = await chooseEngine({
    host,
    dir,
    record,
    asked,
    purpose,
    heapMiB,
  });
  const target = await runtime.target(host, stack, ROOT);
  if (purpose !== "look" && !target.programs) checkPlaces();
  const [monitoring, java] = await Promise.all([
    stack.monitoring ? openMonitoring(target, ROOT) : undefined,
    // Where there is none, who needs it says so.
    purpose === "start" ? runtime.findJava?.(host).catch(() => undefined) : undefined,
  ]);
  const jvm = java && `${java.build} ${host.env("KAFKA_HOME") ?? ""}`;
  const storage = stack.mode === "zookeeper"
    ? undefined
    : await storageOf(host, dir, stack, running);
  const options = { dir, target, monitoring, java: jvm, storage };
  const kraft = storage && {
    storage,
    renderWith: (storage: KeptStorage) => render(stack, { ...options, storage }),
    changeVoters: (voters: ReadonlyMap<number, string>, changed: (line: string) => void) =>
      matchVoters(parseConnection(bootstrapServers(stack)), voters, changed),
  };
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
  const opened = {
    ...{ host, dir, spec, stack, record, overrides, rendered, report, fetchFiles, why },
    missing: monitoring?.missing ?? [],
    newPassword: () => password,
    partitions: kraft ? brokersPartitions : findPartitions,
    kraft,
  };
  const engine = runtime.open({
    ...{ host, dir, stack, heapMiB, report },
    deno: { command: Deno.execPath(), root: ROOT },
    java: () => findKafkaJava(host, stack, report, java),
  });
  const withEnsemble = (count: number): Promise<Context> => {
    const each = Object.entries(spec.zookeepers?.each ?? {}).filter(([id]) => Number(id) <= count);
    const other = define({ ...spec.zookeepers, count, each: Object.fromEntries(each) });
    const rendered = render(other, options);
    return Promise.resolve({ ...opened, engine, withEnsemble, stack: other, rendered });
  };
  return { ...opened, engine, withEnsemble };
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
  { host = denoHost, java: known }: { readonly host?: Host; readonly java?: Java } = {},
): Promise<{ java: Java; libs: string }> {
  checkPlaces();
  const [java, { libs }] = await Promise.all([
    known ?? findJava(host),
    findDistribution(host, stack, {
      progress: progressBar(report),
      say: (line) => report(undefined, line),
    }),
  ]);
  return { java, libs };
}

async function findKafkaJava(
  host: Host,
  stack: Stack,
  report: Report,
  found?: Java,
): Promise<KafkaJava> {
  await tellDropped(report, "services");
  await checkExecutable(host, stack.dir).catch(({ message }: Failure) =>
    report(undefined, `warning: ${message}`)
  );
  const options = { host, ...(found ? { java: found } : {}) };
  const { java, libs } = await findKafka(stack, report, options);
  const proveAt = (servers: string) =>
    prover(parseConnection(servers))({ ids: [1], controllers: [], all: true });
  const archive = await findArchives({
    host,
    java,
    libs,
    cache: cacheDir(host),
    report,
    proveAt,
    stack,
  });
  return { command: java.command, libs, archive };
}

/** The proof that the cluster of `stack` works. */
export function prove(stack: Stack): (nodes: ProvenNodes) => Prove {
  // Nodes that are stopped on purpose are not asked.
  return (nodes) => {
    const brokers = stack.brokers.filter(({ id }) => nodes.ids.includes(id));
    const controllers = votersOf(stack).filter(({ nodeId }) => nodes.controllers.includes(nodeId))
      .map(({ controllerPort: port }) => hostPort({ host: stack.advertisedHost, port }));
    return prover(
      parseConnection(bootstrapServers({ ...stack, brokers })),
      controllers.length > 0 ? parseConnection(controllers.join()) : undefined,
    )(nodes);
  };
}

function prover(connection: Connection, controllers?: Connection) {
  return ({ ids, controllers: controllerIds, all }: ProvenNodes): Prove => ({ onWait, signal }) =>
    proveReady({
      ...{ connection, onWait, signal, brokerIds: ids, allBrokers: all },
      ...(controllers ? { controllers, controllerIds } : {}),
    });
}

/** All partitions of the cluster, by what a broker says. */
async function brokersPartitions(brokers: string) {
  const { topics } = await withCluster(
    parseConnection(brokers),
    (cluster) => cluster.metadata(),
    { timeout: 10_000 },
  );
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, replicas, isr }) => ({ topic, partition, replicas, isr }))
  );
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
