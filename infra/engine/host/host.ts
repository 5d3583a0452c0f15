// Host: the one door to the operating system. Engines get it as an argument, so
// that tests can pass a fake. The real one is deno_host.ts.
// This module is pure: no Deno APIs, no I/O.
import type { Address } from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";

/** The file system refuses a write, and why is known. */
export class CannotWrite extends Failure {
  override name = "CannotWrite";
}

/** How long a command may take that moves no data, in ms. */
export const COMMAND_MS = 30_000;
/** The same for one that fetches, builds or copies. */
export const TRANSFER_MS = 3_600_000;

/** A command did not end in time, and was ended. */
export class NoAnswer extends Failure {
  override name = "NoAnswer";

  /** @param what The command, e.g. `docker info`. */
  constructor(what: string, afterMs: number) {
    super(`${what} does not answer`, {
      hint: `It was ended after ${afterMs / 1000} s. Try it by hand: what does it wait for?`,
      exitCode: 3,
    });
  }
}

/** The task was interrupted: what it waited for, or ran, was ended. */
export class Interrupted extends Failure {
  override name = "Interrupted";

  constructor() {
    super("Interrupted");
  }
}

/** Options of a command. */
export interface RunOptions {
  readonly cwd?: string;
  readonly onLine?: (line: string) => void;
  /** Default {@linkcode COMMAND_MS}. */
  readonly timeoutMs?: number;
  /** What to call it when it does not end; default: the command and its first argument. */
  readonly name?: string;
}

/** A process of the machine that carries our marks (see `marks` in native.ts). */
export interface RunningProcess {
  readonly pid: number;
  /** When it started, in the system's own notation: with the pid it tells a process from a later one. */
  readonly startTime: string;
  /** Resident memory in bytes. */
  readonly memoryBytes: number;
  /** Its command line, then what it has of marks in its environment. */
  readonly command: readonly string[];
}

/** How a command ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A held lock. */
export interface Lock {
  release(): void;
}

/**
 * What engines may ask of the operating system. Paths are absolute. While a task is being
 * interrupted, waits, commands, connections, downloads and starts end with {@linkcode Interrupted}.
 */
export interface Host {
  readonly os: "linux" | "darwin";

  env(name: string): string | undefined;
  /** Whose process we are. */
  user(): { readonly uid: number; readonly gid: number };
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;

  /** The text of a file, or `undefined` when there is none. */
  readText(path: string): Promise<string | undefined>;
  /** The last `count` lines of a file; none when there is no file. */
  tail(path: string, count: number): Promise<string[]>;
  /** Up to 1 MiB of a file from byte `from` on, and the file's size; `undefined`: no file. */
  readFrom(path: string, from: number): Promise<
    { readonly bytes: Uint8Array; readonly size: number } | undefined
  >;
  /** Writes aside and renames, so that the file is whole or as it was. Makes its directory. */
  writeText(path: string, content: string, mode?: number): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  /**
   * The path without symbolic links in it, also of what is not there yet. Where the file system does
   * not tell upper from lower case, with the names as they are stored.
   */
  realPath(path: string): Promise<string>;
  /** Tells what a path leads to, through links, from all else; `undefined`: nothing is there. */
  identity(path: string): Promise<string | undefined>;
  /** What a path itself is; a link is not followed. `undefined`: nothing is there. */
  kind(path: string): Promise<"file" | "directory" | "link" | "other" | undefined>;
  /** Names in a directory; none when it does not exist. */
  list(path: string): Promise<string[]>;
  /** Removes a file or a whole directory, if it is there. */
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Bytes that may still be written where `path` is, and how many there are. */
  disk(path: string): Promise<{ readonly free: number; readonly total: number }>;
  /** SHA digest of a file in lower-case hex. */
  digest(path: string, algorithm: "SHA-256" | "SHA-512"): Promise<string>;
  /** Takes the lock file, or returns what its holder wrote into it. The lock ends with the process. */
  lock(path: string, holder: string): Promise<Lock | string>;

  /**
   * Runs a command to its end, in English and UTF-8 whatever the caller's locale. `code` 127: there
   * is no such command.
   *
   * @throws {NoAnswer} It does not end in time: it and what it has started are killed.
   */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /**
   * Starts a process in a session of its own that outlives us; its output goes to `output`.
   * `env` is added to the environment, which has no settings for services (environment.ts).
   */
  spawnDetached(
    command: string,
    args: readonly string[],
    output: string,
    env?: Readonly<Record<string, string>>,
  ): Promise<number>;
  /** The same for a process that nobody wants once the task is interrupted: it is killed then. */
  spawnTemporary: Host["spawnDetached"];
  /** The processes whose command line, or whose marks in the environment, hold `mark`. */
  processes(mark: string): Promise<RunningProcess[]>;
  /** Sends a signal; false when there is no such process. */
  kill(pid: number, signal: "SIGTERM" | "SIGKILL"): Promise<boolean>;

  /** Whether a port can be bound: `free`, `taken`, or that the address is not this machine's. */
  port(address: Address): "free" | "taken" | "no such address";
  /** A port of 127.0.0.1 that nobody uses now. */
  freePort(): number;
  /** Who listens on a port, e.g. `process 4711 (java)`, if that can be found out. */
  portOwner(port: number): Promise<{ readonly pid: number; readonly name: string } | undefined>;
  /**
   * Connects, sends `question` and resolves to all that is answered until the other
   * side closes; with no question, connects only. `undefined`: no answer in time.
   */
  ask(
    address: Address,
    question: string | undefined,
    timeoutMs: number,
  ): Promise<string | undefined>;
  /**
   * Fetches a URL to a file.
   *
   * @throws {Failure} With the status, the cause, or that the server sends nothing any more.
   */
  download(
    url: string,
    path: string,
    onProgress: (done: number, total?: number) => void,
  ): Promise<void>;
}
