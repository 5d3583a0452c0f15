// What goes into the files of the monitoring services: `monitoring/` makes it, and is not imported.
// This module is pure: no Deno APIs, no I/O.
import type { MetricsChoice, Mode } from "../spec/mod.ts";
import type { Artifact } from "./artifact.ts";

/** The JMX exporter's configuration for the services with each role. */
export type ExporterConfigs = Readonly<Record<"zookeeper" | "broker", string>>;

/** A service that serves metrics. */
export interface PrometheusTarget {
  /** What kind of service it is: `kafka`, `zookeeper`, … */
  readonly job: string;
  /** The service's name: it becomes the label `instance`, on both engines. */
  readonly instance: string;
  /** `host:port`, with the metrics at `/metrics`. */
  readonly address: string;
}

/** What Prometheus' configuration depends on. */
export interface PrometheusOptions {
  readonly scrapeIntervalSeconds: number;
  readonly targets: readonly PrometheusTarget[];
}

/** What Grafana's configuration depends on. Paths are as Grafana sees them. */
export interface GrafanaOptions {
  readonly bind: { readonly host: string; readonly port: number };
  /** Directory of the configuration. */
  readonly config: string;
  readonly data: string;
  /** File with the password of `admin`. */
  readonly passwordFile: string;
  /** URL at which Grafana reaches Prometheus. */
  readonly prometheus: string;
  readonly scrapeIntervalSeconds: number;
}

/** What the files hold. */
export interface MonitoringContent {
  exporters(metrics: MetricsChoice, mode: Mode): ExporterConfigs;
  /** Files of Prometheus' configuration, `prometheus.yml` and what it names, relative to it. */
  prometheus(options: PrometheusOptions, mode: Mode): readonly Artifact[];
  /** Files of Grafana's configuration, `grafana.ini` and what it names, relative to it. */
  grafana(options: GrafanaOptions, mode: Mode): readonly Artifact[];
}
