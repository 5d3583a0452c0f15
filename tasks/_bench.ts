// What `bench` compares with: the same services, started bare.
import { cacheDir } from "../infra/engine/distribution/mod.ts";
import { findArchives } from "../infra/engine/native/cds.ts";
import { prepareFiles } from "../infra/engine/files.ts";
import { denoHost } from "../infra/engine/host/deno_host.ts";
import { TRANSFER_MS } from "../infra/engine/host/host.ts";
import { docker } from "../infra/engine/docker/docker.ts";
import { needDocker } from "../infra/engine/docker/docker_probe.ts";
import type { KafkaJava, Runtime } from "../infra/engine/engine.ts";
import type { Overrides } from "../infra/engine/record.ts";
import { native, nativeEngine } from "../infra/engine/native/native.ts";
import type { Context } from "../infra/engine/context.ts";
import { stopInOrder } from "../infra/engine/stop.ts";
import {
  COMPOSE_FILE,
  isJava,
  type JavaService,
  renderTools,
  serversOf,
  TOOLS_DIRECTORIES,
  toolsEnvironment,
} from "../infra/render/mod.ts";
import { findKafka, openStack } from "./_context.ts";
import { ROOT } from "./_stack.ts";

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Runs a command to its end; throws with its output when it fails. */
export async function command(name: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await denoHost.run(name, args, { timeoutMs: TRANSFER_MS });
  if (code !== 0) throw new Error(`${name} ${args.join(" ")}: ${stderr}`);
}

/** A stack whose services can be started without the toolkit's care. */
export interface BareStack {
  /** Deletes data and logs. */
  clear(): Promise<void>;
  /** Starts all; resolves to the ms until the last broker's log says that it has started. */
  start(): Promise<number>;
  stop(): Promise<void>;
  /** Resident memory of all services. */
  memoryMiB(): Promise<number>;
  /** Of all services that run. */
  pids(): Promise<number[]>;
}

/** The same with what can be measured beside it where services are processes of this machine. */
export interface BareJvms extends BareStack {
  /** {@linkcode BareStack.start} with other JVM flags. */
  startWith(flags: (service: JavaService) => string[]): Promise<number>;
  /** Milliseconds of a shell command with Kafka's tools on PATH. */
  tool(line: string): Promise<number>;
}

function bareStack(context: Context, startAll: () => Promise<unknown>) {
  const { host, dir, engine, rendered } = context;
  const brokers = serversOf(rendered.services, "broker");
  return {
    async clear() {
      for (const name of ["kafka", "zookeeper"]) await host.remove(`${dir}/${name}`);
    },
    async start(how = startAll) {
      await prepareFiles(host, dir, rendered);
      await context.fetchFiles();
      await engine.prepare(rendered.services);
      for (const { logFile } of brokers) await host.remove(`${dir}/${logFile}`);
      return await timed(async () => {
        await how();
        for (const { logFile } of brokers) {
          while (!(await host.readText(`${dir}/${logFile}`))?.includes("started (kafka.server")) {
            await host.sleep(20);
          }
        }
      });
    },
    async stop() {
      await stopInOrder(context, [...(await engine.observe()).values()]);
      await engine.release();
    },
    async memoryMiB() {
      const all = [...(await engine.observe()).values()];
      return all.reduce((sum, { memoryBytes }) => sum + memoryBytes!, 0) / 1024 ** 2;
    },
    async pids() {
      return [...(await engine.observe()).values()].map(({ pid }) => pid);
    },
  };
}

async function open({ name: engine }: Runtime, dir: string, given: Overrides) {
  return await openStack({ dir }, { given, engine, purpose: "start" });
}

/** The services as `docker compose up -d` starts them from the rendered file. */
export async function bareContainers(dir: string, given: Overrides): Promise<BareStack> {
  const context = await open(docker, dir, given);
  const { compose: [name, ...args] } = await needDocker(denoHost, 0);
  return bareStack(
    context,
    () => command(name, ...args, "-f", `${dir}/${COMPOSE_FILE}`, "up", "-d"),
  );
}

/** The JVMs of a stack as a script would start them: all at once. */
export async function bareJvms(dir: string, given: Overrides): Promise<BareJvms> {
  const context = await open(native, dir, given);
  const { host, stack, rendered, report } = context;
  const { java, libs } = await findKafka(stack, report);
  const never = () => () => Promise.reject(new Error("up makes the archives first"));
  const engineWith = (more: Pick<KafkaJava, "archive"> = {}) => {
    const kafka = { command: java.command, libs, ...more };
    const deno = { command: Deno.execPath(), root: ROOT };
    return nativeEngine({ host, dir, stack, deno, java: () => Promise.resolve(kafka) });
  };
  const cache = cacheDir(host);
  const bare = bareStack(context, async () => {
    const archive = await findArchives({ host, java, libs, cache, report, proveAt: never, stack });
    await engineWith({ archive }).start(rendered.services);
  });
  return {
    ...bare,
    startWith: (flags) =>
      bare.start(() =>
        engineWith().start(
          rendered.services.filter(isJava).map((service) => ({
            ...service,
            program: { ...service.program, jvmFlags: flags(service) },
          })),
        )
      ),
    async tool(line) {
      const artifacts = renderTools(stack, { os: host.os, java: java.command, libs, dir });
      await prepareFiles(host, dir, { directories: TOOLS_DIRECTORIES, artifacts });
      const env = toolsEnvironment(stack, dir, host.env("PATH") ?? "");
      return await timed(async () => {
        const { success } = await new Deno.Command("sh", {
          args: ["-c", line],
          env,
          stdout: "null",
        })
          .output();
        if (!success) throw new Error(`${line} failed`);
      });
    },
  };
}
