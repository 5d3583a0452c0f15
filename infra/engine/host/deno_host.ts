// The real Host, on Deno.
import { DROP_SETTINGS, localeOf } from "../../render/mod.ts";
import { OS, run } from "./deno_command.ts";
import { ask } from "./deno_connection.ts";
import { download } from "./deno_download.ts";
import { lock, readFrom, tail, writeText, writing } from "./deno_files.ts";
import { digest, disk, identity, ifThere, kind, realPath } from "./deno_paths.ts";
import { type Host, Interrupted } from "./host.ts";
import { DARWIN_ARGS, LINUX_SCRIPT, parseDarwin, parseLinux } from "./process_table.ts";

async function portOwner(port: number) {
  const lsof = await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]);
  const [, pid, name] = /^p(\d+)\nc(.*)$/m.exec(lsof.stdout) ?? [];
  if (pid) return { pid: Number(pid), name: name! };
  const ss = await run("ss", ["-Hltnp", `sport = :${port}`]);
  const [, ssName, ssPid] = /\("([^"]+)",pid=(\d+)/.exec(ss.stdout) ?? [];
  return ssPid ? { pid: Number(ssPid), name: ssName! } : undefined;
}

/** Becomes the command `$2 …`, with its output in the file `$1`. */
const DETACHED = `${DROP_SETTINGS}
output=$1; shift; exec "$@" >"$output" 2>&1`;

function spawnDetached(...[command, args, output, env = {}]: Parameters<Host["spawnDetached"]>) {
  const child = new Deno.Command("sh", {
    args: ["-c", DETACHED, "sh", output, command, ...args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
    env: { ...localeOf(OS), ...env },
  }).spawn();
  child.unref();
  return child;
}

/** See `sleep` of Host. `signal` interrupts it. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new Interrupted());
    const interrupt = () => {
      clearTimeout(timer);
      reject(new Interrupted());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", interrupt);
      resolve();
    }, ms);
    signal?.addEventListener("abort", interrupt, { once: true });
  });
}

/** The machine that we run on; what takes time there ends with {@linkcode Interrupted} by `signal`. */
export function denoHostUntil(signal: AbortSignal): Host {
  return {
    ...denoHost,
    sleep: (ms) => sleep(ms, signal),
    run: (command, args, options) => run(command, args, options, signal),
    ask: (address, question, timeoutMs) => ask(address, question, timeoutMs, signal),
    download: (url, path, onProgress) => download(url, path, onProgress, { signal }),
    async spawnDetached(...given) {
      if (signal.aborted) throw new Interrupted();
      return await denoHost.spawnDetached(...given);
    },
    spawnTemporary(...given) {
      if (signal.aborted) return Promise.reject(new Interrupted());
      const child = spawnDetached(...given);
      // At once, by no other process: on a busy machine that would take longer than there is time.
      signal.addEventListener("abort", () => {
        try {
          child.kill("SIGKILL");
        } catch { /* it has ended */ }
      });
      return Promise.resolve(child.pid);
    },
  };
}

/** The machine that we run on. */
export const denoHost: Host = {
  os: OS,
  env: (name) => Deno.env.get(name),
  user: () => ({ uid: Deno.uid()!, gid: Deno.gid()! }),
  now: () => Date.now(),
  sleep: (ms) => sleep(ms),
  readText: (path) => ifThere(Deno.readTextFile(path)),
  tail,
  readFrom,
  writeText,
  makeDirectory: (path) => writing(path, Deno.mkdir(path, { recursive: true })),
  realPath,
  identity,
  kind,
  list: async (path) =>
    await ifThere(Array.fromAsync(Deno.readDir(path), ({ name }) => name)) ?? [],
  remove: async (path) => {
    await writing(path, ifThere(Deno.remove(path, { recursive: true })));
  },
  rename: (from, to) => writing(to, Deno.rename(from, to)),
  disk,
  digest,
  lock,
  run: (command, args, options) => run(command, args, options),
  spawnDetached: (...given) => Promise.resolve(spawnDetached(...given).pid),
  spawnTemporary: (...given) => Promise.resolve(spawnDetached(...given).pid),
  async processes(mark) {
    if (Deno.build.os === "darwin") {
      return parseDarwin((await run("ps", DARWIN_ARGS)).stdout, mark);
    }
    return parseLinux((await run("sh", ["-c", LINUX_SCRIPT, "sh", mark])).stdout);
  },
  async kill(pid, signal) {
    // Through sh, which says that it is gone or another's by its exit code.
    const { code } = await run("sh", ["-c", `kill -s ${signal.slice(3)} ${pid}`]);
    return code === 0;
  },
  port({ host, port }) {
    try {
      Deno.listen({ hostname: host, port }).close();
      return "free";
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) return "taken";
      if (error instanceof Deno.errors.AddrNotAvailable) return "no such address";
      // The machine has no IPv6: EAFNOSUPPORT, of Linux and of macOS.
      if (/\(os error (97|47)\)/.test(String(error))) return "no such address";
      throw error;
    }
  },
  freePort() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr.port;
  },
  portOwner,
  ask: (address, question, timeoutMs) => ask(address, question, timeoutMs),
  download: (url, path, onProgress) => download(url, path, onProgress),
};
