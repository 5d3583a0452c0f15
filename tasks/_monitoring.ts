// What a stack is monitored with: the files from monitoring/, for the descriptors, and the programs
// of this machine that read them.
import { denoHost } from "../infra/engine/host/deno_host.ts";
import { findPrograms, type MissingProgram } from "../infra/engine/monitoring/programs.ts";
import {
  fileUrl,
  type MonitoringContent,
  type Programs,
  type Target,
} from "../infra/render/mod.ts";
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
export async function openMonitoring(target: Target, root: string): Promise<OpenMonitoring> {
  const { missing, ...found } = target.programs
    ? { ...target.programs, missing: [] }
    : { deno: { command: Deno.execPath(), root }, ...await findPrograms(denoHost) };
  // Grafana's SDK takes a tenth of a second to load: only where there is a Grafana.
  const dashboards = found.grafana ? await import("../monitoring/dashboards/mod.ts") : undefined;
  const runbook = fileUrl(`${root}/docs/alerts.md`);
  return {
    programs: found,
    missing,
    content: {
      exporters: exporterConfigs,
      prometheus: (options, mode) => prometheusFiles(options, alertRules(runbook, mode)),
      grafana: (options, mode) =>
        grafanaFiles(options, {
          dataSource: dashboards!.DATA_SOURCE.uid,
          dashboards: dashboards!.renderDashboards(mode),
          home: HOME,
        }),
    },
  };
}
