// Which engine a task works with: the one on which the stack runs, the one that was asked for,
// or, for a start, Docker where it can be used.
import { shellWord } from "../render/mod.ts";
import { Failure } from "../spec/mod.ts";
import { observeDocker } from "./docker.ts";
import { findDocker } from "./docker_probe.ts";
import type { EngineName, RunningService } from "./engine.ts";
import type { Host } from "./host.ts";
import { observeNative } from "./native.ts";
import type { StackRecord } from "./record.ts";

/** What {@linkcode chooseEngine} needs. */
export interface ChoiceOptions {
  readonly host: Host;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  readonly record: StackRecord | undefined;
  /** `--engine` of this task. */
  readonly asked: EngineName | "auto" | undefined;
  readonly purpose: Purpose;
  /** What all Java heaps add up to. */
  readonly heapMiB: number;
}

/** What a task does with a stack: starts services, writes its files only, or neither. */
export type Purpose = "start" | "write" | "look";

/** An engine, and why it is this one. */
export interface Choice {
  readonly engine: EngineName;
  readonly why: string;
}

/**
 * Chooses.
 *
 * @throws {Failure} The stack runs on another engine than the one that was asked for, or Docker was
 * asked for and cannot be used: why, and what helps.
 */
export async function chooseEngine(options: ChoiceOptions): Promise<Choice> {
  const { host, dir, record, purpose, heapMiB } = options;
  const running = await findRunning(host, dir, record);
  const asked = options.asked ?? record?.overrides.engine ?? "auto";
  if (running) {
    if (options.asked !== undefined && asked !== "auto" && asked !== running.engine) {
      throw new Failure(
        `The stack in ${dir} runs on the ${running.engine} engine (${
          running.services.join(", ")
        }): ${asked} cannot start it too`,
        { hint: `Stop it first, its data stays: deno task down --dir ${shellWord(dir)}` },
      );
    }
    return { engine: running.engine, why: "the stack runs on it" };
  }
  if (purpose === "look") return { engine: record?.engine ?? "native", why: "it ran last" };
  // Files can be written for a Docker that is elsewhere.
  if (asked === "native" || (asked === "docker" && purpose === "write")) {
    return { engine: asked, why: "it was asked for" };
  }
  const docker = await findDocker(host, heapMiB);
  if (!("why" in docker)) {
    const { version, compose, composeVersion } = docker;
    const what = `Docker ${version} and ${compose.join(" ")} ${composeVersion}`;
    return { engine: "docker", why: `${what} are there` };
  }
  if (asked === "docker") {
    throw new Failure(`The docker engine cannot be used: ${docker.why}`, {
      hint: `${docker.fix}\nWithout Docker: deno task up --engine native`,
    });
  }
  // A Docker that is there and refuses is worth a word on how to mend it.
  const fix = docker.why === "there is no docker command" ? "" : ` (${docker.fix})`;
  return { engine: "native", why: `${docker.why}${fix}` };
}

/** The engine that services of the stack run on now, whoever started them. */
async function findRunning(
  host: Host,
  dir: string,
  record: StackRecord | undefined,
): Promise<{ engine: EngineName; services: string[] } | undefined> {
  const first = record?.engine ?? "native";
  for (const engine of [first, first === "native" ? "docker" : "native"] as const) {
    const services = [...(await OBSERVERS[engine](host, dir)).keys()];
    if (services.length > 0) return { engine, services };
  }
}

type Observer = (host: Host, dir: string) => Promise<ReadonlyMap<string, RunningService>>;

const OBSERVERS: Readonly<Record<EngineName, Observer>> = {
  native: observeNative,
  // Where no Docker answers, nothing runs on it.
  docker: (host, dir) => observeDocker(host, dir).catch(() => new Map()),
};

/**
 * What runs of the stack in `dir`, on any engine: for who is about to delete it.
 *
 * @throws {Failure} The stack ran on Docker, and that does not answer: its containers may run.
 */
export async function observeAll(
  host: Host,
  dir: string,
  record: StackRecord | undefined,
): Promise<string[]> {
  const docker = record?.engine === "docker" ? observeDocker : OBSERVERS.docker;
  const all = await Promise.all([observeNative(host, dir), docker(host, dir)]);
  return all.flatMap((running) => [...running.keys()]);
}
