// AppCDS archives: the classes of a started ZooKeeper and broker, mapped instead
// of read and verified. They save about a second of each `up` (JEP 350).
import { createHash } from "node:crypto";
import { type Jvm, jvmsOf, renderNative } from "../render/mod.ts";
import { defineStack } from "../spec/mod.ts";
import type { Report } from "./engine.ts";
import type { Host } from "./host.ts";
import type { Java } from "./java.ts";
import { nativeEngine } from "./native.ts";
import { prepareFiles } from "./files.ts";
import { type Prove, waitUntilReady } from "./readiness.ts";

/** What archives are made from and for. */
export interface CdsOptions {
  readonly host: Host;
  readonly java: Java;
  readonly libs: string;
  /** Where archives are kept. */
  readonly cache: string;
  readonly report: Report;
  /** Makes the proof for a cluster, so that the classes that it needs are archived too. */
  readonly proveAt: (bootstrapServers: string) => Prove;
}

const KINDS = ["zookeeper", "broker"] as const;

/** First Java that archives application classes when it ends (JEP 350). */
const MIN_JAVA = 13;

/**
 * The archive for each kind of service; made by a training run, once per Java build and
 * distribution. A JVM by itself leaves out an archive that does not fit it, so that a wrong one
 * costs time and nothing else; where none can be made the stack runs without.
 */
export async function findArchives(
  options: CdsOptions,
): Promise<(kind: Jvm["kind"]) => string | undefined> {
  const { host, java, libs, cache, report } = options;
  if (java.major < MIN_JAVA) return () => undefined;
  const jars = (await host.list(libs)).sort();
  const key = createHash("sha256").update(JSON.stringify([java.command, java.build, libs, jars]))
    .digest("hex").slice(0, 16);
  const dir = `${cache}/cds-${key}`;
  const path = (kind: string) => `${dir}/${kind}.jsa`;
  if ((await host.list(dir)).length === 0) {
    report(undefined, "makes archives of Kafka's classes for a fast start (once)");
    try {
      await train(options, dir);
    } catch (error) {
      const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
      report(undefined, `goes on without archives of Kafka's classes: ${reason}`);
      return () => undefined;
    }
  }
  return path;
}

/** Runs one ZooKeeper and one broker until they are ready, and lets them write their classes. */
async function train({ host, java, libs, proveAt }: CdsOptions, final: string) {
  const aside = `${final}.${host.now()}`;
  const stack = defineStack({
    dir: aside,
    zookeepers: { count: 1, each: { 1: { port: host.freePort() } } },
    brokers: { count: 1, each: { 1: { port: host.freePort() } } },
  });
  const rendered = renderNative(stack, aside);
  const processes = jvmsOf(rendered.processes).map((p) => ({
    ...p,
    jvmFlags: [...p.jvmFlags, `-XX:ArchiveClassesAtExit=${aside}/${p.kind}.jsa`, "-Xlog:cds=off"],
  }));
  const runtime = () => Promise.resolve({ java: java.command, libs });
  const engine = nativeEngine({ host, dir: aside, runtime });
  try {
    await prepareFiles(host, aside, rendered);
    await engine.start(processes);
    const deadline = host.now() + 60_000;
    const prove = proveAt(`127.0.0.1:${stack.brokers[0]!.listeners[0].port}`);
    await waitUntilReady({ host, engine, processes, report: () => {}, deadline, prove });
    for (const kind of [...KINDS].reverse()) {
      const running = [...(await engine.observe()).values()].filter((s) => s.kind === kind);
      await engine.stop(running, () => 60_000);
    }
    const made = await host.list(aside);
    for (const kind of KINDS) {
      if (!made.includes(`${kind}.jsa`)) throw new Error(`this Java wrote none for ${kind}`);
    }
    for (const name of made.filter((n) => !n.endsWith(".jsa"))) {
      await host.remove(`${aside}/${name}`);
    }
    await host.rename(aside, final);
  } finally {
    await engine.stop([...(await engine.observe()).values()], () => 0);
    await host.remove(aside);
  }
}
