// docker-compose.yml: the process list as services of Docker Compose.
// This module is pure: no Deno APIs, no I/O.
import type { Stack } from "../spec/mod.ts";
import { type Artifact, GENERATED } from "./artifact.ts";
import { localeOf } from "./environment.ts";
import { EXPORTER_DIRECTORY } from "./exporter.ts";
import { healthCheckPath, renderHealthCheck } from "./health.ts";
import { hostPort, MONITORS, projectName } from "./placement.ts";
import type { Client, Fingerprinted, Jvm, Monitor, Process } from "./process.ts";
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
# Data, configuration and logs stay beside this file, in kafka/, zookeeper/ and kafka_monitoring/.
${toYaml(escaped(file))}`,
    },
    // Read by Compose from beside its file: the version-1 line knows no other place.
    { path: ".env", content: `${GENERATED}\nCOMPOSE_PROJECT_NAME=${projectName(stack)}\n` },
    ...processes.flatMap((process) => "jvmFlags" in process ? [renderHealthCheck(process)] : []),
  ];
}

function service(process: Fingerprinted, all: readonly Process[], dir: string) {
  const { name, kind, ports, stopGraceMs, fingerprint } = process;
  const container = process.container!;
  const { build } = container;
  return {
    // Built where it is not there, so that the file works by hand too.
    ...(build ? { build: { ...build, args: { ...build.args } } } : {}),
    image: container.image,
    container_name: container.name,
    hostname: name,
    user: container.user,
    ...details(process, all),
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

function details(process: Process, all: readonly Process[]) {
  switch (process.kind) {
    case "client":
      return client(process, all);
    case "monitor":
      return monitor(process, all);
    default:
      return jvm(process, all);
  }
}

function jvm(process: Jvm, all: readonly Process[]) {
  const { kind, jvmFlags, mainClass, args, heapMiB, directories, exporter } = process;
  const mount = process.container!.mount;
  const ensemble = all.filter((other) => other.kind === "zookeeper");
  return {
    // The image's own start formats for KRaft; this is what its start scripts end in.
    command: ["java", ...jvmFlags, "-cp", "/opt/kafka/libs/*", mainClass, ...args],
    environment: localeOf("linux"),
    ...(kind === "broker" ? { depends_on: dependsOn(ensemble, "service_healthy") } : {}),
    volumes: [
      ...volumes(directories, mount),
      ...(exporter ? [`./${EXPORTER_DIRECTORY}:${mount}/${EXPORTER_DIRECTORY}:ro,z`] : []),
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

function client({ environment }: Client, all: readonly Process[]) {
  const brokers = all.filter(({ kind }) => kind === "broker");
  return {
    environment: { ...environment },
    depends_on: dependsOn(brokers, "service_started"),
    // Ends at SIGTERM, and takes in what a shell leaves behind.
    init: true,
    mem_limit: "1g",
  };
}

function monitor(process: Monitor, all: readonly Process[]) {
  const { command, directories } = process;
  const brokers = all.filter(({ kind }) => kind === "broker");
  const mounts = volumes(directories, process.container!.mount);
  return {
    entrypoint: [...command],
    // By hand, `docker compose up -d` starts what watches last.
    depends_on: dependsOn(brokers, "service_started"),
    ...(mounts.length > 0 ? { volumes: mounts } : {}),
    mem_limit: "512m",
    healthcheck: {
      test: ["CMD", ...healthCommand(process)],
      interval: "5s",
      timeout: "5s",
      retries: 3,
      start_period: "60s",
    },
  };
}

/** Asks for the path that says "ready", with what the image has: Prometheus' has no bash. */
function healthCommand({ name, inside: { port }, check: { path } }: Monitor): string[] {
  if (name === MONITORS.prometheus) {
    return ["promtool", "query", "instant", `http://127.0.0.1:${port}`, "vector(1)"];
  }
  return [
    ...["bash", "-c"],
    `exec 3<> /dev/tcp/127.0.0.1/${port} && printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3 && ` +
    "read -r line <&3 && [[ $line == *' 200 '* ]]",
  ];
}

/**
 * The service's directories in its container; its configuration cannot be written there. `z`: where
 * SELinux is on, Docker labels them for all containers, else these could not read them.
 */
function volumes(directories: Monitor["directories"], mount: string): string[] {
  return mounted(Object.values(directories)).map((path) =>
    `./${path}:${mount}/${path}${path === directories.config ? ":ro,z" : ":z"}`
  );
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
