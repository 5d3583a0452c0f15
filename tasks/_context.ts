// A stack with all that works on it: resolved, rendered, with its engine.
import { didYouMean, UsageError } from "../clients/flags.ts";
import { proveReady } from "../clients/probe.ts";
import { findArchives } from "../infra/engine/cds.ts";
import { denoHost } from "../infra/engine/deno_host.ts";
import { cacheDir, findDistribution } from "../infra/engine/distribution/mod.ts";
import type { Report } from "../infra/engine/engine.ts";
import { findJava, type Java } from "../infra/engine/java.ts";
import { nativeEngine, type Runtime } from "../infra/engine/native.ts";
import type { Prove } from "../infra/engine/readiness.ts";
import type { Overrides } from "../infra/engine/record.ts";
import type { Context } from "../infra/engine/up.ts";
import { nativePlacement, renderStack } from "../infra/render/mod.ts";
import {
  bootstrapServers,
  defineStack,
  Failure,
  servicesOf,
  type Stack,
} from "../infra/spec/mod.ts";
import { spec } from "../infra/stack.ts";
import { stackDir, stackRecord } from "./_stack.ts";
import { progressBar, reporter } from "./_terminal.ts";

/**
 * Resolves the stack in the directory that the flags name: the spec, then the flags that its last
 * `up` was given, then those given now.
 *
 * @throws {InvalidSpec} The spec has problems.
 */
export async function openStack(
  flags: { readonly dir: string | undefined },
  given: Overrides = {},
): Promise<Context> {
  const host = denoHost;
  const dir = stackDir(flags);
  const record = await stackRecord(dir);
  const overrides: Overrides = { ...record?.overrides, ...given };
  const { mode, brokers, portOffset } = overrides;
  const stack = defineStack({
    ...spec,
    dir,
    ...(mode === undefined ? {} : { mode }),
    ...(portOffset === undefined ? {} : { portOffset }),
    brokers: { ...spec.brokers, ...(brokers === undefined ? {} : { count: brokers }) },
  });
  const rendered = renderStack(stack, nativePlacement(stack, dir));
  const report = reporter(Math.max(...servicesOf(stack).map(({ name }) => name.length)));
  const runtime = () => findRuntime(stack, report);
  const engine = nativeEngine({ host, dir, runtime, artifacts: rendered.artifacts });
  return { host, dir, stack, rendered, engine, record, overrides, report };
}

/** Java and Kafka's jars; fetches what is not there. */
export async function findKafka(
  stack: Stack,
  report: Report,
): Promise<{ java: Java; libs: string }> {
  const [java, { libs }] = await Promise.all([
    findJava(denoHost),
    findDistribution(denoHost, stack.kafkaVersion, { progress: progressBar(report) }),
  ]);
  return { java, libs };
}

async function findRuntime(stack: Stack, report: Report): Promise<Runtime> {
  const host = denoHost;
  const { java, libs } = await findKafka(stack, report);
  const proveAt = (servers: string) => prover([servers])([1]);
  const archive = await findArchives({ host, java, libs, cache: cacheDir(host), report, proveAt });
  return { java: java.command, libs, archive };
}

/** The proof that the cluster of `stack` works. */
export function prove(stack: Stack): (brokerIds: readonly number[]) => Prove {
  return prover(bootstrapServers(stack).split(","));
}

function prover(servers: readonly string[]) {
  return (brokerIds: readonly number[]): Prove => ({ onWait, signal }) =>
    proveReady({
      bootstrapServers: [...servers],
      brokerIds: [...brokerIds],
      onWait,
      signal,
    });
}

/**
 * Runs `work` while no other task changes the same stack.
 *
 * @throws {Failure} Another task does: which.
 */
export async function withLock<T>(dir: string, task: string, work: () => Promise<T>): Promise<T> {
  const lock = await denoHost.lock(`${dir}/.lock`, `deno task ${task} (process ${Deno.pid})`);
  if (typeof lock === "string") {
    throw new Failure(`Cannot ${task}: ${lock} is at work on the stack in ${dir}`, {
      hint: "Wait until it has ended, then try again.",
    });
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/**
 * Checks names of services.
 *
 * @throws {UsageError} One is not in the stack: the nearest is named.
 */
export function checkServices(stack: Stack, names: readonly string[]): void {
  const known = servicesOf(stack).map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(`There is no service ${unknown}`, didYouMean(unknown, known));
}
