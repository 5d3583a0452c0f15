// deno task dashboards: dashboards, alert rules and scrape jobs for a Grafana and a Prometheus that
// are there already.
import { UsageError } from "../clients/cli/flags.ts";
import { runMain, say } from "../clients/cli/main.ts";
import type { Host } from "../infra/engine/host/host.ts";
import {
  type Artifact,
  fileUrl,
  GENERATED,
  PROMETHEUS,
  scrapeTargets,
} from "../infra/render/mod.ts";
import { Failure } from "../infra/spec/mod.ts";
import { alertRules } from "../monitoring/alerts.ts";
import { DATA_SOURCE, renderDashboards } from "../monitoring/dashboards/mod.ts";
import { scrapeFile } from "../monitoring/prometheus.ts";
import { openStack } from "./_context.ts";
import { dirFlag, ROOT, userPath } from "./_stack.ts";

await runMain({
  name: "deno task dashboards",
  summary:
    "Writes the dashboards, the alert rules with their runbook and a scrape job for the stack to a\n" +
    "directory, for people who have their own Grafana and Prometheus.",
  flags: {
    ...dirFlag,
    output: { type: "string", help: "directory to write to", value: "directory" },
  },
  examples: ["deno task dashboards --output ./monitoring-export"],
}, async ({ flags }) => {
  if (flags.output === undefined) {
    throw new UsageError(
      "--output is missing: where shall the files go?",
      "For example: deno task dashboards --output ./monitoring-export",
    );
  }
  const to = userPath(flags.output);
  const { host, rendered, stack } = await openStack(flags);
  if (!stack.monitoring) {
    throw new UsageError(
      "The stack has no exporters: monitoring is off",
      "Add it first: deno task up --with monitoring",
    );
  }
  const targets = scrapeTargets(rendered.services, "machine")
    .filter(({ instance }) => instance !== PROMETHEUS);
  const runbook = await host.readText(`${ROOT}/docs/alerts.md`);
  const files = [
    ...renderDashboards().map(({ file, content }) => ({ path: `dashboards/${file}`, content })),
    { path: "rules.yml", content: alertRules(fileUrl(`${to}/alerts.md`)) },
    { path: "alerts.md", content: runbook! },
    { path: "scrape.yml", content: `${GENERATED}\n${scrapeFile(targets)}` },
  ];
  await checkExport(host, to, files);
  for (const { path, content } of files) await host.writeText(`${to}/${path}`, content);
  console.log(files.map(({ path }) => `${to}/${path}`).join("\n"));
  say(`
Prometheus: add to prometheus.yml (2.43 and newer; before, copy the jobs of scrape.yml into it)
  scrape_config_files: [${JSON.stringify(`${to}/scrape.yml`)}]
  rule_files: [${JSON.stringify(`${to}/rules.yml`)}]
Grafana: a Prometheus data source with the uid ${DATA_SOURCE.uid}, then import dashboards/*.json.`);
});

/** @throws {Failure} A file that would be overwritten is not an earlier export: which. */
async function checkExport(host: Host, to: string, files: readonly Artifact[]) {
  const foreign: string[] = [];
  for (const { path, content } of files) {
    const before = await host.readText(`${to}/${path}`);
    if (before !== undefined && !isExported(path, before, content)) foreign.push(`${to}/${path}`);
  }
  if (foreign.length === 0) return;
  throw new Failure(
    `Not exported by this toolkit, and would be overwritten: ${foreign.join(", ")}`,
    {
      hint: "Move it away, or choose another directory: --output <directory>",
    },
  );
}

/** Whether what is there is an export of any version: a dashboard by its uid, a text by how it begins. */
function isExported(path: string, before: string, content: string): boolean {
  if (path.endsWith(".json")) return uidOf(before) === uidOf(content);
  const begin = (text: string) => text.split("\n", 3).join("\n");
  return begin(before) === begin(content);
}

function uidOf(dashboard: string): unknown {
  try {
    return JSON.parse(dashboard)?.uid;
  } catch {
    return undefined;
  }
}
