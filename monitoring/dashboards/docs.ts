// The dashboards' documentation: the same data as the panels, as Markdown.
// This module is pure: no Deno APIs, no I/O.
import type { Mode } from "../../infra/spec/mod.ts";
import type { Dashboard, Panel, Threshold, Unit } from "./panel.ts";

const DRAWN: Readonly<Record<Panel["kind"], string>> = {
  timeseries: "curves over the time range",
  stat: "the present, as a number",
  bargauge: "the present, as bars",
  table: "the present, as a table",
};

/** What a number is, where its unit says more than a count. */
const IN: Readonly<Record<Unit, string>> = {
  none: "",
  short: "",
  percentunit: " in percent",
  bytes: " in bytes",
  Bps: " in bytes a second",
  recps: " in records a second",
  reqps: " in requests a second",
  cps: " in events a second",
  ms: " in milliseconds",
  s: " in seconds",
};

const WITH: Readonly<Record<Mode, string>> = { zookeeper: "ZooKeeper", kraft: "KRaft" };

/** Says in which mode something is, where it is not in both. */
const onlyWith = (mode: Mode | undefined) => mode ? ` Only with ${WITH[mode]}.` : "";

/** One page for a dashboard, `docs/dashboards/<uid without kafka->.md`. */
export function renderDocs(
  { uid, title, description, variables, rows, only }: Dashboard,
): { readonly file: string; readonly content: string } {
  const content = [
    "<!-- Generated from monitoring/dashboards/ by " +
    "`deno run --allow-write tests/monitoring/docs.ts`: edits here are lost. -->",
    `# ${title}`,
    `${description} In Grafana: \`/d/${uid}\`.${onlyWith(only)}`,
    `Choices: ${variables.map(({ label }) => label).join(", ")}; several or all of each.`,
    ...rows.flatMap((row) => [`## ${row.title}`, ...row.panels.flatMap(section)]),
  ].join("\n\n");
  return { file: `${uid.replace("kafka-", "")}.md`, content: `${content}\n` };
}

/** What a panel means, when to worry, what to do, and what it asks. */
function section(
  { title, means, worry, act, kind, unit, queries, needs, thresholds, only }: Panel,
): readonly string[] {
  return [
    `### ${title}`,
    means,
    `**When to worry:** ${worry}`,
    `**What to do:** ${act}`,
    `Shown${IN[unit]}: ${DRAWN[kind]}.` +
    (thresholds ? ` Limits: ${thresholds.map(limit).join(", ")}.` : "") +
    (needs ? ` Empty until there is a ${needs}.` : "") + onlyWith(only),
    ["```promql", ...queries.map(({ expr, legend }) => `# ${legend}\n${expr}`), "```"].join("\n"),
  ];
}

/** A step of colour in words. */
function limit({ from, color }: Threshold): string {
  return from === null ? color : `${color} from ${from} on`;
}
