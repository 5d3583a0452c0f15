// What `bench` compares with: the same JVMs, started bare.
import { cacheDir } from "../infra/engine/distribution/mod.ts";
import { findArchives } from "../infra/engine/cds.ts";
import { prepareFiles } from "../infra/engine/files.ts";
import { denoHost } from "../infra/engine/deno_host.ts";
import { nativeEngine } from "../infra/engine/native.ts";
import { stopInOrder } from "../infra/engine/up.ts";
import { type Jvm, jvmsOf, renderTools, toolsEnvironment } from "../infra/render/mod.ts";
import { findKafka, openStack } from "./_context.ts";

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Runs `deno <args>` to its end; throws with its output when it fails. */
export async function command(...args: string[]): Promise<void> {
  const { code, stderr } = await denoHost.run(Deno.execPath(), args);
  if (code !== 0) throw new Error(`deno ${args.join(" ")}: ${stderr}`);
}

/** An offset at which no port of a stack is in use. */
export function freeOffset(): number {
  const ports = [2181, 2888, 3888, 9092].flatMap((base) => [base, base + 1, base + 2]);
  // Below the ports that systems give to outgoing connections, from 32768 on.
  for (let offset = 10_000; offset < 23_000; offset += 100) {
    const taken = ports.some((p) =>
      denoHost.port({ host: "127.0.0.1", port: p + offset }) !== "free"
    );
    if (!taken) return offset;
  }
  throw new Error("no free ports for a stack");
}

/** The JVMs of a stack as a script would start them: all at once, ready when the brokers' logs say so. */
export async function bareStack(dir: string, portOffset: number) {
  const context = await openStack({ dir }, { given: { portOffset }, engine: "native" });
  const { host, stack, rendered, report } = context;
  const { java, libs } = await findKafka(stack, report);
  const runtime = async () => {
    const never = () => () => Promise.reject(new Error("up makes the archives first"));
    const cache = cacheDir(host);
    const archive = await findArchives({ host, java, libs, cache, report, proveAt: never });
    return { java: java.command, libs, archive };
  };
  const engine = nativeEngine({ host, dir, runtime });
  const plain = nativeEngine({
    host,
    dir,
    runtime: () => Promise.resolve({ java: java.command, libs }),
  });
  const tools = renderTools(stack, { java: java.command, libs, dir });
  return {
    /** Deletes data and logs. */
    async clear() {
      for (const name of ["kafka", "zookeeper"]) await host.remove(`${dir}/${name}`);
    },
    /** Starts all; resolves to the ms until the last broker says that it has started. */
    async start(flags?: (process: Jvm) => string[]): Promise<number> {
      await prepareFiles(host, dir, rendered);
      await engine.prepare(rendered.processes);
      const jvms = jvmsOf(rendered.processes);
      const processes = jvms.map((p) => flags ? { ...p, jvmFlags: flags(p) } : p);
      const brokers = jvmsOf(processes, "broker");
      for (const { logFile } of brokers) await host.remove(`${dir}/${logFile}`);
      return await timed(async () => {
        await (flags ? plain : engine).start(processes);
        for (const { logFile } of brokers) {
          while (!(await host.readText(`${dir}/${logFile}`))?.includes("started (kafka.server")) {
            await host.sleep(20);
          }
        }
      });
    },
    async stop() {
      await stopInOrder(context, [...(await engine.observe()).values()]);
    },
    /** Milliseconds of a shell command with Kafka's tools on PATH. */
    async tool(line: string): Promise<number> {
      await prepareFiles(host, dir, { directories: ["bin"], artifacts: tools });
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
    /** Resident memory of all services. */
    async memoryMiB(): Promise<number> {
      const all = [...(await engine.observe()).values()];
      return all.reduce((sum, { memoryBytes }) => sum + memoryBytes!, 0) / 1024 ** 2;
    },
  };
}
