// What the golden files hold: all that is rendered for a stack, as one text.
// `deno run --allow-write tests/infra/render/golden.ts` writes them anew.
import { type MonitoringContent, renderTools, type Storage } from "../../../infra/render/mod.ts";
import { renderDocker, renderNative } from "./_render.ts";
import { defineStack, type StackSpec } from "../../../infra/spec/mod.ts";

/** The stacks by name. */
export const SPECS = {
  1: { zookeepers: { count: 1 }, brokers: { count: 1 } },
  3: {},
  5: {
    portOffset: 100,
    bindAddress: "0.0.0.0",
    advertisedHost: "kafka.example.org",
    zookeepers: { count: 5, config: { maxClientCnxns: 100 } },
    brokers: {
      count: 5,
      heap: "1g",
      retentionHours: 24,
      config: { "message.max.bytes": 2_097_152 },
      each: { 2: { heap: "2g", config: { "num.io.threads": 4 } } },
    },
  },
  kraft: { mode: "kraft", brokers: { count: 4 } },
  controllers: {
    mode: "kraft",
    kafkaVersion: "3.9.2",
    portOffset: 100,
    bindAddress: "0.0.0.0",
    advertisedHost: "kafka.example.org",
    controllers: { heap: "128m", config: { "unclean.leader.election.enable": true } },
    brokers: { count: 1 },
  },
} as const satisfies Readonly<Record<string, StackSpec>>;

/** The storage of those in KRaft mode. */
const STORAGE: Readonly<Record<string, Storage>> = {
  kraft: {
    clusterId: "AAAAAAAAQACAAAAAAAAAAA",
    voters: {
      1: "AQAAAAAAQACAAAAAAAAAAA",
      2: "AgAAAAAAQACAAAAAAAAAAA",
      3: "AwAAAAAAQACAAAAAAAAAAA",
    },
  },
  // Formatted long ago, when the offset was 0.
  controllers: {
    clusterId: "AAAAAAAAQACAAAAAAAAAAA",
    formerPorts: { 101: 9392, 102: 9393, 103: 9394 },
  },
};

/** Those that are watched. */
const WATCHED: readonly string[] = ["3", "kraft"];

/** What monitoring/ would make. */
export const CONTENT: MonitoringContent = {
  exporters: (metrics) => ({
    zookeeper: `zookeeper's rules, ${metrics}\n`,
    broker: `brokers' rules, ${metrics}\n`,
  }),
  prometheus: (options) => [
    { path: "prometheus.yml", content: `${JSON.stringify(options, null, 2)}\n` },
  ],
  grafana: (options) => [
    { path: "grafana.ini", content: `${JSON.stringify(options, null, 2)}\n` },
  ],
};

/** The programs of a machine. */
export const PROGRAMS = {
  deno: { command: "/usr/bin/deno", root: "/src/kafka" },
  prometheus: "/usr/bin/prometheus",
  grafana: { command: "/usr/share/grafana/bin/grafana", home: "/usr/share/grafana" },
};

/** What is known of containers. */
export const DOCKER = {
  user: "1000:1000",
  clientImage: "kafka-stack-client:3.9.2-0123456789ab",
  root: "/src/kafka",
};

/** Renders the stack of this name. */
export function renderGolden(name: keyof typeof SPECS): string {
  const dir = "/srv/kafka stack";
  const stack = defineStack(SPECS[name]);
  const watched = WATCHED.includes(`${name}`);
  const { artifacts, directories, services } = renderNative(
    stack,
    dir,
    watched ? { content: CONTENT, programs: PROGRAMS } : undefined,
    undefined,
    STORAGE[name],
  );
  const tools = watched
    ? renderTools(stack, { os: "linux", java: "/opt/java/bin/java", libs: "/opt/kafka/libs", dir })
    : [];
  const shown = [
    ...artifacts,
    ...tools.filter(({ path }) =>
      /(run-class|topics|hosts)$/.test(path) || path === "bin/log4j2.properties"
    ),
  ];
  return [
    ...shown.map(({ path, content }) => `=== ${path}\n${content}`),
    `=== directories\n${directories.join("\n")}\n`,
    `=== services\n${
      JSON.stringify(services, (key, value) => key === "files" ? undefined : value, 2)
    }\n`,
  ].join("\n");
}

/** The same for containers: what differs from processes. */
export function renderDockerGolden(name: keyof typeof SPECS): string {
  const stack = defineStack({
    ...SPECS[name],
    ...(name === 5
      ? {
        docker: { subnet: "172.30.7.0/24", images: { kafka: "mirror.example/kafka:3.9.2-1" } },
      }
      : {}),
  });
  const shown = /^(docker-compose.yml|.env|.*[ar]1\/(zoo.cfg|server.properties|.*\.sh))$/;
  const content = WATCHED.includes(`${name}`) ? CONTENT : undefined;
  return renderDocker(stack, "/srv/kafka stack", DOCKER, content, undefined, STORAGE[name])
    .artifacts
    .filter(({ path }) => shown.test(path))
    .map(({ path, content }) => `=== ${path}\n${content}`).join("\n");
}

if (import.meta.main) {
  const write = (name: string, text: string) =>
    Deno.writeTextFileSync(new URL(`./golden/${name}.txt`, import.meta.url), text);
  for (const count of [1, 3, 5] as const) write(`${count}_brokers`, renderGolden(count));
  for (const count of [3, 5] as const) write(`docker_${count}_brokers`, renderDockerGolden(count));
  for (const name of ["kraft", "controllers"] as const) {
    write(name, renderGolden(name));
    write(`docker_${name}`, renderDockerGolden(name));
  }
}
