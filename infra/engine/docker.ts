// The docker engine: each service is a container of a Compose project.
import { COMPOSE_FILE, LABEL, type Process, shellWord } from "../render/mod.ts";
import { Failure } from "../spec/mod.ts";
import type { Docker } from "./docker_probe.ts";
import type { Engine, Report, RunningService } from "./engine.ts";
import type { Host } from "./host.ts";
import { belongsTo, sameDirectory } from "./identity.ts";

/** What the engine is made of. */
export interface DockerOptions {
  readonly host: Host;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  /** Name of the Compose project. */
  readonly project: string;
  /** Finds Docker; asked when something is started. */
  readonly docker: () => Promise<Docker>;
  /** Builds the client's image. */
  readonly build: () => Promise<void>;
  readonly report: Report;
}

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
 * The containers of the stack in `dir`. They are told by what the directory in their label is, not
 * by how it is written there.
 *
 * @throws {Failure} Docker does not answer.
 */
async function containersOf(host: Host, dir: string, which: "running" | "all") {
  const options = which === "all" ? ["-a"] : [];
  const { code, stdout, stderr } = await host.run("sh", ["-c", INSPECT, "sh", ...options]);
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
  const memory = (await host.run("sh", ["-c", MEMORY, "sh", ...pids])).stdout;
  const services = running.map(({ Id, State, Config }): [string, RunningService] => {
    const name = Config.Labels[LABEL.service]!;
    const [, pages] = new RegExp(`^${State.Pid} \\d+ (\\d+)`, "m").exec(memory) ?? [];
    return [name, {
      name,
      kind: Config.Labels[LABEL.kind] as Process["kind"],
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
async function readMemory(host: Host, ids: readonly string[]): Promise<Map<string, number>> {
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

/** More lines than a service writes from its start to its end while it starts. */
const RUN_LINES = "2000";

/** Makes the engine. */
export function dockerEngine(options: DockerOptions): Engine {
  const { host, dir, project, report } = options;

  /** Runs a docker command; throws with its last line when it fails. */
  const docker = async (...args: string[]) => {
    const { code, stdout, stderr } = await host.run("docker", args);
    if (code === 0) return stdout;
    throw new Failure(`docker ${args[0]} failed: ${lastLine(stderr)}`);
  };
  /** When {@linkcode Engine.start} was last called. */
  let calledAt: string | undefined;
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");

  return {
    name: "docker",
    observe: () => observeDocker(host, dir),
    async prepare(wanted) {
      await options.docker();
      await checkNames(host, dir, project, wanted);
      const images = new Map(wanted.map(({ container }) => [container!.image, container!.build]));
      for (const [image, build] of images) {
        const there = await host.run("docker", ["image", "inspect", "--format", "{{.Id}}", image]);
        if (there.code === 0) continue;
        if (build) await options.build();
        else await pull(host, image, report);
      }
    },
    async start(started) {
      calledAt = new Date(host.now()).toISOString();
      const { compose: [command, ...args] } = await options.docker();
      const { code, stderr } = await host.run(command, [
        ...args,
        ...["-f", `${dir}/${COMPOSE_FILE}`, "-p", project],
        // In which order is our matter: each kind starts when the one before is far enough.
        ...["up", "-d", "--no-deps", "--remove-orphans"],
        ...started.map(({ name }) => name),
      ]);
      if (code === 0) return;
      throw new Failure(`Docker Compose could not start the services: ${lastLine(stderr)}`, {
        hint: `See all that it says: ${[command, ...args].join(" ")} -f ${
          shellWord(`${dir}/${COMPOSE_FILE}`)
        } up`,
      });
    },
    async stop(services, graceMs) {
      await Promise.all(
        services.map(({ name, container }) =>
          docker("stop", "-t", String(Math.ceil(graceMs(name) / 1000)), container!.id)
        ),
      );
    },
    async release() {
      const ids = (await containersOf(host, dir, "all")).map(({ Id }) => Id);
      if (ids.length > 0) await docker("rm", "-f", "-v", ...ids);
      const mine = `label=com.docker.compose.project=${project}`;
      // Another stack of this name, stopped or not, needs its network.
      if (words(await docker("ps", "-aq", "--filter", mine)).length > 0) return;
      const networks = words(await docker("network", "ls", "-q", "--filter", mine));
      // One that a container of the user's is still on stays.
      if (networks.length > 0) await host.run("docker", ["network", "rm", ...networks]);
    },
    memory: async (services) => {
      const bytes = await readMemory(host, services.map(({ container }) => container!.id));
      return new Map(services.flatMap(({ name, container }) => {
        const found = bytes.get(container!.id);
        return found === undefined ? [] : [[name, found] as const];
      }));
    },
    async startLog({ container }) {
      const { name } = container!;
      const format = "{{.State.StartedAt}} {{.RestartCount}}";
      const [began, restarts] = words(
        (await host.run("docker", ["inspect", "--format", format, name])).stdout,
      );
      // Its policy has started it again already: what ended is above, and this run says nothing.
      const since = calledAt ?? (restarts === "0" ? began : undefined);
      const read = async (...range: string[]) => {
        const { code, stdout, stderr } = await host.run("docker", ["logs", ...range, name]);
        const lines = code === 0 ? `${stdout}\n${stderr}`.split("\n") : [];
        return lines.filter((line) => line.trim() !== "");
      };
      const lines = since === undefined ? [] : await read("--since", since);
      // Nothing too where the daemon's clock is behind this machine's.
      return lines.length > 0 ? lines : await read("--tail", RUN_LINES);
    },
  };
}

/** Refuses to take over containers of the same names, or of the same project, that are another's. */
async function checkNames(
  host: Host,
  dir: string,
  project: string,
  processes: readonly Process[],
) {
  const format = `{{.Names}}\t{{.Label "${LABEL.dir}"}}\t{{.Label "com.docker.compose.project"}}`;
  const { stdout } = await host.run("docker", ["ps", "-a", "--format", format]);
  const all = stdout.split("\n").filter(Boolean).map((line) => line.split("\t"));
  const own = await Promise.all(
    all.map(async ([, owner]) => Boolean(owner) && await sameDirectory(host, owner!, dir)),
  );
  const others = all.filter((_, index) => !own[index]);
  const names = processes.map(({ container }) => container!.name);
  const clash = others.find(([name, , theirs]) => names.includes(name!) || theirs === project);
  if (!clash) return;
  const [name, owner] = clash;
  throw new Failure(
    owner
      ? `Cannot start: the container ${name} belongs to the stack in ${owner}`
      : `Cannot start: there is a container ${name} already, which is not this toolkit's`,
    {
      hint: owner
        ? `Remove its containers, its data stays: deno task down --dir ${shellWord(owner)}\n` +
          "or run this stack beside it: deno task up --port-offset 20"
        : `Rename it (docker rename ${name} …), or give the stack another name in infra/stack.ts.`,
    },
  );
}

async function pull(host: Host, image: string, report: Report) {
  report(undefined, `pulls ${image}`);
  const seen = new Set<string>();
  const { code, stderr } = await host.run("docker", ["pull", image], {
    onLine: (line) => {
      const [, layer] = /^(\w+): Pull complete/.exec(line) ?? [];
      if (layer === undefined || seen.has(layer)) return;
      seen.add(layer);
      report(undefined, `pulls ${image}: ${seen.size} layers there`);
    },
  });
  if (code === 0) return;
  throw new Failure(`Cannot pull ${image}: ${lastLine(stderr)}`, {
    hint:
      "Is the registry reachable? A mirror's names can be set in infra/stack.ts (docker.images).\n" +
      "Without Docker: deno task up --engine native",
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").pop() || "it says nothing";
}
