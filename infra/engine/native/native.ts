// The native engine: each service is a process of this machine that outlives the
// task which started it.
import {
  commandOf,
  crashReport,
  DROP_SETTINGS,
  isJava,
  type JavaService,
  type Places,
  TARGETS,
  temporary,
} from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";
import { describeDistribution } from "../distribution/mod.ts";
import type { Engine, EngineOptions, RunningService, Runtime } from "../engine.ts";
import type { Host } from "../host/host.ts";
import { belongsTo } from "../host/identity.ts";
import { findJava } from "./java.ts";
import { marksOf, readMarks, SERVICE_MARK } from "./marks.ts";
import { checkExecutable } from "./noexec.ts";
import { lastRun } from "../start_failure.ts";
import { MARKS, MARKS_SEPARATOR } from "../host/process_table.ts";

/** A start of Kafka's writes about 600 lines, and ends within 1000 more when it fails. */
const LAST_RUN_LINES = 2000;

/** How long Kafka's tool may take to format a directory, in ms. */
const FORMAT_MS = 120_000;

/** How much of what it says is shown when it fails. */
const LAST_LINES = 6;

/** How long a process that was killed may take to be gone, in ms. */
const KILLED_MS = 10_000;

/** Each service is a process of this machine. */
export const native: Runtime = {
  name: "native",
  observe: observeNative,
  find: () => Promise.resolve({ found: "" }),
  findJava,
  target: () => Promise.resolve(TARGETS.processes()),
  open: nativeEngine,
};

/** What the engine is made of. */
export type NativeOptions =
  & Pick<EngineOptions, "host" | "dir" | "java" | "stack">
  & Partial<Pick<EngineOptions, "deno">>;

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
    // What a service starts itself inherits its marks, and is younger.
    if (found.has(name) && found.get(name)!.pid < pid) continue;
    found.set(name, { name, pid, startTime, memoryBytes, fingerprint });
  }
  return new Map([...found].sort());
}

/** SIGKILL ends every process, but for one that the kernel itself keeps. */
function unkillable(services: readonly RunningService[]): Failure {
  const names = services.map(({ name, pid }) => `${name} (process ${pid})`).join(", ");
  return new Failure(
    `${names} ${services.length === 1 ? "does" : "do"} not end, even when killed`,
    {
      hint:
        "The kernel keeps such a process, most often until a disk answers. What it waits for: " +
        `ps -o pid,stat,wchan -p ${services.map(({ pid }) => pid).join()}`,
    },
  );
}

/**
 * Formats the storage of a service that has none yet.
 *
 * @throws {Failure} Kafka's tool refuses: with what it says.
 */
async function formatStorage(
  host: Host,
  dir: string,
  { name, format }: JavaService,
  java: NonNullable<Places["java"]>,
) {
  if (!format || await host.readText(`${dir}/${format.done}`) !== undefined) return;
  const command = commandOf(format.program, { java });
  const script = `${DROP_SETTINGS}\nexec "$@"`;
  const { code, stdout, stderr } = await host.run("sh", ["-c", script, "sh", ...command], {
    name: `the formatting of ${name}'s storage`,
    timeoutMs: FORMAT_MS,
  });
  if (code === 0) return;
  const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-LAST_LINES);
  throw new Failure(
    `Cannot format the storage of ${name}${said.map((line) => `\n  | ${line}`).join("")}`,
    { hint: "Nothing of it is in use yet: deno task up tries again." },
  );
}

/** Makes the engine. */
export function nativeEngine(options: NativeOptions): Engine {
  const { host, dir, deno, stack } = options;
  let found: ReturnType<NativeOptions["java"]> | undefined;
  const findKafka = () => found ??= options.java();
  // Where each log ended when its service was started.
  const logEnds = new Map<string, number>();
  const linesFrom = async (path: string, from: number) => {
    const size = (await host.readFrom(path, Infinity))?.size ?? 0;
    // A smaller file is a new one: the old was renamed when it was full.
    const part = await host.readFrom(path, size < from ? 0 : from);
    return new TextDecoder().decode(part?.bytes).split("\n").filter((line) => line !== "");
  };
  const consoleFile = ({ directories }: JavaService) => `${dir}/${directories.log}/jvm.log`;

  const startJvm = async (service: JavaService) => {
    const { command, libs, archive } = await findKafka();
    await formatStorage(host, dir, service, { command, libs });
    const tmp = `${dir}/${temporary(service.directories)}`;
    // A killed JVM leaves the libraries that it unpacked.
    await host.remove(tmp);
    await host.makeDirectory(tmp);
    const log = await host.readFrom(`${dir}/${service.logFile}`, Infinity);
    logEnds.set(service.name, log?.size ?? 0);
    const jsa = archive?.(service);
    // -Xshare:auto leaves out an archive that does not fit; its warning would be noise.
    const cds = jsa ? [`-XX:SharedArchiveFile=${jsa}`, "-Xshare:auto", "-Xlog:cds=off"] : [];
    const flags = [...cds, ...marksOf(dir, service), crashReport(service.directories, dir)];
    const [java, ...args] = commandOf(service.program, { java: { command, libs } }, flags);
    return await host.spawnDetached(java, args, consoleFile(service), service.environment);
  };

  return {
    name: native.name,
    observe: () => observeNative(host, dir),
    async prepare(services) {
      if (services.some(isJava)) await findKafka();
    },
    async start(services) {
      await Promise.all(services.map((service) => {
        if (isJava(service)) return startJvm(service);
        const [command, ...args] = commandOf(service.program!, deno ? { deno } : {});
        // They refuse arguments that they do not know: their marks are in the environment.
        const marks = ["", ...marksOf(dir, service)].join(MARKS_SEPARATOR);
        const env = { ...service.environment, [MARKS]: marks };
        return host.spawnDetached(command, args, `${dir}/${service.logFile}`, env);
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
        const late = ({ name }: RunningService) => host.now() - asked - graceMs(name);
        for (const one of left) if (late(one) >= 0) await host.kill(one.pid, "SIGKILL");
        if (left.every((one) => late(one) > KILLED_MS)) throw unkillable(left);
        await host.sleep(100);
      }
    },
    async release() {
      // Nothing is left of a process that has ended.
    },
    async startLog(service) {
      const log = `${dir}/${service.logFile}`;
      // A start begins this file anew, and that of a JVM's output.
      if (!isJava(service)) return await linesFrom(log, 0);
      const end = logEnds.get(service.name);
      const [own, output] = await Promise.all([
        end === undefined ? host.tail(log, LAST_RUN_LINES).then(lastRun) : linesFrom(log, end),
        linesFrom(consoleFile(service), 0),
      ]);
      return [...own, ...output];
    },
    questions: () => [
      ["Java", async () => {
        const { command, major } = await findJava(host);
        return `${command} is Java ${major}`;
      }],
      ["Kafka", () => describeDistribution(host, stack)],
      ["libraries", async () => {
        await checkExecutable(host, dir);
        return `can be run in ${dir}`;
      }],
    ],
  };
}
