// The native engine: each service is a JVM of this machine that outlives the
// task which started it.
import type { Artifact, Process } from "../render/mod.ts";
import { createHash } from "node:crypto";
import type { Engine, RunningService } from "./engine.ts";
import type { Host } from "./host.ts";

/** What a JVM is started with. */
export interface Runtime {
  /** The java command. */
  readonly java: string;
  /** Directory of Kafka's jars. */
  readonly libs: string;
  /** AppCDS archive for a kind of service, if there is one. */
  readonly archive?: (kind: Process["kind"]) => string | undefined;
}

/** What the engine is made of. */
export interface NativeOptions {
  readonly host: Host;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  /** Finds or fetches what the JVMs need; asked for once, when something is started. */
  readonly runtime: () => Promise<Runtime>;
  /** Files that the services read. */
  readonly artifacts: readonly Artifact[];
}

/**
 * System properties that mark our JVMs. They are found by them even when the task that
 * started them was killed before it could write down a pid, or the record is lost.
 */
export function marks(dir: string) {
  return { dir: `-Dstack.dir=${dir}`, service: "-Dstack.service=" };
}

/** The running JVMs of the stack in `dir`, by service name. */
export async function observeNative(
  host: Host,
  dir: string,
): Promise<Map<string, RunningService>> {
  const { dir: dirMark, service } = marks(dir);
  const found = new Map<string, RunningService>();
  for (const { pid, startTime, memoryBytes, command } of await host.processes(dirMark)) {
    // Where the system prints no borders between arguments, a path may hold a space.
    const line = ` ${command.join(" ")} `;
    const name = new RegExp(` ${service}(\\w+) `).exec(line)?.[1];
    // A shell that has yet to become the JVM counts: its pid stays.
    if (!name || !line.includes(` ${dirMark} `)) continue;
    const kind = name.startsWith("zookeeper") ? "zookeeper" : "broker";
    found.set(name, { name, kind, pid, startTime, memoryBytes });
  }
  return new Map([...found].sort());
}

/** Makes the engine. */
export function nativeEngine(options: NativeOptions): Engine {
  const { host, dir, artifacts } = options;
  let found: Promise<Runtime> | undefined;
  const runtime = () => found ??= options.runtime();
  const { dir: dirMark, service: serviceMark } = marks(dir);
  const consoleFile = (process: Process) => `${dir}/${process.directories.log}/jvm.log`;

  return {
    name: "native",
    observe: () => observeNative(host, dir),
    async prepare() {
      await runtime();
    },
    async start(processes) {
      const { java, libs, archive } = await runtime();
      await Promise.all(processes.map((process) => {
        const jsa = archive?.(process.kind);
        // -Xshare:auto goes on without an archive that does not fit; its warning would be noise.
        const cds = jsa ? [`-XX:SharedArchiveFile=${jsa}`, "-Xshare:auto", "-Xlog:cds=off"] : [];
        return host.spawnDetached(java, [
          ...cds,
          ...process.jvmFlags,
          dirMark,
          `${serviceMark}${process.name}`,
          "-cp",
          `${libs}/*`,
          process.mainClass,
          ...process.args,
        ], consoleFile(process));
      }));
    },
    async stop(services, graceMs) {
      // Asked anew before each signal: a pid may have become another process's.
      const alive = async () => {
        const now = await observeNative(host, dir);
        return services.filter(({ name, pid, startTime }) => {
          const found = now.get(name);
          return found?.pid === pid && found.startTime === startTime;
        });
      };
      const asked = host.now();
      for (const { pid } of await alive()) await host.kill(pid, "SIGTERM");
      for (let left = await alive(); left.length > 0; left = await alive()) {
        for (const { name, pid } of left) {
          if (host.now() - asked > graceMs(name)) await host.kill(pid, "SIGKILL");
        }
        await host.sleep(100);
      }
    },
    fingerprint(process) {
      const own = Object.values(process.directories).map((d) => `${d}/`);
      const files = artifacts.filter(({ path }) => own.some((d) => path.startsWith(d)));
      return createHash("sha256")
        .update(JSON.stringify([process.mainClass, process.jvmFlags, process.args, files]))
        .digest("hex").slice(0, 16);
    },
    async lastLines(process, count) {
      const [log, output] = await Promise.all([
        host.tail(`${dir}/${process.logFile}`, count),
        host.tail(consoleFile(process), count),
      ]);
      return [...log, ...output].slice(-count);
    },
  };
}
