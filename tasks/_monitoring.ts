// What watches a stack: the files from monitoring/, for the renderers, and the programs of this
// machine that read them.
import { denoHost } from "../infra/engine/deno_host.ts";
import type { EngineName } from "../infra/engine/engine.ts";
import { findPrograms, type MissingProgram } from "../infra/engine/programs.ts";
import type { MonitoringContent, Programs } from "../infra/render/mod.ts";
import { exporterConfigs } from "../monitoring/exporter.ts";
import { grafanaFiles } from "../monitoring/grafana.ts";
import { prometheusFiles } from "../monitoring/prometheus.ts";

/** What the renderers need, and what this machine lacks. */
export interface OpenMonitoring {
  readonly content: MonitoringContent;
  readonly programs: Programs;
  readonly missing: readonly MissingProgram[];
}

/** @param root The project's directory. */
export async function openMonitoring(engine: EngineName, root: string): Promise<OpenMonitoring> {
  const { prometheus, grafana, missing } = engine === "native"
    ? await findPrograms(denoHost)
    : { prometheus: undefined, grafana: undefined, missing: [] };
  const provisioned = await provision();
  return {
    programs: { deno: { command: Deno.execPath(), root }, prometheus, grafana },
    missing,
    content: {
      exporters: exporterConfigs(),
      prometheus: (options) => prometheusFiles(options, "groups: []\n"),
      grafana: (options) => grafanaFiles(options, provisioned),
    },
  };
}

function provision() {
  return Promise.resolve({
    dataSource: "kafka_stack_prometheus",
    dashboards: [],
    home: "overview.json",
  });
}
