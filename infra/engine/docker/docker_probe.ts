// Finds out whether Docker can run a stack here, and if not, why and what helps.
import { Failure } from "../../spec/mod.ts";
import type { Unusable } from "../engine.ts";
import { type Host, NoAnswer } from "../host/host.ts";

/** A Docker that can run a stack. */
export interface Docker {
  /** Version of the daemon. */
  readonly version: string;
  /** The command of Compose, e.g. `docker compose`. */
  readonly compose: readonly [string, ...string[]];
  readonly composeVersion: string;
}

/** The oldest that the compose file and its health checks were tried on. */
const MIN_DOCKER = [20, 10] as const;
/** The first Compose that reads a file without a version. */
const MIN_COMPOSE = [1, 27] as const;

/**
 * @param heapMiB What all Java heaps add up to.
 */
export async function findDocker(host: Host, heapMiB: number): Promise<Docker | Unusable> {
  try {
    return await askDocker(host, heapMiB);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return {
      why: error.message,
      fix: "Restart Docker Desktop, or the daemon: sudo systemctl restart docker",
    };
  }
}

async function askDocker(host: Host, heapMiB: number): Promise<Docker | Unusable> {
  const [info, compose] = await Promise.all([
    host.run("docker", ["info", "--format", "{{.ServerVersion}} {{.MemTotal}}"]),
    findCompose(host),
  ]);
  const [, version, memory] = /^(\d+\.\S+) (\d+)$/m.exec(info.stdout) ?? [];
  if (info.code !== 0 || version === undefined) return refusal(info.code, info.stderr);
  if (isOlder(version, MIN_DOCKER)) {
    return {
      why: `Docker ${version} is too old (needed: ${MIN_DOCKER.join(".")})`,
      fix: "Install a newer Docker Engine: https://docs.docker.com/engine/install",
    };
  }
  if ("why" in compose) return compose;
  const memoryMiB = Math.floor(Number(memory) / 1024 ** 2);
  if (memoryMiB < heapMiB) {
    return {
      why: `Docker has ${memoryMiB} MiB of memory, the stack's Java heaps add up to ${heapMiB} MiB`,
      fix: "Give it more (Docker Desktop: Settings, Resources), or lower heap in infra/stack.ts.",
    };
  }
  return { version, ...compose };
}

/** @throws {Failure} Docker cannot run a stack here. */
export async function needDocker(host: Host, heapMiB: number): Promise<Docker> {
  const docker = await findDocker(host, heapMiB);
  if (!("why" in docker)) return docker;
  throw new Failure(`Docker cannot be used: ${docker.why}`, { hint: docker.fix });
}

async function findCompose(host: Host): Promise<Omit<Docker, "version"> | Unusable> {
  const commands: [string, ...string[]][] = [["docker", "compose"], ["docker-compose"]];
  let found: string | undefined;
  for (const compose of commands) {
    const [command, ...args] = compose;
    const { code, stdout } = await host.run(command, [...args, "version", "--short"]);
    const composeVersion = stdout.trim().replace(/^v/, "");
    if (code !== 0 || !/^\d+\.\d+/.test(composeVersion)) continue;
    if (!isOlder(composeVersion, MIN_COMPOSE)) return { compose, composeVersion };
    found = composeVersion;
  }
  const fix = "Install its plugin: https://docs.docker.com/compose/install";
  return found === undefined
    ? { why: "Docker answers, but Docker Compose is not there", fix }
    : { why: `Docker Compose ${found} is too old (needed: ${MIN_COMPOSE.join(".")})`, fix };
}

function refusal(code: number, stderr: string): Unusable {
  if (code === 127) {
    return {
      absent: true,
      why: "there is no docker command",
      fix: "Install Docker: https://docs.docker.com/engine/install",
    };
  }
  if (/permission denied/i.test(stderr)) {
    return {
      why: "Docker's socket refuses this user",
      fix: "Join its group and log in again: sudo usermod -aG docker $USER",
    };
  }
  const text = stderr.trim().split("\n").pop() ?? "";
  return {
    why: /cannot connect|no such file|connection refused/i.test(stderr)
      ? "no Docker daemon answers"
      : `docker info failed: ${text}`,
    fix: "Start Docker Desktop, or the daemon: sudo systemctl start docker",
  };
}

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split(".").map(Number);
  return a < major || (a === major && b < minor);
}
