// The containers of a stack: which run, what they take, and who publishes a port.
import { LABEL } from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";
import type { RunningService } from "../engine.ts";
import type { Host } from "../host/host.ts";
import { belongsTo } from "../host/identity.ts";

/** What `docker inspect` tells, as far as it is read. */
interface Inspected {
  readonly Id: string;
  readonly State: {
    /** 0 while it does not run, between two starts too. */
    readonly Pid: number;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
}

/** Prints what the containers of all stacks are; with `$1` those too that do not run. */
const INSPECT = `ids=$(docker ps -q $1 --no-trunc --filter "label=${LABEL.dir}") || exit 1
[ -z "$ids" ] || docker inspect $ids`;

/**
 * Prints pid and resident pages of each container's process, where the daemon is on this machine:
 * elsewhere the pid is another's. The container's id is in its process' control group.
 */
const MEMORY = `while [ $# -gt 1 ]; do
  grep -q "$2" "/proc/$1/cgroup" && echo "$1 $(cat "/proc/$1/statm")"; shift 2
done 2>/dev/null; true`;

/**
 * The containers of the stack in `dir`. They are recognised by what the directory in their label is,
 * not by how it is written there.
 *
 * @throws {Failure} Docker does not answer.
 */
export async function containersOf(host: Host, dir: string, which: "running" | "all") {
  const options = which === "all" ? ["-a"] : [];
  const { code, stdout, stderr } = await host.run("sh", ["-c", INSPECT, "sh", ...options], {
    name: "docker ps",
  });
  // A container that was removed between the two commands is missing, the others are there.
  if (code !== 0 && !stdout.startsWith("[")) {
    throw new Failure(`Docker does not answer: ${lastLine(stderr)}`, {
      hint: "Start it; deno task doctor looks further.",
      exitCode: 3,
    });
  }
  const isOurs = belongsTo(host, dir);
  const own: Inspected[] = [];
  for (const container of JSON.parse(stdout || "[]") as Inspected[]) {
    const { Config: { Labels }, State: { Pid: pid, StartedAt: startTime } } = container;
    const claimed = { dir: Labels[LABEL.dir]!, service: Labels[LABEL.service]!, pid, startTime };
    if (await isOurs(claimed)) own.push(container);
  }
  return own;
}

/**
 * The running containers of the stack in `dir`, by service name. One that is between two starts,
 * for it ends again and again, does not run.
 *
 * @throws {Failure} Docker does not answer.
 */
export async function observeDocker(host: Host, dir: string): Promise<Map<string, RunningService>> {
  const running = (await containersOf(host, dir, "running")).filter(({ State }) => State.Pid > 0);
  const pids = running.flatMap(({ Id, State }) => [String(State.Pid), Id]);
  if (running.length === 0) return new Map();
  const memory = (await host.run("sh", ["-c", MEMORY, "sh", ...pids])).stdout;
  const services = running.map(({ Id, State, Config }): [string, RunningService] => {
    const name = Config.Labels[LABEL.service]!;
    const [, pages] = new RegExp(`^${State.Pid} \\d+ (\\d+)`, "m").exec(memory) ?? [];
    return [name, {
      name,
      pid: State.Pid,
      startTime: State.StartedAt,
      since: State.StartedAt,
      ...(pages === undefined ? {} : { memoryBytes: Number(pages) * 4096 }),
      fingerprint: Config.Labels[LABEL.fingerprint],
      container: { id: Id, health: State.Health?.Status },
    }];
  });
  return new Map(services.sort(([a], [b]) => a < b ? -1 : 1));
}

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Bytes of memory by container, as its daemon counts them: it looks for a second or two. */
export async function readMemory(host: Host, ids: readonly string[]): Promise<Map<string, number>> {
  const format = "{{.ID}} {{.MemUsage}}";
  const args = ["stats", "--no-stream", "--no-trunc", "--format", format, ...ids];
  const { stdout } = await host.run("docker", args);
  return new Map(
    [...stdout.matchAll(/^(\w+) ([\d.]+)([KMG]?i?B) /gm)].map(([, id, number, unit]) =>
      [id!, Math.round(Number(number) * (UNITS[unit!] ?? NaN))] as const
    ).filter(([, bytes]) => bytes > 0),
  );
}

/** The running container that publishes a port, and the stack's directory if it is of a stack. */
export async function findPublisher(
  host: Host,
  port: number,
): Promise<{ name: string; dir: string | undefined } | undefined> {
  const format = `{{.Names}}\t{{.Label "${LABEL.service}"}}\t{{.Label "${LABEL.dir}"}}`;
  const args = ["ps", "--filter", `publish=${port}`, "--format", format];
  const { stdout } = await host.run("docker", args);
  const [name, service, dir] = stdout.split("\n")[0]!.split("\t");
  return name ? { name: service || name, dir: dir || undefined } : undefined;
}

/** The last line of what a command said. */
export function lastLine(text: string): string {
  return text.trim().split("\n").pop() || "no reason was given";
}
