// Waits until the services of a stack do their work, and says what it waits for.
import { type Check, hostPort, type Server, type Service } from "../render/mod.ts";
import { Failure } from "../spec/mod.ts";
import type { Engine, Report } from "./engine.ts";
import type { Host } from "./host/host.ts";
import { httpGet } from "./host/http.ts";
import { explainEnd } from "./start_failure.ts";

/** What one look at a service gave. */
interface Seen {
  readonly ready: boolean;
  /** In words: what it does, or what it waits for. */
  readonly text: string;
}

/** Roles that a ZooKeeper has once its quorum stands. */
const ROLES = ["leader", "follower", "observer", "standalone"];

/** Asks one service. */
export async function ask(host: Host, check: Check): Promise<Seen> {
  const at = hostPort(check.address);
  if (check.kind === "port-open") {
    const answer = await host.ask(check.address, undefined, 1000);
    return answer === undefined
      ? { ready: false, text: `waits for it to listen on ${at}` }
      : { ready: true, text: `listens on ${at}` };
  }
  if (check.kind === "http") {
    const answer = await httpGet(host, check.address, check.path, { timeoutMs: 1000 });
    if (answer?.status === 200) return { ready: true, text: `ready on ${at}` };
    return {
      ready: false,
      text: answer
        ? `waits until ${at}${check.path} answers with 200 instead of ${answer.status}`
        : `waits for it to listen on ${at}`,
    };
  }
  const answer = await host.ask(check.address, "srvr", 1000);
  if (check.kind === "zookeeper-listens" && answer) {
    return { ready: true, text: `listens on ${at}` };
  }
  const role = /^Mode: (\w+)/m.exec(answer ?? "")?.[1];
  if (role && ROLES.includes(role)) return { ready: true, text: `${role} on ${at}` };
  return {
    ready: false,
    text: !answer ? `waits for it to listen on ${at}` : "waits for the quorum of the ensemble",
  };
}

/** Ephemeral nodes in ZooKeeper under /brokers/ids: the brokers that it thinks alive. */
export async function registeredBrokers(
  host: Host,
  zookeepers: readonly Server[],
): Promise<ReadonlySet<number>> {
  // Only the leader's `dump` lists every session; the others' answers are subsets.
  const dumps = await Promise.all(zookeepers.map((z) => host.ask(z.ready.address, "dump", 1000)));
  const ids = dumps.flatMap((dump) => [...(dump ?? "").matchAll(/\/brokers\/ids\/(\d+)/g)]);
  return new Set(ids.map((match) => Number(match[1])));
}

/** What a proof tells of the cluster. */
export interface Proven {
  readonly clusterId: string;
  /** `broker.id` of the controller. */
  readonly controllerId: number;
}

/** Proves that the cluster as a whole works; rejects with what was last seen when `signal` aborts. */
export type Prove = (
  options: { readonly onWait: (seen: string) => void; readonly signal: AbortSignal },
) => Promise<Proven>;

/** What is waited for. */
export interface WaitOptions {
  readonly host: Host;
  readonly engine: Engine;
  readonly services: readonly Service[];
  readonly report: Report;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

/** What {@linkcode waitUntilProven} needs. */
export interface ProofOptions extends WaitOptions {
  readonly prove: Prove;
  /**
   * What starts when all have answered, and is waited for too: a proof waits more than it works.
   */
  readonly meanwhile?: () => Promise<void>;
}

/**
 * Resolves when each service has answered its check.
 *
 * @throws {Failure} A service ended, or the deadline passed: with what was last seen, and what its
 * log says of the reason.
 */
export async function waitUntilReady(options: WaitOptions): Promise<void> {
  await watched(options, (signal) => waitForAll(options, signal));
}

/**
 * Resolves when each service has answered its check and the cluster is proven.
 *
 * @throws {Failure} As {@linkcode waitUntilReady}; or the cluster does not work in time.
 */
export async function waitUntilProven(options: ProofOptions): Promise<Proven> {
  const { host, report, prove, meanwhile } = options;
  return await watched(options, async (signal) => {
    let answering = false;
    let told = -Infinity;
    const onWait = (seen: string) => {
      // What the cluster waits for changes many times a second: a line a second is enough.
      if (!answering || host.now() - told < 1000) return;
      told = host.now();
      report(undefined, seen);
    };
    // Begun at once, so that nothing has to be loaded when the last service answers; but what is
    // wrong with a service says more than what the cluster lacks.
    const proof = prove({ onWait, signal });
    proof.catch(() => {});
    await waitForAll(options, signal);
    answering = true;
    // Both to their end: what has been started is written down, whatever the proof says.
    const [proven, other] = await Promise.allSettled([proof, meanwhile?.()]);
    if (proven.status === "rejected") throw proven.reason;
    if (other.status === "rejected") throw other.reason;
    return proven.value;
  });
}

/** Lets `work` wait until the deadline, unless a service ends before. */
async function watched<T>(
  options: WaitOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const ms = Math.max(0, options.deadline - options.host.now());
  const timer = setTimeout(() => stop.abort(), ms);
  try {
    return await Promise.race([work(stop.signal), watch(options, stop.signal)]);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

async function waitForAll(options: WaitOptions, signal: AbortSignal): Promise<void> {
  await Promise.all(options.services.map((service) => waitForOne(service, options, signal)));
}

async function waitForOne(service: Service, options: WaitOptions, signal: AbortSignal) {
  const { host, engine, report } = options;
  // It has nothing to answer: that it runs is watched.
  if (!service.ready) return;
  for (let last = "";;) {
    const { ready, text } = await ask(host, service.ready);
    if (text !== last) report(service.name, text);
    last = text;
    if (ready) return;
    if (signal.aborted) {
      throw await failure(`${service.name} was not ready in time: it ${last}`, service, engine);
    }
    // Each look costs the JVMs that are starting some of their time.
    await host.sleep(100);
  }
}

/** Rejects when a service ends: a JVM that is gone answers no check, and says why in its log. */
async function watch(options: WaitOptions, signal: AbortSignal): Promise<never> {
  const { host, engine, services } = options;
  while (!signal.aborted) {
    await host.sleep(1000);
    const running = await engine.observe();
    const gone = services.find(({ name }) => !running.has(name));
    if (gone) throw await failure(`${gone.name} ended while it started`, gone, engine);
  }
  return await new Promise(() => {}); // The other side of the race says what was last seen.
}

/** A failure of one service, with why its log says so. */
async function failure(what: string, service: Service, engine: Engine): Promise<Failure> {
  const log = await engine.startLog(service);
  const { lines, meaning, advice } = explainEnd(log);
  return new Failure(
    `${what}${meaning ? `: ${meaning}` : ""}${lines.map((line) => `\n  | ${line}`).join("")}`,
    {
      hint: `${advice ? `${advice}\n` : ""}The whole log: deno task logs ${service.name}\n` +
        "What runs keeps running: deno task up continues from there, deno task down stops it.",
    },
  );
}
