// deno task dashboards: dashboards, alert rules and scrape jobs for a Grafana and a Prometheus that
// are there already.
import { UsageError } from "../clients/cli/flags.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { denoHost } from "../infra/engine/host/deno_host.ts";
import {
  type Artifact,
  fileUrl,
  GENERATED,
  IMAGE_PROGRAMS,
  PROMETHEUS,
  render,
  scrapeTargets,
  TARGETS,
} from "../infra/render/mod.ts";
import { defineStack, Failure } from "../infra/spec/mod.ts";
import { alertRules } from "../monitoring/alerts.ts";
import { DATA_SOURCE, renderDashboards } from "../monitoring/dashboards/mod.ts";
import { scrapeFile } from "../monitoring/prometheus.ts";
import { openMonitoring } from "./_monitoring.ts";
import { openValid, withOverrides } from "./_spec.ts";
import { dirFlag, ROOT, stackDir, stackRecord, userPath } from "./_stack.ts";

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
  const { targets, mode } = await findTargets(await stackDir(flags));
  if (!targets) {
    throw new UsageError(
      "The stack has no exporters: monitoring is off",
      "Add it first: deno task up --with monitoring",
    );
  }
  const runbook = await denoHost.readText(`${ROOT}/docs/alerts.md`);
  const files = [
    ...renderDashboards(mode).map(({ file, content }) => ({ path: `dashboards/${file}`, content })),
    { path: "rules.yml", content: alertRules(fileUrl(`${to}/alerts.md`), mode) },
    { path: "alerts.md", content: runbook! },
    { path: "scrape.yml", content: `${GENERATED}\n${scrapeFile(targets)}` },
  ];
  await checkExport(to, files);
  for (const { path, content } of files) await denoHost.writeText(`${to}/${path}`, content);
  console.log(files.map(({ path }) => `${to}/${path}`).join("\n"));
  say(`
Prometheus: add to prometheus.yml (2.43 and newer; before, copy the jobs of scrape.yml into it)
  scrape_config_files: [${JSON.stringify(`${to}/scrape.yml`)}]
  rule_files: [${JSON.stringify(`${to}/rules.yml`)}]
Grafana: a Prometheus data source with the uid ${DATA_SOURCE.uid}, then import dashboards/*.json.`);
});

/**
 * The mode, and what Prometheus is to scrape; none: the stack has no exporters. This machine reaches them at the
 * same addresses wherever they run, so that nobody is asked what runs: no program is started.
 */
async function findTargets(dir: string) {
  const target = { ...TARGETS.processes(), programs: IMAGE_PROGRAMS };
  const record = await stackRecord(dir);
  return await openValid(record, async (spec) => {
    const stack = defineStack({ ...withOverrides(spec, record?.overrides ?? {}), dir });
    const { mode } = stack;
    if (!stack.monitoring) return { mode };
    const monitoring = await openMonitoring(target, ROOT);
    return {
      mode,
      targets: scrapeTargets(render(stack, { dir, target, monitoring }).services, "machine")
        .filter(({ instance }) => instance !== PROMETHEUS),
    };
  });
}

/** @throws {Failure} A file that would be overwritten is not an earlier export: which. */
async function checkExport(to: string, files: readonly Artifact[]) {
  const foreign: string[] = [];
  for (const { path, content } of files) {
    const before = await denoHost.readText(`${to}/${path}`);
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
