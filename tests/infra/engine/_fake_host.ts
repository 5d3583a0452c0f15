// A Host in memory: files, processes, ports and a clock that moves only when somebody sleeps.
import type { Address } from "../../../infra/render/mod.ts";
import { MARKS, MARKS_SEPARATOR } from "../../../infra/engine/host/process_table.ts";
import type { PlacedPartition } from "../../../infra/engine/data/partitions.ts";
import type { CommandResult, Host, RunningProcess } from "../../../infra/engine/host/host.ts";

/** The fake, with what a test may set and look at. */
export interface FakeHost extends Host {
  readonly files: Map<string, string>;
  readonly jvms: RunningProcess[];
  readonly taken: Set<number>;
  readonly log: string[];
  /** Environment variables. */
  readonly vars: Record<string, string>;
  /** Answers to four-letter words and connects, by port; a function sees the question. */
  answer: (port: number, question: string | undefined) => string | undefined;
  /** What commands print. */
  commands: (command: string, args: readonly string[]) => CommandResult;
  /** Called after each sleep with the time that has passed: lets the world go on. */
  onTime: (passedMs: number) => void;
  freeBytes: number;
  /** Symbolic links, and what they lead to. */
  readonly links: Map<string, string>;
  /** What the ensemble knows of the cluster's partitions. */
  partitions: PlacedPartition[];
  /** Ignores SIGTERM. */
  stubborn: Set<number>;
  /** Is not even ended by SIGKILL. */
  unkillable: Set<number>;
}

/** Makes a host without files, processes or commands. */
export function fakeHost(): FakeHost {
  const files = new Map<string, string>();
  const jvms: RunningProcess[] = [];
  const log: string[] = [];
  const taken = new Set<number>();
  const locks = new Map<string, string>();
  const links = new Map<string, string>();
  const followed = (path: string) => {
    for (const [link, target] of links) {
      if (path === link || path.startsWith(`${link}/`)) return target + path.slice(link.length);
    }
    return path;
  };
  const stubborn = new Set<number>();
  const unkillable = new Set<number>();
  let clock = 1_000_000;
  let pids = 100;
  const sleepers: { wake: number; resolve: () => void }[] = [];
  const below = (path: string) => [...files.keys()].filter((key) => key.startsWith(`${path}/`));
  const host: FakeHost = {
    os: "linux",
    files,
    jvms,
    taken,
    log,
    stubborn,
    unkillable,
    links,
    vars: { HOME: "/home/u" },
    answer: () => undefined,
    commands: () => ({ code: 127, stdout: "", stderr: "not found" }),
    onTime: () => {},
    freeBytes: 100 * 1024 ** 3,
    partitions: [],
    user: () => ({ uid: 1000, gid: 1000 }),
    env: (name) => host.vars[name],
    now: () => clock,
    sleep(ms) {
      // Whoever wakes first goes on first, and the clock is then where it woke. A real turn of the
      // event loop lies between, so that timers of the code under test can fire.
      return new Promise((resolve) => {
        sleepers.push({ wake: clock + ms, resolve });
        setTimeout(() => {
          sleepers.sort((a, b) => a.wake - b.wake);
          const next = sleepers.shift()!;
          clock = Math.max(clock, next.wake);
          host.onTime(clock - 1_000_000);
          next.resolve();
        }, 0);
      });
    },
    readText: (path) => Promise.resolve(files.get(path)),
    tail: (path, count) =>
      Promise.resolve((files.get(path) ?? "").split("\n").filter(Boolean).slice(-count)),
    readFrom(path, from) {
      const text = files.get(path);
      if (text === undefined) return Promise.resolve(undefined);
      const bytes = new TextEncoder().encode(text);
      return Promise.resolve({
        bytes: bytes.subarray(Math.min(from, bytes.length)),
        size: bytes.length,
      });
    },
    writeText(path, content) {
      files.set(path, content);
      log.push(`write ${path}`);
      return Promise.resolve();
    },
    makeDirectory: () => Promise.resolve(),
    realPath: (path) => Promise.resolve(followed(path)),
    identity(path) {
      const real = followed(path);
      const there = files.has(real) || below(real).length > 0;
      return Promise.resolve(there ? `inode of ${real}` : undefined);
    },
    kind: (path) =>
      Promise.resolve(
        links.has(path)
          ? "link"
          : files.has(path)
          ? "file"
          : below(path).length > 0
          ? "directory"
          : undefined,
      ),
    list: (path) =>
      Promise.resolve([
        ...new Set(below(path).map((key) => key.slice(path.length + 1).split("/")[0]!)),
      ]),
    remove(path) {
      for (const key of [path, ...below(path)]) files.delete(key);
      return Promise.resolve();
    },
    rename(from, to) {
      for (const key of files.has(from) ? [from] : below(from)) {
        files.set(to + key.slice(from.length), files.get(key)!);
        files.delete(key);
      }
      return Promise.resolve();
    },
    disk: () => Promise.resolve({ free: host.freeBytes, total: 200 * 1024 ** 3 }),
    digest: (path) => Promise.resolve(`digest of ${files.get(path)}`),
    lock(path, holder) {
      const other = locks.get(path);
      if (other) return Promise.resolve(other);
      locks.set(path, holder);
      return Promise.resolve({ release: () => locks.delete(path) });
    },
    run(command, args) {
      log.push(`run ${command} ${args.join(" ")}`);
      return Promise.resolve(host.commands(command, args));
    },
    spawnDetached(command, args, _output, env = {}) {
      const pid = pids++;
      const marks = (env[MARKS] ?? "").split(MARKS_SEPARATOR).slice(1);
      jvms.push({
        pid,
        startTime: String(clock),
        memoryBytes: 1024 ** 2,
        command: [command, ...args, ...marks],
      });
      log.push(
        `spawn ${[...args, ...marks].find((arg) => arg.startsWith("-Dstack.service="))?.slice(16)}`,
      );
      return Promise.resolve(pid);
    },
    spawnTemporary: (...given) => host.spawnDetached(...given),
    processes: (mark) =>
      Promise.resolve(jvms.filter(({ command }) => command.join("\0").includes(mark))),
    kill(pid, signal) {
      const index = jvms.findIndex((jvm) => jvm.pid === pid);
      log.push(`${signal} ${pid}`);
      if (index < 0) return Promise.resolve(false);
      if (unkillable.has(pid)) return Promise.resolve(true);
      if (signal === "SIGKILL" || !stubborn.has(pid)) jvms.splice(index, 1);
      return Promise.resolve(true);
    },
    port: ({ port }: Address) => taken.has(port) ? "taken" : "free",
    portOwner: () => Promise.resolve({ pid: 4711, name: "java" }),
    freePort: () => 40_000 + pids++,
    ask: ({ port }, question) => Promise.resolve(host.answer(port, question)),
    download: () => Promise.reject(new Error("no network")),
  };
  return host;
}
