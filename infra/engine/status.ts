// How each service is, in a form for people and for programs.
import { hostPort, type Role, type Service } from "../render/mod.ts";
import { bootstrapServers, Failure, votersOf } from "../spec/mod.ts";
import type { Running } from "./engine.ts";
import type { Host } from "./host/host.ts";
import { monitoringQuestions } from "./monitoring/monitoring.ts";
import { ask } from "./readiness.ts";
import type { Context } from "./context.ts";

/** What the brokers say of the cluster; given by who can ask them. */
export interface ClusterView {
  readonly clusterId: string;
  readonly controllerId: number | undefined;
  /** Ids of the brokers that are registered. */
  readonly brokers: readonly number[];
  /** Partitions without a leader. */
  readonly offline: number;
  /** Partitions whose ISR lacks a replica. */
  readonly underReplicated: number;
  /** Topics that exist and could not be described, each with the reason. */
  readonly untold: readonly { readonly topic: string; readonly reason: string }[];
  /** `host:port` of brokers that do not answer, each with the reason. */
  readonly silent: readonly { readonly address: string; readonly reason: string }[];
}

/** One service. */
export interface ServiceStatus {
  readonly name: string;
  /** The first of its roles. */
  readonly kind: Role | undefined;
  readonly state: "running" | "stopped";
  /** What it does, e.g. `leader`, or what is wrong with it. */
  readonly health: string;
  readonly healthy: boolean;
  /** `host:port` for clients on the host; empty: none. */
  readonly address: string;
  readonly pid?: number;
  /** Resident memory in bytes. */
  readonly memoryBytes?: number;
  /** When it was started, ISO 8601, UTC. */
  readonly since?: string;
  /** What its container's health check says: `starting`, `healthy` or `unhealthy`. */
  readonly container?: string;
}

/** A stack. */
export interface StackStatus {
  readonly name: string;
  readonly dir: string;
  readonly engine: string;
  /** Its services are containers. */
  readonly inContainers: boolean;
  readonly mode: string;
  readonly kafkaVersion: string;
  readonly clusterId?: string;
  readonly bootstrapServers: string;
  /** Nothing is wrong. */
  readonly healthy: boolean;
  /** What is wrong, in words. */
  readonly problems: readonly string[];
  readonly services: readonly ServiceStatus[];
}

/**
 * Looks at every service and asks the cluster.
 *
 * @param running What was seen a moment ago.
 * @param view Asks the brokers; rejects when none answers.
 */
export async function stackStatus(
  context: Context,
  running: Running,
  view: (bootstrapServers: string) => Promise<ClusterView>,
): Promise<StackStatus> {
  const { stack, rendered, engine, host, record, dir } = context;
  const brokers = stack.brokers.filter(({ name }) => running.has(name));
  const servers = bootstrapServers({ ...stack, brokers });
  const unasked: unknown = new Error("no broker runs");
  const unknown = [...running.values()].filter((service) => service.memoryBytes === undefined);
  const [memory, monitoring, seen, cluster] = await Promise.all([
    unknown.length > 0 ? engine.memory?.(unknown) : undefined,
    monitoringProblems(context, running),
    Promise.all(rendered.services.map((service) => look(host, service))),
    servers === "" ? unasked : view(servers).catch((error: unknown) => error),
  ]);
  const known = cluster instanceof Error ? undefined : cluster as ClusterView;

  const services = rendered.services.map((service, index): ServiceStatus => {
    const { name, roles: [kind], address } = service;
    const now = running.get(name);
    const base = { name, kind, address: address ? hostPort(address) : "" };
    if (!now) return { ...base, state: "stopped", healthy: false, health: "not running" };
    const { ready, text } = seen[index]!;
    const id = stack.brokers.find((broker) => broker.name === name)?.id;
    const [healthy, health] = !ready
      ? [false, text]
      : now.container?.health === "unhealthy"
      ? [false, "its container's health check fails"]
      : id === undefined
      ? [true, text.replace(/ on .*/, "")]
      : brokerHealth(id, base.address, known);
    const since = record?.services[name];
    const memoryBytes = now.memoryBytes ?? memory?.get(name);
    return {
      ...base,
      state: "running",
      healthy,
      health,
      pid: now.pid,
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(now.since ? { since: now.since } : since?.pid === now.pid ? { since: since.since } : {}),
      ...(now.container?.health === undefined ? {} : { container: now.container.health }),
    };
  });
  const problems = [
    ...services.filter(({ healthy }) => !healthy).map(({ name, health }) => `${name}: ${health}`),
    ...clusterProblems(known, cluster, lostQuorum(context, running)),
    ...monitoring,
  ];
  return {
    name: stack.name,
    dir,
    engine: engine.name,
    inContainers: rendered.services.some(({ container }) => container !== undefined),
    mode: stack.mode,
    kafkaVersion: stack.kafkaVersion,
    ...(known ? { clusterId: known.clusterId } : {}),
    bootstrapServers: bootstrapServers(stack),
    healthy: problems.length === 0,
    problems,
    services,
  };
}

/** One look at a service; one that answers nothing is well as long as it runs. */
function look(host: Host, { ready }: Service): ReturnType<typeof ask> {
  if (ready) return ask(host, ready);
  return Promise.resolve({ ready: true, text: "waits for commands" });
}

async function monitoringProblems(
  ...[context, running]: Parameters<typeof monitoringQuestions>
): Promise<string[]> {
  const answers = await Promise.all(
    monitoringQuestions(context, running).map(async ([what, ask]) => {
      try {
        await ask();
        return [];
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return [`${what}: ${error.message}`];
      }
    }),
  );
  return answers.flat();
}

function brokerHealth(
  id: number,
  address: string,
  cluster: ClusterView | undefined,
): [boolean, string] {
  if (!cluster) return [false, "the cluster does not answer"];
  // Before all else: it stays registered until ZooKeeper ends its session.
  const silence = cluster.silent.find((one) => one.address === address);
  if (silence) return [false, `does not answer (${silence.reason})`];
  if (!cluster.brokers.includes(id)) return [false, "not registered in the cluster"];
  return [true, cluster.controllerId === id ? "controller" : "registered"];
}

/** What it means that fewer controllers run than must, in KRaft mode. */
function lostQuorum({ stack }: Context, running: Running): string | undefined {
  const voters = votersOf(stack);
  const up = voters.filter(({ name }) => running.has(name)).length;
  const majority = Math.floor(voters.length / 2) + 1;
  if (stack.mode === "zookeeper" || up >= majority) return undefined;
  return `the quorum is lost: ${up} of ${voters.length} controllers run, ${majority} must; until ` +
    "then brokers that run serve what they lead, and nothing can be created, altered or elected";
}

function clusterProblems(
  cluster: ClusterView | undefined,
  error: unknown,
  lost: string | undefined,
): string[] {
  if (!cluster) return [`cluster: ${error instanceof Error ? error.message : String(error)}`];
  const partitions = (count: number) => count === 1 ? "1 partition" : `${count} partitions`;
  return [
    ...cluster.untold.map(({ topic, reason }) => `cluster: topic ${topic} is not known: ${reason}`),
    // A leader that is left alone takes seconds to see it.
    ...(lost !== undefined
      ? [`cluster: ${lost}`]
      : cluster.controllerId === undefined
      ? ["cluster: there is no controller"]
      : []),
    ...(cluster.offline > 0 ? [`cluster: ${partitions(cluster.offline)} without a leader`] : []),
    ...(cluster.underReplicated > 0
      ? [`cluster: ${partitions(cluster.underReplicated)} under-replicated`]
      : []),
  ];
}
