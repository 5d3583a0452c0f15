// The docker engine: each service is a container of a Compose project.
import {
  COMPOSE_FILE,
  LABEL,
  projectName,
  type Service,
  shellWord,
  TARGETS,
} from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";
import { buildClientImage, clientImage } from "./client_image.ts";
import { containersOf, lastLine, observeDocker, readMemory } from "./docker_containers.ts";
import { type Docker, findDocker, needDocker } from "./docker_probe.ts";
import type { Engine, Report, Runtime } from "../engine.ts";
import { COMMAND_MS, type Host, TRANSFER_MS } from "../host/host.ts";
import { sameDirectory } from "../host/identity.ts";

/** Each service is a container of a Compose project. */
export const docker: Runtime = {
  name: "docker",
  observe: observeDocker,
  async find(host, heapMiB) {
    const found = await findDocker(host, heapMiB);
    return "why" in found ? found : { found: `${describe(found)} are there` };
  },
  async target(host, stack, root) {
    const { uid, gid } = host.user();
    const image = await clientImage(host, stack, root);
    return TARGETS.compose({ user: `${uid}:${gid}`, clientImage: image, root });
  },
  open: ({ host, dir, stack, deno, heapMiB, report }) =>
    dockerEngine({
      ...{ host, dir, report },
      project: projectName(stack),
      docker: () => needDocker(host, heapMiB),
      build: async () => void await buildClientImage(host, stack, deno.root, report),
    }),
};

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

/** How long containers may take to be made and started, or removed, in ms. */
const START_MS = 300_000;

/** More lines than a service writes from its start to its end while it starts. */
const RUN_LINES = "2000";

/** Makes the engine. */
export function dockerEngine(options: DockerOptions): Engine {
  const { host, dir, project, report } = options;

  /** Runs a docker command; throws with its last line when it fails. */
  const run = async (args: readonly string[], timeoutMs = COMMAND_MS) => {
    const { code, stdout, stderr } = await host.run("docker", args, { timeoutMs });
    if (code === 0) return stdout;
    throw new Failure(`docker ${args[0]} failed: ${lastLine(stderr)}`);
  };
  /** When each service was last started here. */
  const startedAt = new Map<string, string>();
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");

  return {
    name: docker.name,
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
      const now = new Date(host.now()).toISOString();
      for (const { name } of started) startedAt.set(name, now);
      const { compose: [command, ...args] } = await options.docker();
      const { code, stderr } = await host.run(command, [
        ...args,
        ...["-f", `${dir}/${COMPOSE_FILE}`, "-p", project],
        // In which order is our matter: each group starts when the one before is far enough.
        ...["up", "-d", "--no-deps", "--remove-orphans"],
        ...started.map(({ name }) => name),
      ], { timeoutMs: START_MS });
      if (code === 0) return;
      throw new Failure(`Docker Compose could not start the services: ${lastLine(stderr)}`, {
        hint: `See all that it says: ${[command, ...args].join(" ")} -f ${
          shellWord(`${dir}/${COMPOSE_FILE}`)
        } up`,
      });
    },
    async stop(services, graceMs) {
      await Promise.all(
        services.map(({ name, container }) => {
          const seconds = String(Math.ceil(graceMs(name) / 1000));
          return run(["stop", "-t", seconds, container!.id], graceMs(name) + COMMAND_MS);
        }),
      );
    },
    async release() {
      const ids = (await containersOf(host, dir, "all")).map(({ Id }) => Id);
      if (ids.length > 0) await run(["rm", "-f", "-v", ...ids], START_MS);
      const mine = `label=com.docker.compose.project=${project}`;
      // Another stack of this name, stopped or not, needs its network.
      if (words(await run(["ps", "-aq", "--filter", mine])).length > 0) return;
      const networks = words(await run(["network", "ls", "-q", "--filter", mine]));
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
    async startLog({ name: service, container }) {
      const { name } = container!;
      const format = "{{.State.StartedAt}} {{.RestartCount}}";
      const [began, restarts] = words(
        (await host.run("docker", ["inspect", "--format", format, name])).stdout,
      );
      // Its policy has started it again already: what ended it stands above, in the run before.
      const since = startedAt.get(service) ?? (restarts === "0" ? began : undefined);
      const read = async (...range: string[]) => {
        const { code, stdout, stderr } = await host.run("docker", ["logs", ...range, name]);
        const lines = code === 0 ? `${stdout}\n${stderr}`.split("\n") : [];
        return lines.filter((line) => line.trim() !== "");
      };
      const lines = since === undefined ? [] : await read("--since", since);
      // Nothing too where the daemon's clock is behind this machine's.
      return lines.length > 0 ? lines : await read("--tail", RUN_LINES);
    },
    questions: () => [["Docker", async () => {
      const found = await findDocker(host, 0);
      if ("why" in found) throw new Failure(found.why, { hint: found.fix });
      return describe(found, ",").slice("Docker ".length);
    }]],
  };
}

/** Refuses to take over containers of the same names, or of the same project, that are another's. */
async function checkNames(
  host: Host,
  dir: string,
  project: string,
  services: readonly Service[],
) {
  const format = `{{.Names}}\t{{.Label "${LABEL.dir}"}}\t{{.Label "com.docker.compose.project"}}`;
  const { stdout } = await host.run("docker", ["ps", "-a", "--format", format]);
  const all = stdout.split("\n").filter(Boolean).map((line) => line.split("\t"));
  const own = await Promise.all(
    all.map(async ([, owner]) => Boolean(owner) && await sameDirectory(host, owner!, dir)),
  );
  const others = all.filter((_, index) => !own[index]);
  const names = services.map(({ container }) => container!.name);
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
    timeoutMs: TRANSFER_MS,
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

/** `Docker 28.2.2 and docker compose 2.32.4`. */
function describe({ version, compose, composeVersion }: Docker, and = " and"): string {
  return `Docker ${version}${and} ${compose.join(" ")} ${composeVersion}`;
}
