// docker-compose.yml: the services of a stack as those of Docker Compose.
// This module is pure: no Deno APIs, no I/O.
import {
  type After,
  type Artifact,
  commandOf,
  crashReport,
  type Description,
  GENERATED,
  type Health,
  hostPort,
  IMAGE_PLACES,
  isJava,
  localeOf,
  neededBy,
  projectName,
  type Service,
} from "../services/mod.ts";
import type { Stack } from "../spec/mod.ts";
import { formatFirst, formatScript } from "./format_script.ts";
import { toYaml } from "./yaml.ts";

/** Labels by which containers are found, whoever started them. */
export const LABEL = {
  /** Absolute path of the stack's directory. */
  dir: "stack.dir",
  service: "stack.service",
  fingerprint: "stack.fingerprint",
} as const;

/** Where the file is, relative to the stack's directory. */
export const COMPOSE_FILE = "docker-compose.yml";

/**
 * The compose file with its project's name beside it, and the health checks. Valid for Compose v2
 * and docker-compose 1.29 (no `version`, no `name`, no `start_interval`).
 *
 * @param dir Absolute path of the stack's directory.
 */
export function renderCompose(
  stack: Stack,
  services: readonly Service[],
  dir: string,
): Artifact[] {
  const { subnet } = stack.docker;
  const file = {
    services: Object.fromEntries(
      services.map((service) => [service.name, composeService(service, services, dir)]),
    ),
    ...(subnet === undefined ? {} : { networks: { default: { ipam: { config: [{ subnet }] } } } }),
  };
  return [
    {
      path: COMPOSE_FILE,
      content: `${GENERATED}
# By hand, from any directory (-f <path of this file>): docker compose up -d, ps, logs -f, down.
# Data, configuration and logs stay beside this file, in kafka/, zookeeper/ and kafka_monitoring/.
${toYaml(escaped(file))}`,
    },
    // Read by Compose from beside its file: the version-1 line knows no other place.
    { path: ".env", content: `${GENERATED}\nCOMPOSE_PROJECT_NAME=${projectName(stack)}\n` },
    ...services.flatMap(healthScript),
    ...services.flatMap(formatScript),
  ];
}

function composeService(service: Service, all: readonly Service[], dir: string) {
  const { name, ports, stopGraceMs, fingerprint, memoryMiB } = service;
  const container = service.container!;
  const { build } = container;
  const dependsOn = Object.fromEntries(
    service.after.flatMap((after) =>
      neededBy({ roles: service.roles, after: [after] }, all)
        .map((other) => [other.name, { condition: CONDITIONS[after.until] }])
    ),
  );
  const mounts = volumes(service);
  const health = healthOf(service);
  return {
    // Built where it is not there, so that the file works by hand too.
    ...(build ? { build: { ...build, args: { ...build.args } } } : {}),
    image: container.image,
    container_name: container.name,
    hostname: name,
    user: container.user,
    ...program(service),
    ...(Object.keys(dependsOn).length > 0 ? { depends_on: dependsOn } : {}),
    // Its image's program ends at SIGTERM, and takes in what a shell leaves behind.
    ...(service.program ? {} : { init: true }),
    ...(mounts.length > 0 ? { volumes: mounts } : {}),
    mem_limit: memoryMiB % 1024 === 0 ? `${memoryMiB / 1024}g` : `${memoryMiB}m`,
    ...(health
      ? {
        healthcheck: {
          test: ["CMD", ...healthCommand(service, health)],
          interval: `${health.everySeconds}s`,
          timeout: "5s",
          retries: 3,
          // A start's failures do not count; a killed broker waits for its old session's end.
          start_period: "60s",
        },
      }
      : {}),
    ports: Object.values(ports).map((port) => `${hostPort(port)}:${port.inside}`),
    restart: "unless-stopped",
    stop_grace_period: `${stopGraceMs / 1000}s`,
    logging: { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } },
    labels: {
      [LABEL.dir]: dir,
      [LABEL.service]: name,
      [LABEL.fingerprint]: fingerprint,
    },
  };
}

/**
 * What Compose waits for by hand: it knows no state between "started" and "healthy". One broker that
 * is ill must not keep what comes after the brokers from being started.
 */
const CONDITIONS: Readonly<Record<After["until"], string>> = {
  started: "service_started",
  alive: "service_healthy",
  ready: "service_started",
};

function program(service: Service) {
  const { environment, directories, container } = service;
  const own = Object.keys(environment).length > 0 ? { environment: { ...environment } } : {};
  if (!service.program) return own;
  const flags = isJava(service) ? [crashReport(directories, container!.mount)] : [];
  const command = commandOf(service.program, IMAGE_PLACES, flags);
  // The image's own start formats for KRaft; the command is what its start scripts end in.
  return isJava(service)
    ? {
      command: formatFirst(service, command),
      environment: { ...localeOf("linux"), ...environment },
    }
    : { entrypoint: command, ...own };
}

/** The question to a container: its own, or that for the path that says "ready". */
function healthOf({ health, ready, inside }: Description): Health | undefined {
  if (health || ready?.kind !== "http") return health;
  const script =
    `exec 3<> /dev/tcp/127.0.0.1/${
      inside!.port
    } && printf 'GET ${ready.path} HTTP/1.0\\r\\n\\r\\n' ` +
    ">&3 && read -r line <&3 && [[ $line == *' 200 '* ]]";
  return { everySeconds: 5, ask: { command: ["bash", "-c", script] } };
}

function healthCommand(service: Service, { ask }: Health): readonly string[] {
  if ("command" in ask) return ask.command;
  return ["bash", `${service.container!.mount}/${healthScriptPath(service)}`];
}

/** Where a service's health check is, relative to the stack's directory. */
function healthScriptPath({ directories }: Description): string {
  return `${directories.config}/healthcheck.sh`;
}

/** The script that a service's container runs. */
function healthScript(service: Service): Artifact[] {
  const ask = service.health?.ask;
  if (!ask || "command" in ask) return [];
  return [{
    path: healthScriptPath(service),
    content: ["#!/usr/bin/env bash", GENERATED, ...ask.script, ""].join("\n"),
    mode: 0o755,
  }];
}

/**
 * The service's directories in its container; its configuration cannot be written there. `z`: where
 * SELinux is on, Docker labels them for all containers, else these could not read them.
 */
function volumes({ directories, reads, container }: Service): string[] {
  const mount = container!.mount;
  const own = outermost(Object.values(directories)).map((path) =>
    `./${path}:${mount}/${path}${path === directories.config ? ":ro,z" : ":z"}`
  );
  return [...own, ...reads.map((path) => `./${path}:${mount}/${path}:ro,z`)];
}

/** Directories that are not inside of another one. */
function outermost(directories: readonly string[]): string[] {
  return directories.filter((d) => !directories.some((other) => d.startsWith(`${other}/`)));
}

/** Compose replaces `$NAME` in every text; `$$` stands for itself. */
function escaped<T>(value: T): T {
  if (typeof value === "string") return value.replaceAll("$", "$$$$") as T;
  if (Array.isArray(value)) return value.map(escaped) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, escaped(item)]),
  ) as T;
}
