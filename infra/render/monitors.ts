// What watches the services: the lag exporter, Prometheus and Grafana, as processes, with the
// files that they are configured by.
// This module is pure: no Deno APIs, no I/O.
import type { Stack } from "../spec/mod.ts";
import type { Artifact } from "./artifact.ts";
import type { MonitoringContent, PrometheusTarget } from "./content.ts";
import { hostPort, MONITORS, type Placement } from "./placement.ts";
import { innerServers, type Monitor, type Process, type ScrapeTarget } from "./process.ts";

/** The programs that there are; what is missing is left out of the stack. */
export interface Programs {
  /** Deno, and the project's directory with the clients. */
  readonly deno: { readonly command: string; readonly root: string };
  /** The command. */
  readonly prometheus?: string | undefined;
  /** The command, and where its pages are (`--homepath`). */
  readonly grafana?: { readonly command: string; readonly home: string } | undefined;
}

/** Where they are in their images. */
export const IMAGE_PROGRAMS: Programs = {
  deno: { command: "deno", root: "/kafka_client" },
  prometheus: "prometheus",
  grafana: { command: "/usr/share/grafana/bin/grafana", home: "/usr/share/grafana" },
};

const PROMETHEUS = {
  config: "kafka_monitoring/prometheus/config",
  data: "kafka_monitoring/prometheus/data",
};
const GRAFANA = {
  config: "kafka_monitoring/grafana/conf",
  data: "kafka_monitoring/grafana/data",
};

/** The file with the password of Grafana's `admin`, relative to the stack's directory. */
export const ADMIN_PASSWORD = `${GRAFANA.config}/admin_password`;

/** What it may do: speak to the brokers and to Prometheus. */
const LAG_EXPORTER_FLAGS = ["--no-prompt", "--quiet", "--allow-net", "--allow-env=KAFKA_HOST"];

/** The processes that watch a stack. They start after what they watch, and stop before it. */
export function renderMonitors(stack: Stack, placement: Placement, programs: Programs): Monitor[] {
  const { lagExporterPort, prometheusPort, grafanaPort, retention } = stack.monitoring!;
  const { deno, prometheus, grafana } = programs;
  const lag = placement.open(lagExporterPort).bind;
  const web = placement.open(prometheusPort).bind;
  return [
    monitor(placement, {
      name: MONITORS.lagExporter,
      port: lagExporterPort,
      command: [
        deno.command,
        ...["run", ...LAG_EXPORTER_FLAGS, `${deno.root}/clients/lag_exporter.ts`],
        ...["--kafka", innerServers(stack, placement)],
        ...["--host", lag.host, "--port", String(lag.port)],
      ],
      directories: {},
      path: "/-/healthy",
      job: "kafka_lag",
    }),
    ...(prometheus === undefined ? [] : [monitor(placement, {
      name: MONITORS.prometheus,
      port: prometheusPort,
      // Only what Prometheus 2.42 and 3 both know.
      command: [
        prometheus,
        `--config.file=${placement.path(`${PROMETHEUS.config}/prometheus.yml`)}`,
        `--storage.tsdb.path=${placement.path(PROMETHEUS.data)}`,
        `--storage.tsdb.retention.time=${retention}`,
        `--web.listen-address=${hostPort(web)}`,
      ],
      directories: PROMETHEUS,
      path: "/-/ready",
      job: "prometheus",
    })]),
    ...(grafana === undefined ? [] : [monitor(placement, {
      name: MONITORS.grafana,
      port: grafanaPort,
      command: [
        grafana.command,
        "server",
        `--homepath=${grafana.home}`,
        `--config=${placement.path(`${GRAFANA.config}/grafana.ini`)}`,
      ],
      directories: GRAFANA,
      path: "/api/health",
    })]),
  ];
}

/**
 * What Prometheus looks at.
 *
 * @param from Whether it is one of the stack's services, or runs on this machine beside them.
 */
export function scrapeTargets(
  processes: readonly Process[],
  from: "stack" | "machine",
): PrometheusTarget[] {
  return processes.flatMap((process) => {
    const { name: instance, scrape } = process;
    if (!scrape || process.kind === "client") return [];
    const outside = process.kind === "monitor" ? process.address : process.exporter!;
    const address = hostPort(from === "stack" ? scrape.address : outside);
    return [{ job: scrape.job, instance, address }];
  });
}

/** The files of those among `processes` that have any. */
export function filesOfMonitors(
  stack: Stack,
  placement: Placement,
  content: MonitoringContent,
  processes: readonly Process[],
): Artifact[] {
  const { scrapeIntervalSeconds, prometheusPort, grafanaPort } = stack.monitoring!;
  const has = (name: string) => processes.some((process) => process.name === name);
  const files: Artifact[] = [];
  const put = (directory: string, artifacts: readonly Artifact[]) =>
    files.push(...artifacts.map((one) => ({ ...one, path: `${directory}/${one.path}` })));
  if (has(MONITORS.prometheus)) {
    const targets = scrapeTargets(processes, "stack");
    put(PROMETHEUS.config, content.prometheus({ scrapeIntervalSeconds, targets }));
  }
  if (has(MONITORS.grafana)) {
    put(
      GRAFANA.config,
      content.grafana({
        scrapeIntervalSeconds,
        bind: placement.open(grafanaPort).bind,
        config: placement.path(GRAFANA.config),
        data: placement.path(GRAFANA.data),
        passwordFile: placement.path(ADMIN_PASSWORD),
        prometheus: `http://${hostPort(placement.within(MONITORS.prometheus, prometheusPort))}`,
      }),
    );
  }
  return files;
}

interface MonitorOptions extends Pick<Monitor, "name" | "command" | "directories"> {
  /** On the host. */
  readonly port: number;
  /** Answers with 200 when it does its work. */
  readonly path: string;
  readonly job?: ScrapeTarget["job"];
}

function monitor(
  placement: Placement,
  { name, command, directories, port, path, job }: MonitorOptions,
): Monitor {
  const { bind, host } = placement.open(port);
  const address = placement.reach(host);
  return {
    name,
    kind: "monitor",
    command,
    directories,
    ports: { http: { ...host, inside: bind.port } },
    address,
    inside: placement.within(name, port),
    check: { kind: "http", address, path },
    logFile: `kafka_monitoring/${name}.log`,
    stopGraceMs: 10_000,
    ...(placement.container ? { container: placement.container(name) } : {}),
    ...(job ? { scrape: { job, address: placement.within(name, port) } } : {}),
  };
}
