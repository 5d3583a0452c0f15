// deno task dashboards: dashboards, alert rules and scrape jobs for a Grafana and a Prometheus that
// are there already.
import { resolve } from "node:path";
import { UsageError } from "../clients/flags.ts";
import { runMain, say } from "../clients/_main.ts";
import { fileUrl, GENERATED, MONITORS, scrapeTargets } from "../infra/render/mod.ts";
import { alertRules } from "../monitoring/alerts.ts";
import { DATA_SOURCE, renderDashboards } from "../monitoring/dashboards/mod.ts";
import { scrapeFile } from "../monitoring/prometheus.ts";
import { openStack, ROOT } from "./_context.ts";
import { dirFlag } from "./_stack.ts";

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
  const to = resolve(flags.output);
  const { host, rendered, stack } = await openStack(flags);
  if (!stack.monitoring) {
    throw new UsageError(
      "The stack has no exporters: monitoring is off",
      "Bring it back first: deno task up --without none",
    );
  }
  const targets = scrapeTargets(rendered.processes, "machine")
    .filter(({ instance }) => instance !== MONITORS.prometheus);
  const runbook = await host.readText(`${ROOT}/docs/alerts.md`);
  const files = [
    ...renderDashboards().map(({ file, content }) => ({ path: `dashboards/${file}`, content })),
    { path: "rules.yml", content: alertRules(fileUrl(`${to}/alerts.md`)) },
    { path: "alerts.md", content: runbook! },
    { path: "scrape.yml", content: `${GENERATED}\n${scrapeFile(targets)}` },
  ];
  for (const { path, content } of files) await host.writeText(`${to}/${path}`, content);
  console.log(files.map(({ path }) => `${to}/${path}`).join("\n"));
  say(`
Prometheus: add to prometheus.yml (2.43 and newer; before, copy the jobs of scrape.yml into it)
  scrape_config_files: ["${to}/scrape.yml"]
  rule_files: ["${to}/rules.yml"]
Grafana: a Prometheus data source with the uid ${DATA_SOURCE.uid}, then import dashboards/*.json.`);
});
