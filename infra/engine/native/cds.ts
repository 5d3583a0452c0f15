// AppCDS archives: the classes of a started ZooKeeper and broker, mapped instead
// of read and verified. They save about a second of each `up` (JEP 350).
import { createHash, randomBytes } from "node:crypto";
import {
  DESCRIPTORS,
  isJava,
  newStorage,
  render,
  type Service,
  stopPhases,
  TARGETS,
} from "../../render/mod.ts";
import { defineStack, type Stack, type Voter, votersOf } from "../../spec/mod.ts";
import type { KafkaJava, Report } from "../engine.ts";
import { type Host, Interrupted } from "../host/host.ts";
import type { Java } from "./java.ts";
import { nativeEngine } from "./native.ts";
import { prepareFiles } from "../files.ts";
import { type Prove, waitUntilProven } from "../readiness.ts";

/** What archives are made from and for. */
export interface CdsOptions {
  readonly host: Host;
  readonly java: Java;
  readonly libs: string;
  /** Where archives are kept. */
  readonly cache: string;
  readonly report: Report;
  /** The stack that is to start: in each mode a broker loads classes of its own. */
  readonly stack: Pick<Stack, "mode" | "kafkaVersion">;
  /** Makes the proof for a cluster, so that the classes that it needs are archived too. */
  readonly proveAt: (bootstrapServers: string) => Prove;
}

/** Name of the archive for services like this one. */
const archiveOf = ({ roles }: Service) => `${roles[0]}.jsa`;

/** `port` of the first broker, before the offset. */
const CLIENT_PORT = 9092;

/** First Java that archives application classes when it ends (JEP 350). */
const MIN_JAVA = 13;

/**
 * The archive for each Java service; made by a training run, once per Java build and distribution. A
 * JVM by itself leaves out an archive that does not fit it, so that a wrong one
 * costs time and nothing else; where none can be made the stack runs without.
 */
export async function findArchives(
  options: CdsOptions,
): Promise<NonNullable<KafkaJava["archive"]>> {
  const { host, java, libs, cache, report, stack: { mode } } = options;
  if (java.major < MIN_JAVA) return () => undefined;
  const jars = (await host.list(libs)).sort();
  const key = createHash("sha256").update(
    JSON.stringify([java.command, java.build, libs, jars, ...(mode === "zookeeper" ? [] : [mode])]),
  )
    .digest("hex").slice(0, 16);
  const dir = `${cache}/cds-${key}`;
  const archive = (service: Parameters<typeof archiveOf>[0]) => `${dir}/${archiveOf(service)}`;
  if ((await host.list(dir)).length === 0) {
    report(undefined, "making archives of Kafka's classes for a fast start (once)");
    try {
      await train(options, dir);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      // Another task has made them meanwhile.
      if ((await host.list(dir)).length > 0) return archive;
      const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
      report(undefined, `starting without archives of Kafka's classes: ${reason}`);
      return () => undefined;
    }
  }
  return archive;
}

/** One broker, with one ZooKeeper or as its own controller, on ports that nobody uses now. */
function smallStack({ host, stack: { mode, kafkaVersion } }: CdsOptions, dir: string): Stack {
  const one = () => ({ count: 1, each: { 1: { port: host.freePort() } } });
  if (mode === "zookeeper") {
    return defineStack({ dir, kafkaVersion, zookeepers: one(), brokers: one() });
  }
  // The port of a broker's controller follows from the offset alone.
  for (;;) {
    const portOffset = host.freePort() - CLIENT_PORT;
    const stack = defineStack({ dir, mode, kafkaVersion, portOffset, brokers: { count: 1 } });
    const [{ controllerPort: port }] = votersOf(stack) as [Voter];
    if (host.port({ host: "127.0.0.1", port }) === "free") return stack;
  }
}

/** Runs one ZooKeeper and one broker until they are ready, and lets them write their classes. */
async function train(options: CdsOptions, final: string) {
  const { host, java, libs, proveAt } = options;
  const aside = `${final}.${host.now()}`;
  const stack = smallStack(options, aside);
  const storage = stack.mode === "kraft" ? newStorage(stack, randomBytes) : undefined;
  const rendered = render(stack, { dir: aside, target: TARGETS.processes(), storage });
  const services = rendered.services.filter(isJava).map((service) => {
    const archiving = [`-XX:ArchiveClassesAtExit=${aside}/${archiveOf(service)}`, "-Xlog:cds=off"];
    const { program } = service;
    return { ...service, program: { ...program, jvmFlags: [...program.jvmFlags, ...archiving] } };
  });
  const kafka = { command: java.command, libs };
  // Nobody else knows of these processes.
  const temporary: Host = { ...host, spawnDetached: host.spawnTemporary };
  const engine = nativeEngine({
    ...{ host: temporary, dir: aside, stack },
    java: () => Promise.resolve(kafka),
  });
  try {
    await prepareFiles(host, aside, rendered);
    await engine.start(services);
    const deadline = host.now() + 60_000;
    const prove = proveAt(`127.0.0.1:${stack.brokers[0]!.listeners[0].port}`);
    await waitUntilProven({ host, engine, services, report: () => {}, deadline, prove });
    for (const phase of stopPhases(DESCRIPTORS, [...(await engine.observe()).values()])) {
      await engine.stop(phase, () => 60_000);
    }
    const made = await host.list(aside);
    for (const service of services) {
      if (made.includes(archiveOf(service))) continue;
      throw new Error(`this Java wrote none for ${service.roles[0]}`);
    }
    for (const name of made.filter((n) => !n.endsWith(".jsa"))) {
      await host.remove(`${aside}/${name}`);
    }
    await host.rename(aside, final);
  } catch (error) {
    // Else they have been killed.
    if (!(error instanceof Interrupted)) {
      await engine.stop([...(await engine.observe()).values()], () => 0);
    }
    throw error;
  } finally {
    await host.remove(aside);
  }
}
