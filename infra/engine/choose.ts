// Which runtime a task works with: the one on which the stack runs, the one that was asked for, or,
// for a start, the first that can be used.
import { shellWord } from "../render/mod.ts";
import { Failure } from "../spec/mod.ts";
import type { RunningService, Runtime } from "./engine.ts";
import type { Host } from "./host/host.ts";
import type { StackRecord } from "./record.ts";
import { FALLBACK, runtimeOf, RUNTIMES } from "./runtimes.ts";

/** What {@linkcode chooseEngine} needs. */
export interface ChoiceOptions {
  readonly host: Host;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  readonly record: StackRecord | undefined;
  /** `--engine` of this task. */
  readonly asked: string | undefined;
  readonly purpose: Purpose;
  /** What all Java heaps add up to. */
  readonly heapMiB: number;
}

/** What a task does with a stack: starts services, writes its files only, or neither. */
export type Purpose = "start" | "write" | "look";

/** A runtime, and why it is this one. */
export interface Choice {
  readonly runtime: Runtime;
  readonly why: string;
  /** Services of the stack run. */
  readonly running: boolean;
}

/**
 * Chooses.
 *
 * @throws {Failure} The stack runs on another engine than the one that was asked for, or the one
 * that was asked for cannot be used: why, and what helps.
 */
export async function chooseEngine(options: ChoiceOptions): Promise<Choice> {
  const { host, dir, record, purpose, heapMiB } = options;
  const running = await findRunning(host, dir, record);
  const asked = runtimeOf(options.asked ?? record?.overrides.engine);
  if (running) {
    const { runtime, services } = running;
    if (options.asked !== undefined && asked && asked !== runtime) {
      throw new Failure(
        `The stack in ${dir} runs on the ${runtime.name} engine (${
          services.join(", ")
        }): ${asked.name} cannot start it too`,
        { hint: `Stop it first, its data stays: deno task down --dir ${shellWord(dir)}` },
      );
    }
    return { runtime, why: "the stack runs on it", running: true };
  }
  if (purpose === "look") {
    return { runtime: runtimeOf(record?.engine) ?? FALLBACK, why: "it ran last", running: false };
  }
  // Files can be written for a runtime that is elsewhere.
  if (asked && purpose === "write") {
    return { runtime: asked, why: "it was asked for", running: false };
  }
  let why = "it was asked for";
  for (const runtime of asked ? [asked] : RUNTIMES) {
    const answer = await runtime.find(host, heapMiB);
    if ("found" in answer) return { runtime, why: answer.found || why, running: false };
    if (asked) {
      throw new Failure(`The ${asked.name} engine cannot be used: ${answer.why}`, {
        hint: `${answer.fix}\nWithout it: deno task up --engine ${FALLBACK.name}`,
      });
    }
    // For one that is there and cannot be used, it helps to read how to change that.
    why = answer.absent ? answer.why : `${answer.why} (${answer.fix})`;
  }
  return { runtime: FALLBACK, why, running: false };
}

/** The runtime that services of the stack run on now, whoever started them. */
async function findRunning(
  host: Host,
  dir: string,
  record: StackRecord | undefined,
): Promise<{ runtime: Runtime; services: string[] } | undefined> {
  const first = runtimeOf(record?.engine) ?? FALLBACK;
  for (const runtime of [first, ...RUNTIMES.filter((other) => other !== first)]) {
    const services = [...(await observeIfThere(runtime, host, dir)).keys()];
    if (services.length > 0) return { runtime, services };
  }
}

/** Where a runtime does not answer, nothing runs on it. */
function observeIfThere(
  runtime: Runtime,
  host: Host,
  dir: string,
): Promise<ReadonlyMap<string, RunningService>> {
  return runtime.observe(host, dir).catch(() => new Map());
}

/**
 * What runs of the stack in `dir`, on any engine: for who is about to delete it.
 *
 * @throws {Failure} The stack ran on a runtime that does not answer: its services may run.
 */
export async function observeAll(
  host: Host,
  dir: string,
  record: StackRecord | undefined,
): Promise<string[]> {
  const all = await Promise.all(
    RUNTIMES.map((runtime) =>
      runtime.name === record?.engine
        ? runtime.observe(host, dir)
        : observeIfThere(runtime, host, dir)
    ),
  );
  return all.flatMap((running) => [...running.keys()]);
}
