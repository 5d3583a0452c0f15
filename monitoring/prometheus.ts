// Prometheus' configuration: what it looks at, how often, and by which rules it alerts. Only what
// Prometheus 2.42 and 3 both know.
// This module is pure: no Deno APIs, no I/O.
import { type Artifact, GENERATED } from "../infra/services/artifact.ts";
import type { PrometheusOptions, PrometheusTarget } from "../infra/services/content.ts";
import { toYaml } from "../infra/render/yaml.ts";

/** The scrape jobs, as `scrape_configs` holds them. */
export function scrapeConfigs(targets: readonly PrometheusTarget[]) {
  return [...new Set(targets.map(({ job }) => job))].map((job) => ({
    job_name: job,
    static_configs: targets.filter((target) => target.job === job).map((target) => ({
      targets: [target.address],
      labels: { instance: target.instance },
    })),
  }));
}

/** The jobs in a file of their own, as `scrape_config_files` reads it (from Prometheus 2.43 on). */
export function scrapeFile(targets: readonly PrometheusTarget[]): string {
  return toYaml({ scrape_configs: scrapeConfigs(targets) });
}

/**
 * `prometheus.yml`, and `rules.yml` beside it.
 *
 * @param rules The alert rules, as YAML.
 */
export function prometheusFiles(options: PrometheusOptions, rules: string): Artifact[] {
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
