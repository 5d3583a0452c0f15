// Prometheus' configuration: what it looks at, how often, and by which rules it alerts. Only what
// Prometheus 2.42 and 3 both know.
// This module is pure: no Deno APIs, no I/O.
import { type Artifact, GENERATED } from "../infra/render/artifact.ts";
import { toYaml } from "../infra/render/yaml.ts";

/** A service that serves metrics. */
export interface Target {
  /** What kind of service it is: `kafka`, `zookeeper`, … */
  readonly job: string;
  /** The service's name: it becomes the label `instance`, on both engines. */
  readonly instance: string;
  /** `host:port`, with the metrics at `/metrics`. */
  readonly address: string;
}

/** What is scraped, and how often. */
export interface ScrapeOptions {
  readonly scrapeIntervalSeconds: number;
  readonly targets: readonly Target[];
}

/** The scrape jobs, as `scrape_configs` holds them. */
export function scrapeConfigs(targets: readonly Target[]) {
  return [...new Set(targets.map(({ job }) => job))].map((job) => ({
    job_name: job,
    static_configs: targets.filter((target) => target.job === job).map((target) => ({
      targets: [target.address],
      labels: { instance: target.instance },
    })),
  }));
}

/** The jobs in a file of their own, as `scrape_config_files` reads it (from Prometheus 2.43 on). */
export function scrapeFile(targets: readonly Target[]): string {
  return toYaml({ scrape_configs: scrapeConfigs(targets) });
}

/**
 * `prometheus.yml`, and `rules.yml` beside it.
 *
 * @param rules The alert rules, as YAML.
 */
export function prometheusFiles(options: ScrapeOptions, rules: string): Artifact[] {
  const { scrapeIntervalSeconds: seconds, targets } = options;
  const config = {
    global: {
      scrape_interval: `${seconds}s`,
      // It may not be longer than the interval.
      scrape_timeout: `${Math.min(10, seconds)}s`,
      evaluation_interval: `${seconds}s`,
    },
    rule_files: ["rules.yml"],
    scrape_configs: scrapeConfigs(targets),
  };
  return [
    { path: "prometheus.yml", content: `${GENERATED}\n${toYaml(config)}` },
    { path: "rules.yml", content: rules },
  ];
}
