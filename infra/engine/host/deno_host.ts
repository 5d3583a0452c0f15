// The real Host, on Deno.
import { Failure } from "../../spec/mod.ts";
import { DROP_SETTINGS, localeOf } from "../../render/mod.ts";
import { digest, disk, identity, ifThere, kind, realPath } from "./deno_paths.ts";
import { ask } from "./deno_connection.ts";
import { OS, run } from "./deno_command.ts";
import { CannotWrite, type Host, Interrupted, type Lock } from "./host.ts";
import { DARWIN_ARGS, LINUX_SCRIPT, parseDarwin, parseLinux } from "./process_table.ts";

/** Why the file system refuses, by the system's error: what a user can do something about. */
function refusal(error: unknown): string | undefined {
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.AlreadyExists) {
    return "a part of the path is a file";
  }
  const [, code] = /\(os error (\d+)\)/.exec(String(error)) ?? [];
  return { "28": "no space left on the disk", "30": "the file system is read-only" }[code ?? ""];
}

/** Explains a refusal with the path that it is about. */
async function writing<T>(path: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    const why = refusal(cause);
    if (why === undefined) throw cause;
    throw new CannotWrite(`Cannot write ${path}: ${why}`, {
      hint: "Make the directory yours and writable, free some space, or choose another with --dir.",
      cause,
    });
  }
}

async function readFrom(path: string, from: number, limit = 1 << 20) {
  const file = await ifThere(Deno.open(path));
  if (!file) return undefined;
  using _ = file;
  const { size } = await file.stat();
  const bytes = new Uint8Array(Math.max(0, Math.min(size - from, limit)));
  await file.seek(Math.min(from, size), Deno.SeekMode.Start);
  let read = 0;
  while (read < bytes.length) {
    const n = await file.read(bytes.subarray(read));
    if (n === null) break;
    read += n;
  }
  return { bytes: bytes.subarray(0, read), size };
}

async function tail(path: string, count: number): Promise<string[]> {
  const size = (await readFrom(path, 0, 0))?.size ?? 0;
  const end = await readFrom(path, Math.max(0, size - count * 400));
  const lines = new TextDecoder().decode(end?.bytes).split("\n");
  return lines.filter((line) => line !== "").slice(-count);
}

async function writeText(path: string, content: string, mode = 0o644) {
  const aside = `${path}.${Deno.pid}.tmp`;
  await writing(
    path,
    (async () => {
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      try {
        await Deno.writeTextFile(aside, content, { mode });
        await Deno.rename(aside, path);
      } catch (error) {
        await ifThere(Deno.remove(aside)).catch(() => {});
        throw error;
      }
    })(),
  );
}

async function lock(path: string, holder: string): Promise<Lock | string> {
  await writing(path, Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true }));
  const file = await writing(path, Deno.open(path, { create: true, read: true, write: true }));
  if (!await file.tryLock(true)) {
    file.close();
    return (await Deno.readTextFile(path)).trim() || "another task";
  }
  try {
    await file.truncate();
    await file.write(new TextEncoder().encode(`${holder}\n`));
  } catch { /* on a full disk the lock is held all the same; only its holder's name is missing */ }
  return { release: () => file.close() };
}

async function portOwner(port: number) {
  const lsof = await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]);
  const [, pid, name] = /^p(\d+)\nc(.*)$/m.exec(lsof.stdout) ?? [];
  if (pid) return { pid: Number(pid), name: name! };
  const ss = await run("ss", ["-Hltnp", `sport = :${port}`]);
  const [, ssName, ssPid] = /\("([^"]+)",pid=(\d+)/.exec(ss.stdout) ?? [];
  return ssPid ? { pid: Number(ssPid), name: ssName! } : undefined;
}

/** Why a server cannot be reached, in words; the system's own where there are none of ours. */
function whyUnreachable(error: Error): string {
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  const words: [RegExp, string][] = [
    [/refused/, "connection refused"],
    [/dns error|failed to lookup/, "unknown host"],
    [/certificate|InvalidCertificate/, "its certificate is not trusted"],
    [/timed out/, "no answer in time"],
    [/reset|closed/, "connection closed"],
  ];
  return words.find(([form]) => form.test(reason))?.[1] ?? reason;
}

async function download(
  url: string,
  path: string,
  onProgress: (done: number, total?: number) => void,
  signal?: AbortSignal,
) {
  const interrupted = () => {
    if (signal?.aborted) throw new Interrupted();
  };
  const response = await fetch(url, signal ? { signal } : {}).catch((cause: Error) => {
    interrupted();
    throw new Failure(`${url} cannot be reached: ${whyUnreachable(cause)}`, { cause });
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Failure(`${url} answered ${response.status} ${response.statusText}`);
  }
  const length = Number(response.headers.get("content-length")) || undefined;
  let done = 0;
  const counted = response.body!.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        onProgress(done += chunk.length, length);
        controller.enqueue(chunk);
      },
    }),
  );
  await writing(path, Deno.writeFile(path, counted)).catch((cause) => {
    interrupted();
    if (cause instanceof Failure) throw cause;
    throw new Failure(`${url} ended after ${done}${length ? ` of ${length}` : ""} bytes`, {
      cause,
    });
  });
  if (length !== undefined && done !== length) {
    throw new Failure(`${url} ended after ${done} of ${length} bytes`);
  }
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
    download: (url, path, onProgress) => download(url, path, onProgress, signal),
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
