import { assert, assertEquals } from "@std/assert";
import * as units from "@grafana/grafana-foundation-sdk/units";
import { grafanaModel } from "../../monitoring/dashboards/_grafana.ts";
import { layout } from "../../monitoring/dashboards/layout.ts";
import {
  type Dashboard,
  DASHBOARDS,
  dashboardsOf,
  DATA_SOURCE,
  exactly,
  type Panel,
  panelsOf,
  queriesOf,
  renderDashboards,
  renderDocs,
  worseAbove,
  worseBelow,
} from "../../monitoring/dashboards/mod.ts";
import { machineTest } from "../_machine.ts";
import { DOCS, PAGES } from "./docs.ts";

/** What of Grafana's model these tests look at. */
interface Model {
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly description?: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; h: number };
    readonly fieldConfig?: { readonly defaults: Record<string, unknown> };
    readonly targets?: readonly Record<string, unknown>[];
    readonly transformations?: readonly unknown[];
  }[];
  readonly templating: { readonly list: readonly Record<string, unknown>[] };
  readonly links: readonly Record<string, unknown>[];
  readonly [key: string]: unknown;
}

const MODES = ["zookeeper", "kraft"] as const;
const models = MODES.flatMap((mode) =>
  renderDashboards(mode).map(({ content }) => JSON.parse(content) as Model)
);
const everyPanel = MODES.flatMap(dashboardsOf).flatMap((dashboard) =>
  panelsOf(dashboard).map((panel) => ({ name: `${dashboard.uid}: ${panel.title}`, panel }))
);

const twice = (names: readonly unknown[]) => names.filter((name, n) => names.indexOf(name) !== n);

const PANEL: Panel = {
  title: "Answer",
  means: "What it shows.",
  worry: "It is high.",
  act: "Lower it.",
  kind: "stat",
  unit: "bytes",
  size: "half",
  queries: [{ expr: 'sum(a{topic=~"$topic"})', legend: "sum" }],
  thresholds: worseAbove(1, 2),
  words: { 0: "none" },
  empty: "All is well",
};

const dashboardOf = (panels: readonly Panel[]): Dashboard => ({
  uid: "one",
  title: "One",
  description: "For tests.",
  variables: [{ name: "topic", label: "Topic", series: "a", by: "topic", all: "any" }],
  rows: [{ title: "Row", panels }],
});

/** The panel as Grafana's model has it. */
const modelOf = (panel: Panel) =>
  (JSON.parse(JSON.stringify(grafanaModel(dashboardOf([panel])))) as Model).panels[1]!;

for (const mode of MODES) {
  Deno.test(`dashboardsOf(${mode}) are six, whose panels each answer another question`, () => {
    const dashboards = dashboardsOf(mode);
    assertEquals(dashboards.map(({ uid }) => uid), [
      "kafka-overview",
      "kafka-brokers",
      "kafka-topics",
      "kafka-consumer-groups",
      `kafka-${mode}`,
      "kafka-jvm",
    ]);
    assertEquals(dashboards.flatMap(({ rows }) => rows).filter(({ panels }) => !panels[0]), []);
    const panels = dashboards.flatMap(panelsOf);
    assert(panels.length >= 80, String(panels.length));
    assertEquals(twice(panels.map(({ title }) => title)), []);
    assertEquals(twice(panels.map(({ queries }) => JSON.stringify(queries))), []);
  });
}

Deno.test("dashboardsOf() asks nothing of what the other mode has, and says nothing of it", () => {
  const text = (mode: "zookeeper" | "kraft") => JSON.stringify(dashboardsOf(mode));
  assertEquals(text("kraft").match(/zookeeper/gi) ?? [], []);
  assertEquals(text("zookeeper").match(/kraft|kafka_controller\b|server_raft/gi) ?? [], []);
});

for (const mode of MODES) {
  Deno.test(`dashboardsOf(${mode})'s Overview has the twelve panels that it has always had`, () => {
    const titles = panelsOf(dashboardsOf(mode)[0]!).map(({ title }) => title);
    const expected = [
      "Brokers Online",
      "Active Controller",
      "Under Replicated Partitions",
      "CPU Usage",
      "JVM Memory Used",
      "Time spent in GC",
      ...["Messages In", "Bytes In", "Bytes Out"].flatMap((what) =>
        ["Topic", "Broker"].map((by) => `${what} Per ${by}`)
      ),
    ];
    assertEquals(expected.filter((title) => !titles.includes(title)), []);
  });
}

Deno.test("every panel says what it means, when to worry, what to do, in sentences", () => {
  const wrong = everyPanel.filter(({ panel: { title, means, worry, act } }) =>
    title === "" || [means, worry, act].some((text) => !/^[A-Z0-9`].*[.?)]$/.test(text))
  );
  assertEquals(wrong.map(({ name }) => name), []);
});

Deno.test("every query has a name for its series, and within a panel one of its own", () => {
  const wrong = everyPanel.filter(({ panel: { queries } }) => {
    const legends = queries.map(({ legend }) => legend);
    return legends.length === 0 || legends.includes("") || twice(legends).length > 0;
  });
  assertEquals(wrong.map(({ name }) => name), []);
});

Deno.test("every unit is one that Grafana knows", () => {
  const known: readonly unknown[] = Object.values(units);
  const used = everyPanel.flatMap(({ panel: { unit, queries } }) => [
    unit,
    ...queries.flatMap(({ unit }) => unit ?? []),
  ]);
  assertEquals([...new Set(used)].filter((unit) => !known.includes(unit)), []);
});

Deno.test("every variable is used, and every used variable is defined", () => {
  for (const dashboard of DASHBOARDS) {
    const used = [
      ...panelsOf(dashboard).flatMap(({ queries }) => queries.map(({ expr }) => expr)),
      ...dashboard.variables.map(({ series }) => series),
    ].flatMap((expr) => [...expr.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name!))
      .filter((name) => !/^__(rate_interval|range)$/.test(name));
    const defined = dashboard.variables.map(({ name }) => name);
    assertEquals([...new Set(used)].sort(), defined.sort(), dashboard.uid);
  }
});

Deno.test("every panel of single services honours the choice of services", () => {
  const wrong = DASHBOARDS
    .filter(({ variables }) => variables.some(({ by }) => by === "instance"))
    .flatMap((dashboard) => panelsOf(dashboard))
    .filter(({ queries }) =>
      queries.some(({ expr, legend }) =>
        /by \([^)]*instance|\{\{instance\}\}/.test(expr + legend) &&
        !/instance=~"\$(broker|zookeeper|node|service)"/.test(expr)
      )
    );
  // What is watched at all, and what fires, is not a matter of choice.
  assertEquals(wrong.map(({ title }) => title), ["Targets Up", "Firing Alerts"]);
});

Deno.test("renderDashboards() writes the same bytes each time, one file a dashboard", () => {
  for (const mode of MODES) {
    const files = renderDashboards(mode);
    assertEquals(files, renderDashboards(mode));
    assertEquals(files.map(({ file }) => file), dashboardsOf(mode).map(({ uid }) => `${uid}.json`));
    assertEquals(files.filter(({ content }) => !content.endsWith("}\n")), []);
    assertEquals(twice(files.map(({ uid }) => uid)), []);
  }
});

Deno.test("renderDashboards() takes everything from DATA_SOURCE", () => {
  const sources: unknown[] = [];
  JSON.stringify(models, (key, value) => {
    if (key === "datasource") sources.push(value);
    return value;
  });
  const targets = everyPanel.flatMap(({ panel }) => panel.queries).length;
  const variables = MODES.flatMap(dashboardsOf).flatMap(({ variables }) => variables).length;
  assertEquals(sources.length, everyPanel.length + targets + variables);
  assertEquals([...new Set(sources.map((source) => JSON.stringify(source)))], [
    JSON.stringify(DATA_SOURCE),
  ]);
  assertEquals(DATA_SOURCE.uid, "kafka_stack_prometheus");
});

Deno.test("renderDashboards() gives each panel an id, a unit and limits of its own", () => {
  for (const { panels, uid } of models) {
    assertEquals(panels.map(({ id }) => id), panels.map((_, n) => n + 1), String(uid));
    const drawn = panels.filter(({ type }) => type !== "row");
    assertEquals(
      drawn.filter(({ description, targets, fieldConfig }) =>
        !description?.includes("**When to worry:**") || !fieldConfig?.defaults.unit ||
        !fieldConfig.defaults.thresholds || !targets?.every(({ legendFormat }) => legendFormat)
      ),
      [],
    );
  }
});

Deno.test("renderDashboards() places panels in 24 columns, none over another", () => {
  for (const { panels } of models) {
    const taken = new Map<string, string>();
    for (const { title, gridPos: { x, y, w, h } } of panels) {
      assert(x >= 0 && x + w <= 24, title);
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          const cell = `${column},${line}`;
          assertEquals(taken.get(cell), undefined, `${title} at ${cell}`);
          taken.set(cell, title);
        }
      }
    }
  }
});

Deno.test("renderDashboards() shares the crosshair, the last half hour, and links that keep both", () => {
  for (const model of models) {
    const { editable, graphTooltip, time, refresh, tags, links } = model;
    assertEquals(
      { editable, graphTooltip, time, refresh, tags },
      {
        editable: true,
        graphTooltip: 1,
        time: { from: "now-30m", to: "now" },
        refresh: "15s",
        tags: ["kafka-stack"],
      },
    );
    const { type, tags: linked, keepTime, includeVars } = links[0]!;
    assertEquals(
      { type, linked, keepTime, includeVars },
      { type: "dashboards", linked: ["kafka-stack"], keepTime: true, includeVars: true },
    );
    assert(Number(model.schemaVersion) >= 39, "a classic dashboard of Grafana 11 or newer");
  }
});

Deno.test("grafanaModel() lets one choose several values or all, known ones or any", () => {
  const offers = (uid: string) =>
    models.find((model) => model.uid === uid)!.templating.list.map((
      { name, multi, includeAll, allValue, refresh, definition },
    ) => ({ name, multi, includeAll, allValue, refresh, definition }));
  const all = { multi: true, includeAll: true, refresh: 2 };
  assertEquals(offers("kafka-brokers"), [
    {
      ...all,
      name: "broker",
      allValue: ".+",
      definition: 'label_values(up{job="kafka"}, instance)',
    },
    {
      ...all,
      name: "request",
      allValue: undefined,
      definition: "label_values(kafka_network_requestmetrics_requests_total" +
        '{instance=~"$broker"}, request)',
    },
  ]);
});

Deno.test("grafanaModel() tells a panel's meaning, colours its limits, puts words for values", () => {
  const { description, gridPos, fieldConfig, targets } = modelOf(PANEL);
  assertEquals(
    description,
    "What it shows.\n\n**When to worry:** It is high.\n\n**What to do:** Lower it.",
  );
  assertEquals(gridPos, { x: 0, y: 1, w: 12, h: 4 });
  const { unit, thresholds, mappings, noValue } = fieldConfig!.defaults;
  assertEquals({ unit, thresholds, mappings, noValue }, {
    unit: "bytes",
    thresholds: {
      mode: "absolute",
      steps: [
        { value: null, color: "green" },
        { value: 1, color: "yellow" },
        { value: 2, color: "red" },
      ],
    },
    mappings: [{ type: "value", options: { 0: { text: "none", index: 0 } } }],
    noValue: "All is well",
  });
  assertEquals(targets!.map(({ refId, expr, legendFormat }) => ({ refId, expr, legendFormat })), [
    { refId: "A", expr: 'sum(a{topic=~"$topic"})', legendFormat: "sum" },
  ]);
});

Deno.test("grafanaModel() asks for the present, except for curves: what is gone has no number", () => {
  for (const kind of ["stat", "bargauge", "table"] as const) {
    const [{ instant, range } = {}] = modelOf({ ...PANEL, kind }).targets!;
    assertEquals({ instant, range }, { instant: true, range: false }, kind);
  }
  const [{ instant, range } = {}] = modelOf({ ...PANEL, kind: "timeseries" }).targets!;
  assertEquals({ instant, range }, { instant: false, range: true });
});

Deno.test("grafanaModel() heads a table's columns with the queries' legends", () => {
  const organize = (renameByName: Record<string, string>) => ({
    id: "organize",
    options: { excludeByName: { Time: true }, renameByName },
  });
  const table = { ...PANEL, kind: "table" } as const;
  assertEquals(modelOf(table).transformations, [organize({ Value: "sum" })]);
  const queries = [...PANEL.queries, { expr: "b", legend: "other" }];
  assertEquals(modelOf({ ...table, queries }).transformations, [
    { id: "merge", options: {} },
    organize({ "Value #A": "sum", "Value #B": "other" }),
  ]);
});

Deno.test("layout() begins a new line when a panel does not fit or is of another height", () => {
  const panel = (kind: Panel["kind"], size: Panel["size"]): Panel => ({ ...PANEL, kind, size });
  const [row] = layout([{
    title: "Row",
    panels: [
      panel("stat", "half"),
      panel("timeseries", "third"),
      panel("timeseries", "half"),
      panel("timeseries", "quarter"),
    ],
  }]);
  assertEquals(row!.place, { x: 0, y: 0, w: 24, h: 1 });
  assertEquals(row!.panels.map(({ place }) => place), [
    { x: 0, y: 1, w: 12, h: 4 },
    { x: 0, y: 5, w: 8, h: 8 },
    { x: 8, y: 5, w: 12, h: 8 },
    { x: 0, y: 13, w: 6, h: 8 },
  ]);
});

Deno.test("queriesOf() gives panels' and variables' expressions as Prometheus takes them", () => {
  const expr = 'increase(b{topic=~"$topic"}[$__range]) / rate(b[$__rate_interval])';
  const queries = [{ expr, legend: "b" }];
  const panel: Panel = { ...PANEL, title: "Other", queries, needs: "firing alert" };
  assertEquals(queriesOf(dashboardOf([PANEL, panel])), [
    { dashboard: "one", panel: "variable topic", expr: "group by (topic) (a)" },
    { dashboard: "one", panel: "Answer", expr: 'sum(a{topic=~".+"})' },
    {
      dashboard: "one",
      panel: "Other",
      expr: 'increase(b{topic=~".+"}[30m]) / rate(b[1m])',
      needs: "firing alert",
    },
  ]);
  assertEquals(DASHBOARDS.flatMap(queriesOf).filter(({ expr }) => expr.includes("$")), []);
});

Deno.test("worseAbove(), worseBelow() and exactly() colour on the side that is bad", () => {
  const colors = (steps: Panel["thresholds"]) =>
    steps!.map(({ from, color }) => `${from ?? "all"} ${color}`);
  assertEquals(colors(worseAbove(5)), ["all green", "5 red"]);
  assertEquals(colors(worseAbove(5, 9)), ["all green", "5 yellow", "9 red"]);
  assertEquals(colors(worseBelow(5)), ["all red", "5 green"]);
  assertEquals(colors(worseBelow(5, 1)), ["all red", "1 yellow", "5 green"]);
  assertEquals(colors(exactly(1)), ["all red", "1 green", "2 red"]);
});

Deno.test("renderDocs() writes a page that says it is generated, and what each panel is for", () => {
  const { file, content } = renderDocs(dashboardOf([{ ...PANEL, needs: "firing alert" }]));
  assertEquals(file, "one.md");
  assert(content.split("\n")[0]!.startsWith("<!-- Generated from "));
  assertEquals(
    content.slice(content.indexOf("# One")),
    `# One

For tests. In Grafana: \`/d/one\`.

Choices: Topic; several or all of each.

## Row

### Answer

What it shows.

**When to worry:** It is high.

**What to do:** Lower it.

Shown in bytes: the present, as a number. Limits: green, yellow from 1 on, red from 2 on. Empty until there is a firing alert.

\`\`\`promql
# sum
sum(a{topic=~"$topic"})
\`\`\`
`,
  );
});

machineTest("docs/dashboards/ is what renderDocs() writes", async () => {
  const mend = "mend it: deno run --allow-write tests/monitoring/docs.ts";
  const found = await Array.fromAsync(Deno.readDir(DOCS), ({ name }) => name);
  assertEquals(found.sort(), PAGES.map(({ file }) => file).sort(), mend);
  for (const { file, content } of PAGES) {
    assert(await Deno.readTextFile(new URL(file, DOCS)) === content, `${file} is stale; ${mend}`);
  }
});

/** Whether promtool can be run here. */
function hasPromtool(): boolean {
  try {
    return Deno.permissions.querySync({ name: "run" }).state === "granted" &&
      new Deno.Command("promtool", { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

const promtool = hasPromtool();

Deno.test({
  name: "promtool parses every expression" +
    (promtool ? "" : " (ignored: promtool cannot be run here; it comes with Prometheus)"),
  ignore: !promtool,
  async fn() {
    const rules = DASHBOARDS.flatMap(queriesOf).map(({ expr }, n) => ({ record: `q${n}`, expr }));
    const path = await Deno.makeTempFile({ suffix: ".json" });
    try {
      // JSON is YAML.
      await Deno.writeTextFile(path, JSON.stringify({ groups: [{ name: "panels", rules }] }));
      const { success, stdout, stderr } = await new Deno.Command("promtool", {
        args: ["check", "rules", path],
      }).output();
      const said = new TextDecoder().decode(success ? stdout : stderr);
      assert(success, said);
      assert(said.includes(`${rules.length} rules found`), said);
    } finally {
      await Deno.remove(path);
    }
  },
});
