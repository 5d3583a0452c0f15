// What all Java services have in common: flags, metrics, logs.
// This module is pure: no Deno APIs, no I/O.
import type { Broker, Controller, ZooKeeper } from "../spec/mod.ts";
import type { Situation } from "./descriptor.ts";
import { LOCALE_FLAGS } from "./environment.ts";
import { EXPORTER_DIRECTORY, exporterFlag } from "./exporter.ts";
import { loggingFlag } from "./logging.ts";
import type { Placement } from "./placement.ts";
import type { Description, Port, ServiceDirectories } from "./service.ts";

/** Where a JVM on this machine puts its temporary files, relative to the stack's directory. */
export function temporary({ log }: ServiceDirectories): string {
  return `${log}/tmp`;
}

/**
 * The flag by which a JVM that crashes leaves its report with its logs, and not where the person
 * stood who started it. It is none of the program's own flags: no restart is due for it.
 *
 * @param root The stack's directory as the service sees it.
 */
export function crashReport({ log }: ServiceDirectories, root: string): string {
  // A JVM reads %p as its pid, and %% as a per cent sign.
  return `-XX:ErrorFile=${`${root}/${log}`.replaceAll("%", "%%")}/hs_err_pid%p.log`;
}

/** What differs between them. */
export interface JvmOptions {
  readonly mainClass: string;
  /** Its only argument, in the directory of the configuration. */
  readonly configFile: string;
  /** The log to read first, in its directory. */
  readonly logFile: string;
  /** What it needs beside its heap: classes, code, threads, buffers. */
  readonly besideHeapMiB: number;
  /** Prometheus' `job`. */
  readonly job: string;
  /** Flags of its own. */
  readonly jvmFlags?: readonly string[];
}

/** The part of a description that follows from the node and these options. */
export function describeJvm(
  { stack, placement, monitoring }: Situation,
  node: ZooKeeper | Controller | Broker,
  { mainClass, configFile, logFile, besideHeapMiB, job, jvmFlags = [] }: JvmOptions,
) {
  const { name, directories, heapMiB } = node;
  const { config, log } = directories;
  const container = placement.container?.(name, "kafka");
  const exporter = monitoring && placement.open(node.exporterPort);
  return {
    name,
    program: {
      type: "java",
      kafkaVersion: stack.kafkaVersion,
      mainClass,
      jvmFlags: [
        `-Xms${Math.min(heapMiB, 64)}m`,
        `-Xmx${heapMiB}m`,
        // Fast to start and small: one collector thread, no optimizing compiler. On two
        // cores six JVMs are ready in 5 s instead of 7 to 11.
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        // What jstat reads, taken once a second: by default it wakes every JVM 20 times.
        "-XX:PerfDataSamplingInterval=1000",
        // A server without memory must not go on half dead.
        "-XX:+ExitOnOutOfMemoryError",
        "-Djava.awt.headless=true",
        ...LOCALE_FLAGS,
        // Snappy, LZ4 and Zstandard unpack their libraries there, and must be able to run them: a
        // machine's own /tmp is often mounted noexec. A container has one of its own.
        ...(container ? [] : [`-Djava.io.tmpdir=${placement.path(temporary(directories))}`]),
        ...jvmFlags,
        loggingFlag(stack.kafkaVersion, placement.path(config)),
        ...(monitoring ? [exporterFlag(node, placement)] : []),
      ],
      args: [placement.path(`${config}/${configFile}`)],
      heapMiB,
    },
    environment: {},
    directories,
    reads: monitoring ? [EXPORTER_DIRECTORY] : [],
    logFile: `${log}/${logFile}`,
    memoryMiB: heapMiB + besideHeapMiB,
    passwordFiles: [],
    ...(container ? { container } : {}),
    ...(exporter
      ? {
        metrics: {
          job,
          inside: placement.within(name, node.exporterPort),
          address: placement.reach(exporter.host),
        },
      }
      : {}),
  } satisfies Partial<Description>;
}

/** The port of the metrics, by what it is for. */
export function exporterPorts(
  placement: Placement,
  port: number,
  node: string,
): Record<string, Port> {
  const { bind, host } = placement.open(port);
  return { exporter: { ...host, inside: bind.port, setting: `${node}.exporterPort` } };
}
