// The native engine: each service is a process of this machine that outlives the
// task which started it.
import { type Jvm, jvmsOf, temporary } from "../render/mod.ts";
import type { Engine, RunningService } from "./engine.ts";
import type { Host } from "./host.ts";
import { belongsTo } from "./identity.ts";
import { marksOf, readMarks, SERVICE_MARK } from "./marks.ts";
import { lastRun } from "./start_failure.ts";
import { MARKS, MARKS_SEPARATOR } from "./process_table.ts";

/** A start of Kafka's writes about 600 lines, and ends within 1000 more when it fails. */
const LAST_RUN_LINES = 2000;

/** What a JVM is started with. */
export interface Runtime {
  /** The java command. */
  readonly java: string;
  /** Directory of Kafka's jars. */
  readonly libs: string;
  /** AppCDS archive for a kind of service, if there is one. */
  readonly archive?: (kind: Jvm["kind"]) => string | undefined;
}

/** What the engine is made of. */
export interface NativeOptions {
  readonly host: Host;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  /** Finds or fetches what the JVMs need; asked for once, when something is started. */
  readonly runtime: () => Promise<Runtime>;
}

/** The running services of the stack in `dir`, by service name. */
export async function observeNative(
  host: Host,
  dir: string,
): Promise<Map<string, RunningService>> {
  const isOurs = belongsTo(host, dir);
  const found = new Map<string, RunningService>();
  for (const { pid, startTime, memoryBytes, command } of await host.processes(SERVICE_MARK)) {
    // A shell that has yet to become the JVM counts: its pid stays.
    const marks = readMarks(command);
    if (!marks || !await isOurs({ ...marks, pid, startTime })) continue;
    const { service: name, fingerprint } = marks;
    const kind = /^zookeeper\d/.test(name)
      ? "zookeeper"
      : /^kafka\d/.test(name)
      ? "broker"
      : "monitor";
    // What a service starts itself inherits its marks, and is younger.
    if (found.has(name) && found.get(name)!.pid < pid) continue;
    found.set(name, { name, kind, pid, startTime, memoryBytes, fingerprint });
  }
  return new Map([...found].sort());
}

/** Makes the engine. */
export function nativeEngine(options: NativeOptions): Engine {
  const { host, dir } = options;
  let found: Promise<Runtime> | undefined;
  const runtime = () => found ??= options.runtime();
  // Where each log ended when its service was started.
  const logEnds = new Map<string, number>();
  const linesFrom = async (path: string, from: number) => {
    const size = (await host.readFrom(path, Infinity))?.size ?? 0;
    // A smaller file is a new one: the old was renamed when it was full.
    const part = await host.readFrom(path, size < from ? 0 : from);
    return new TextDecoder().decode(part?.bytes).split("\n").filter((line) => line !== "");
  };
  const consoleFile = (process: Jvm) => `${dir}/${process.directories.log}/jvm.log`;

  return {
    name: "native",
    observe: () => observeNative(host, dir),
    async prepare(processes) {
      if (jvmsOf(processes).length > 0) await runtime();
    },
    async start(processes) {
      const programs = processes.filter((process) => process.kind === "monitor");
      await Promise.all(programs.map((process) => {
        const [command, ...args] = process.command;
        // They refuse arguments that they do not know: their marks are in the environment.
        const env = { [MARKS]: ["", ...marksOf(dir, process)].join(MARKS_SEPARATOR) };
        return host.spawnDetached(command, args, `${dir}/${process.logFile}`, env);
      }));
      const jvms = jvmsOf(processes);
      if (jvms.length === 0) return;
      const { java, libs, archive } = await runtime();
      await Promise.all(
        jvms.map(async (process) => {
          const tmp = `${dir}/${temporary(process.directories)}`;
          // A killed JVM leaves the libraries that it unpacked.
          await host.remove(tmp);
          await host.makeDirectory(tmp);
          const log = await host.readFrom(`${dir}/${process.logFile}`, Infinity);
          logEnds.set(process.name, log?.size ?? 0);
          const jsa = archive?.(process.kind);
          // -Xshare:auto goes on without an archive that does not fit; its warning would be noise.
          const cds = jsa ? [`-XX:SharedArchiveFile=${jsa}`, "-Xshare:auto", "-Xlog:cds=off"] : [];
          return host.spawnDetached(java, [
            ...cds,
            ...process.jvmFlags,
            ...marksOf(dir, process),
            "-cp",
            `${libs}/*`,
            process.mainClass,
            ...process.args,
          ], consoleFile(process));
        }),
      );
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
    async release() {
      // Nothing is left of a process that has ended.
    },
    async startLog(process) {
      if (process.kind === "client") return [];
      const log = `${dir}/${process.logFile}`;
      // A start begins this file anew, and that of a JVM's output.
      if (process.kind === "monitor") return await linesFrom(log, 0);
      const end = logEnds.get(process.name);
      const [own, output] = await Promise.all([
        end === undefined ? host.tail(log, LAST_RUN_LINES).then(lastRun) : linesFrom(log, end),
        linesFrom(consoleFile(process), 0),
      ]);
      return [...own, ...output];
    },
  };
}
