// A real stack for one test: its own directory and ports, started and stopped by
// the tasks that a user types, and ended by pid whatever the test did.
import { resolve } from "node:path";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { observeDocker } from "../../infra/engine/docker/docker_containers.ts";
import type { RunningService } from "../../infra/engine/engine.ts";
import { TRANSFER_MS } from "../../infra/engine/host/host.ts";
import { observeNative } from "../../infra/engine/native/native.ts";
import { takePorts } from "../../tasks/_ports.ts";
import { machineTest } from "../_machine.ts";
import { type EngineName, lacksOf, type Needs, useDaemon } from "./_needs.ts";

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
  readonly engine: EngineName;
  readonly portOffset: number;
  /** `host:port,…` */
  readonly bootstrapServers: string;
  /** `kafka1:9092,…`: the original's names, as commands in `deno task shell` reach the brokers. */
  readonly shellServers: string;
  /** `host:port,…` */
  readonly zookeepers: string;
  /** Runs `deno task <name>` on this stack to its end. */
  task(name: string, ...args: (string | RunOptions)[]): Promise<Result>;
  /** The same; fails the test with all output when the exit code is not 0. */
  ok(name: string, ...args: (string | RunOptions)[]): Promise<Result>;
  /** Starts what `deno task <name>` runs, and returns the process. */
  spawn(name: string, ...args: string[]): Deno.ChildProcess;
  /** Ends a service from outside, and waits until it is gone. */
  kill(service: string, signal: "SIGTERM" | "SIGKILL" | "SIGSEGV"): Promise<void>;
  /** `deno task start`. */
  start(service: string): Promise<void>;
  /** Pids of the ZooKeepers, controllers and brokers that run, by name. */
  pids(): Promise<Record<string, number>>;
}

const ROOT = resolve(import.meta.dirname!, "../..");

/**
 * Registers an end-to-end test for each engine. Where an engine cannot be used, or a program that
 * it needs is not there, it is ignored, and its name says why.
 */
export async function e2eTest(
  name: string,
  fn: (engine: EngineName) => Promise<void>,
  needs: Needs = {},
) {
  for (const engine of ["native", "docker"] as const) await engineTest(engine, name, fn, needs);
}

/** The same for one engine only. */
export async function engineTest(
  engine: EngineName,
  name: string,
  fn: (engine: EngineName, context: Deno.TestContext) => Promise<void>,
  needs: Needs = {},
) {
  const title = `${engine}: ${name}`;
  const lacks = await lacksOf(engine, needs);
  if (lacks.length === 0) {
    return machineTest(title, async (context) => {
      using _lock = engine === "docker" ? await useDaemon(needs.daemon ?? false) : undefined;
      await fn(engine, context);
    });
  }
  Deno.test({ name: `${title} (ignored: ${lacks.join(", ")})`, ignore: true, fn: () => {} });
}

/** What runs of the stack in `dir`, by service. */
function observe(engine: EngineName, dir: string): Promise<Map<string, RunningService>> {
  return engine === "docker" ? observeDocker(denoHost, dir) : observeNative(denoHost, dir);
}

/** Ends all that runs of a stack, whatever state it is in. */
async function end(engine: EngineName, dir: string) {
  if (engine === "docker") {
    const { stdout } = await denoHost.run("docker", [
      "ps",
      "-aq",
      "--filter",
      `label=stack.dir=${dir}`,
    ]);
    const ids = stdout.split("\n").filter((id) => id !== "");
    if (ids.length === 0) return;
    const format = '{{index .Config.Labels "com.docker.compose.project"}}';
    const project = (await denoHost.run("docker", ["inspect", "-f", format, ids[0]!])).stdout
      .trim();
    await denoHost.run("docker", ["rm", "-f", ...ids]);
    await denoHost.run("docker", ["network", "rm", `${project}_default`]);
    return;
  }
  for (const { pid } of (await observe(engine, dir)).values()) await denoHost.kill(pid, "SIGKILL");
  await until("all services are gone", async () => (await observe(engine, dir)).size === 0);
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

/** Runs a command of this machine; fails the test with its output when it fails. */
export async function command(name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await denoHost.run(name, args, { timeoutMs: TRANSFER_MS });
  if (code !== 0) throw new Error(`${name} ${args.join(" ")}: ${code}\n${stdout}${stderr}`);
  return stdout.trim();
}

/** Only what will never come is given up: a busy machine may be many times slower than another. */
const PATIENCE_SECONDS = 180;

/** Flags of a consumer that reads so many records, from the oldest on. */
export function oldest(count: number): string[] {
  return ["--latest=false", "--max-messages", String(count), "--timeout-ms", "20000"];
}

/** Waits for a named condition. */
export async function until(
  what: string,
  ask: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  while (!await ask()) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_SECONDS} s: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Options of a stack. */
export interface StackOptions {
  /** Default: native. */
  readonly engine?: EngineName;
  /** Default true; false leaves it to the test to start it. */
  readonly up?: boolean;
  /** Flags of `up`. */
  readonly args?: readonly string[];
  /** Start that too, which takes longer. */
  readonly monitoring?: boolean;
  /** Directory of a project other than this one. */
  readonly root?: string;
  /** Name of the stack's directory. */
  readonly name?: string;
}

/** Makes a stack's directory and ports, runs `test`, and ends all that it started. */
export async function withStack(
  options: StackOptions,
  test: (stack: TestStack) => Promise<void>,
): Promise<void> {
  const { engine = "native" } = options;
  const temporary = await Deno.makeTempDir({ prefix: "kafka-stack-" });
  const dir = options.name === undefined ? temporary : `${temporary}/${options.name}`;
  using taken = takePorts();
  const portOffset = taken.offset;
  const ports = (base: number) => [0, 1, 2].map((n) => `127.0.0.1:${base + portOffset + n}`).join();
  const environment = { STACK_DIR: dir };
  const own = (name: string) =>
    name === "up"
      ? ["--engine", engine, "--port-offset", String(portOffset), "--timeout", "5m"]
      : [];
  const stack: TestStack = {
    dir,
    engine,
    portOffset,
    bootstrapServers: ports(9092),
    // In containers the original's ports are the brokers' own, whatever the host's are.
    shellServers: [1, 2, 3].map((id) =>
      `kafka${id}:${9091 + id + (engine === "native" ? portOffset : 0)}`
    ).join(),
    zookeepers: ports(2181),
    task(name, ...args) {
      const words = args.filter((arg) => typeof arg === "string");
      const [given] = args.filter((arg) => typeof arg !== "string");
      return deno(["task", "-q", name, ...own(name), ...words], {
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
      return new Deno.Command(Deno.execPath(), {
        // Not through `deno task`: a signal to that does not reach what it runs.
        args: ["run", "-A", "-q", `tasks/${name.replace(":", "_")}.ts`, ...own(name), ...args],
        cwd: ROOT,
        env: { NO_COLOR: "1", ...environment },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
    },
    async kill(service, signal) {
      const found = (await observe(engine, dir)).get(service);
      if (!found) throw new Error(`${service} does not run`);
      // For Docker that is a wish of its user, after which it does not start the service again.
      if (found.container) await denoHost.run("docker", ["kill", "-s", signal, found.container.id]);
      else Deno.kill(found.pid, signal);
      await until(`${service} is gone`, async () => !(await observe(engine, dir)).has(service));
    },
    async start(service) {
      await stack.ok("start", service);
    },
    async pids() {
      const jvms = [...await observe(engine, dir)].filter(([name]) =>
        /^(zookeeper|controller|kafka)\d/.test(name)
      );
      return Object.fromEntries(jvms.map(([name, { pid }]) => [name, pid]));
    },
  };
  try {
    const without = options.monitoring ? [] : ["--without", "monitoring"];
    if (options.up !== false) await stack.ok("up", ...without, ...(options.args ?? []));
    await test(stack);
  } finally {
    await end(engine, dir);
    await Deno.remove(temporary, { recursive: true });
  }
}
