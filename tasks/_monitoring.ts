// What watches a stack: the files from monitoring/, for the renderers, and the programs of this
// machine that read them.
import { denoHost } from "../infra/engine/deno_host.ts";
import type { EngineName } from "../infra/engine/engine.ts";
import { findPrograms, type MissingProgram } from "../infra/engine/programs.ts";
import { fileUrl, type MonitoringContent, type Programs } from "../infra/render/mod.ts";
import { alertRules } from "../monitoring/alerts.ts";
import { exporterConfigs } from "../monitoring/exporter.ts";
import { grafanaFiles } from "../monitoring/grafana.ts";
import { prometheusFiles } from "../monitoring/prometheus.ts";

/** What the renderers need, and what this machine lacks. */
export interface OpenMonitoring {
  readonly content: MonitoringContent;
  readonly programs: Programs;
  readonly missing: readonly MissingProgram[];
}

/** The dashboard that Grafana opens on. */
const HOME = "kafka-overview.json";

/** @param root The project's directory. */
export async function openMonitoring(engine: EngineName, root: string): Promise<OpenMonitoring> {
  const { prometheus, grafana, missing } = engine === "native"
    ? await findPrograms(denoHost)
    : { prometheus: undefined, grafana: undefined, missing: [] };
  // Grafana's SDK takes a tenth of a second to load: only where there is a Grafana.
  const dashboards = engine === "docker" || grafana
    ? await import("../monitoring/dashboards/mod.ts")
    : undefined;
  const rules = alertRules(fileUrl(`${root}/docs/alerts.md`));
  return {
    programs: { deno: { command: Deno.execPath(), root }, prometheus, grafana },
    missing,
    content: {
      exporters: exporterConfigs,
      prometheus: (options) => prometheusFiles(options, rules),
      grafana: (options) =>
        grafanaFiles(options, {
          dataSource: dashboards!.DATA_SOURCE.uid,
          dashboards: dashboards!.renderDashboards(),
          home: HOME,
        }),
    },
  };
}
