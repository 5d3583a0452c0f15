// docker-compose.yml: the process list as services of Docker Compose.
// This module is pure: no Deno APIs, no I/O.
import type { Stack } from "../spec/mod.ts";
import { type Artifact, GENERATED } from "./artifact.ts";
import { EXPORTER_DIRECTORY } from "./exporter.ts";
import { healthCheckPath, renderHealthCheck } from "./health.ts";
import { hostPort, projectName } from "./placement.ts";
import type { Client, Fingerprinted, Jvm, Process } from "./process.ts";
import { toYaml } from "./yaml.ts";

/** Labels by which containers are found, whoever started them. */
export const LABEL = {
  /** Absolute path of the stack's directory. */
  dir: "stack.dir",
  service: "stack.service",
  kind: "stack.kind",
  fingerprint: "stack.fingerprint",
} as const;

/** What a JVM needs beside its heap: classes, code, threads, buffers. */
const BESIDE_HEAP_MIB = { zookeeper: 160, broker: 384 };

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
  processes: readonly Fingerprinted[],
  dir: string,
): Artifact[] {
  const { subnet } = stack.docker;
  const file = {
    services: Object.fromEntries(
      processes.map((process) => [process.name, service(process, processes, dir)]),
    ),
    ...(subnet === undefined ? {} : { networks: { default: { ipam: { config: [{ subnet }] } } } }),
  };
  return [
    {
      path: COMPOSE_FILE,
      content: `${GENERATED}
# By hand, from any directory (-f <path of this file>): docker compose up -d, ps, logs -f, down.
# Data, configuration and logs stay beside this file, in kafka/ and zookeeper/.
${toYaml(escaped(file))}`,
    },
    // Read by Compose from beside its file: the version-1 line knows no other place.
    { path: ".env", content: `${GENERATED}\nCOMPOSE_PROJECT_NAME=${projectName(stack)}\n` },
    ...processes.flatMap((process) =>
      process.kind === "client" ? [] : [renderHealthCheck(process)]
    ),
  ];
}

function service(process: Fingerprinted, all: readonly Process[], dir: string) {
  const { name, kind, ports, stopGraceMs, fingerprint } = process;
  const container = process.container!;
  return {
    image: container.image,
    container_name: container.name,
    hostname: name,
    user: container.user,
    ...(process.kind === "client" ? client(process, all) : jvm(process, all)),
    ports: Object.values(ports).map((port) => `${hostPort(port)}:${port.inside}`),
    restart: "unless-stopped",
    stop_grace_period: `${stopGraceMs / 1000}s`,
    logging: { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } },
    labels: {
      [LABEL.dir]: dir,
      [LABEL.service]: name,
      [LABEL.kind]: kind,
      [LABEL.fingerprint]: fingerprint,
    },
  };
}

function jvm(process: Jvm, all: readonly Process[]) {
  const { kind, jvmFlags, mainClass, args, heapMiB, directories, exporter } = process;
  const mount = process.container!.mount;
  const ensemble = all.filter((other) => other.kind === "zookeeper");
  return {
    // The image's own start formats for KRaft; this is what its start scripts end in.
    command: ["java", ...jvmFlags, "-cp", "/opt/kafka/libs/*", mainClass, ...args],
    ...(kind === "broker" ? { depends_on: dependsOn(ensemble, "service_healthy") } : {}),
    volumes: [
      ...mounted(Object.values(directories)).map((path) =>
        `./${path}:${mount}/${path}${path === directories.config ? ":ro" : ""}`
      ),
      ...(exporter ? [`./${EXPORTER_DIRECTORY}:${mount}/${EXPORTER_DIRECTORY}:ro`] : []),
    ],
    mem_limit: `${heapMiB + BESIDE_HEAP_MIB[kind]}m`,
    healthcheck: {
      test: ["CMD", "bash", `${mount}/${healthCheckPath(process)}`],
      interval: kind === "zookeeper" ? "2s" : "5s",
      timeout: "5s",
      retries: 3,
      // A start's failures do not count; a killed broker waits for its old session's end.
      start_period: "60s",
    },
  };
}

function client({ build, environment }: Client, all: readonly Process[]) {
  const brokers = all.filter(({ kind }) => kind === "broker");
  return {
    // Built where it is not there, so that the file works by hand too.
    build: { ...build, args: { ...build.args } },
    environment: { ...environment },
    depends_on: dependsOn(brokers, "service_started"),
    // Ends at SIGTERM, and takes in what a shell leaves behind.
    init: true,
    mem_limit: "1g",
  };
}

function dependsOn(processes: readonly Process[], condition: string) {
  return Object.fromEntries(processes.map(({ name }) => [name, { condition }]));
}

/** Directories that are not inside of another one. */
function mounted(directories: readonly string[]): string[] {
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
