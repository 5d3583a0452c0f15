// A real stack for one test: its own directory and ports, started and stopped by
// the tasks that a user types, and ended by pid whatever the test did.
import { resolve } from "node:path";
import { denoHost } from "../../infra/engine/deno_host.ts";
import { observeNative } from "../../infra/engine/native.ts";
import { machineTest } from "../_machine.ts";

/** How a command ended. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a command. */
export interface RunOptions {
  /** What it reads from a pipe; without it, nothing. */
  readonly stdin?: string;
  /** The project's directory, where it is not this one. */
  readonly root?: string;
  readonly env?: Record<string, string>;
}

/** A stack that runs. */
export interface TestStack {
  /** Absolute path of its directory. */
  readonly dir: string;
  readonly portOffset: number;
  /** `host:port,…` */
  readonly bootstrapServers: string;
  /** `host:port,…` */
  readonly zookeepers: string;
  /** Runs `deno task <name>` on this stack to its end. */
  task(name: string, ...args: (string | RunOptions)[]): Promise<Result>;
  /** The same; fails the test with all output when the exit code is not 0. */
  ok(name: string, ...args: (string | RunOptions)[]): Promise<Result>;
  /** Starts `deno task <name>` and returns the process. */
  spawn(name: string, ...args: string[]): Deno.ChildProcess;
  /** Ends a service from outside, and waits until it is gone. */
  kill(service: string, signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** `deno task start`. */
  start(service: string): Promise<void>;
  /** Pids of the services that run, by name. */
  pids(): Promise<Record<string, number>>;
}

const ROOT = resolve(import.meta.dirname!, "../..");

const mayRun = Deno.permissions.querySync({ name: "run" }).state === "granted";
const JAVA = mayRun && Deno.env.get("JAVA_HOME") ? `${Deno.env.get("JAVA_HOME")}/bin/java` : "java";

/** The programs that are not there; asked only where a test may run programs. */
async function missing(programs: readonly string[]): Promise<string[]> {
  const results = await Promise.all(programs.map((name) => denoHost.run(name, ["-version"])));
  return programs.filter((_, index) => results[index]!.code === 127);
}

/**
 * Registers an end-to-end test. Without Java, or another program that it needs, it is ignored, and
 * its name says why.
 */
export async function e2eTest(name: string, fn: () => Promise<void>, ...programs: string[]) {
  const lacks = mayRun ? await missing([JAVA, ...programs]) : [];
  if (lacks.length === 0) return machineTest(name, fn);
  Deno.test({ name: `${name} (needs ${lacks.join(", ")}: not found)`, ignore: true, fn });
}

async function collect(command: Deno.Command, stdin?: string): Promise<Result> {
  const child = command.spawn();
  if (stdin !== undefined) {
    const writer = child.stdin.getWriter();
    // A command that ends before it has read all is judged by its exit code.
    await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
    await writer.close().catch(() => {});
  }
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs a Deno command of the project, e.g. `run clients/producer.ts`, to its end. */
export function deno(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const { stdin, env = {}, root = ROOT } = options;
  return collect(
    new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: root,
      env: { NO_COLOR: "1", ...env },
      stdin: stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }),
    stdin,
  );
}

/** An offset at which no port of a stack is in use. */
function freeOffset(): number {
  for (let tries = 0; tries < 100; tries++) {
    // Below the ports that systems give to outgoing connections, from 32768 on.
    const offset = 10_000 + 10 * Math.floor(Math.random() * 1300);
    const bases = [2181, 2888, 3888, 9092];
    const ports = bases.flatMap((base) => [0, 1, 2, 3, 4].map((n) => base + offset + n));
    if (ports.every((port) => denoHost.port({ host: "127.0.0.1", port }) === "free")) return offset;
  }
  throw new Error("no free ports for a stack");
}

/** Waits for a named condition. */
export async function until(
  what: string,
  ask: () => Promise<boolean>,
  seconds = 60,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!await ask()) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/**
 * Makes a stack's directory and ports, runs `test`, and ends all that it started.
 *
 * @param options `up`: false leaves it to the test to start it; `args`: flags of `up`; `root`: a
 * project other than this one.
 */
export async function withStack(
  options: { readonly up?: boolean; readonly args?: readonly string[]; readonly root?: string },
  test: (stack: TestStack) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "kafka-stack-" });
  const portOffset = freeOffset();
  const ports = (base: number) => [0, 1, 2].map((n) => `127.0.0.1:${base + portOffset + n}`).join();
  const environment = { STACK_DIR: dir };
  const stack: TestStack = {
    dir,
    portOffset,
    bootstrapServers: ports(9092),
    zookeepers: ports(2181),
    task(name, ...args) {
      const words = args.filter((arg) => typeof arg === "string");
      const [given] = args.filter((arg) => typeof arg !== "string");
      const own = name === "up" ? ["--port-offset", String(portOffset)] : [];
      return deno(["task", "-q", name, ...own, ...words], {
        ...given,
        env: { ...environment, ...given?.env },
        ...(options.root === undefined ? {} : { root: options.root }),
      });
    },
    async ok(name, ...args) {
      const result = await stack.task(name, ...args);
      if (result.code === 0) return result;
      const words = args.filter((arg) => typeof arg === "string").join(" ");
      throw new Error(
        `deno task ${name} ${words}: ${result.code}\n${result.stdout}${result.stderr}`,
      );
    },
    spawn(name, ...args) {
      const own = name === "up" ? ["--port-offset", String(portOffset)] : [];
      return new Deno.Command(Deno.execPath(), {
        args: ["task", "-q", name, ...own, ...args],
        cwd: ROOT,
        env: { NO_COLOR: "1", ...environment },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
    },
    async kill(service, signal) {
      const found = (await observeNative(denoHost, dir)).get(service);
      if (!found) throw new Error(`${service} does not run`);
      await denoHost.kill(found.pid, signal);
      await until(
        `${service} is gone`,
        async () => !(await observeNative(denoHost, dir)).has(service),
      );
    },
    async start(service) {
      await stack.ok("start", service);
    },
    async pids() {
      const running = await observeNative(denoHost, dir);
      return Object.fromEntries([...running].map(([name, { pid }]) => [name, pid]));
    },
  };
  try {
    if (options.up !== false) await stack.ok("up", ...(options.args ?? []));
    await test(stack);
  } finally {
    for (const pid of Object.values(await stack.pids())) await denoHost.kill(pid, "SIGKILL");
    await until(
      "all services are gone",
      async () => (Object.keys(await stack.pids())).length === 0,
    );
    await Deno.remove(dir, { recursive: true });
  }
}
