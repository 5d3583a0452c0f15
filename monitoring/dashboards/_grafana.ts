// The door to Grafana's SDK: a typed dashboard becomes the JSON that Grafana provisions.
// This module is pure: no Deno APIs, no I/O.
import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import { layout, type Place } from "./layout.ts";
import type { Dashboard, Kind, Panel, Query, Variable } from "./panel.ts";
import { DATA_SOURCE, TAG } from "./panel.ts";
import { ANY, variableQuery } from "./queries.ts";

/** Names of queries within a panel: A, B, C … */
const refId = (index: number) => String.fromCharCode(65 + index);

/**
 * The model of a classic dashboard, as Grafana 11 and 12 read it from a file: every source of data
 * is {@linkcode DATA_SOURCE}, panels have the ids 1, 2, 3 … in their order.
 */
export function grafanaModel(dashboard: Dashboard): grafana.Dashboard {
  const builder = new grafana.DashboardBuilder(dashboard.title)
    .uid(dashboard.uid)
    .description(dashboard.description)
    .tags([TAG])
    .editable()
    .tooltip(grafana.DashboardCursorSync.Crosshair)
    .time({ from: "now-30m", to: "now" })
    .refresh("15s")
    .variables(dashboard.variables.map(variable))
    .link(
      new grafana.DashboardLinkBuilder("Dashboards of this stack")
        .type(grafana.DashboardLinkType.Dashboards)
        .tags([TAG])
        .keepTime(true)
        .includeVars(true),
    );
  let id = 0;
  for (const { row, place, panels } of layout(dashboard.rows)) {
    builder.withRow(new grafana.RowBuilder(row.title).id(++id).gridPos(place));
    for (const { panel, place } of panels) builder.withPanel(draw(panel, ++id, place));
  }
  return builder.build();
}

/** Several values or all; asked anew with each refresh, so that new topics and groups appear. */
function variable(data: Variable): grafana.QueryVariableBuilder {
  const builder = new grafana.QueryVariableBuilder(data.name)
    .label(data.label)
    .datasource(DATA_SOURCE)
    .query({
      qryType: 1,
      query: variableQuery(data),
      refId: "PrometheusVariableQueryEditor-VariableQuery",
    })
    .definition(variableQuery(data))
    .refresh(grafana.VariableRefresh.OnTimeRangeChanged)
    .sort(grafana.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ["All"], value: ["$__all"] });
  return data.all === "any" ? builder.allValue(ANY) : builder;
}

/** What all kinds of panel share. */
function draw(panel: Panel, id: number, place: Place) {
  const { title, means, worry, act, unit, queries, words, thresholds, empty } = panel;
  const builder = BUILDERS[panel.kind](panel)
    .id(id)
    .title(title)
    .description(`${means}\n\n**When to worry:** ${worry}\n\n**What to do:** ${act}`)
    .gridPos(place)
    .datasource(DATA_SOURCE)
    .unit(unit)
    // Without steps of its own a panel would turn red at 80, whatever it counts.
    .thresholds(
      new grafana.ThresholdsConfigBuilder()
        .mode(grafana.ThresholdsMode.Absolute)
        .steps((thresholds ?? [{ from: null, color: "green" } as const])
          .map(({ from, color }) => ({ value: from, color }))),
    )
    .targets(queries.map((query, index) => target(query, panel.kind, refId(index))));
  if (empty !== undefined) builder.noValue(empty);
  if (words) {
    builder.mappings([{
      type: grafana.MappingType.ValueToText,
      options: Object.fromEntries(
        Object.entries(words).map(([value, text], index) => [value, { text, index }]),
      ),
    }]);
  }
  return builder;
}

/** Curves ask for the range shown. The others ask for now: a broker that is gone has no value. */
function target({ expr, legend }: Query, kind: Kind, refId: string): prometheus.DataqueryBuilder {
  const query = new prometheus.DataqueryBuilder()
    .refId(refId)
    .datasource(DATA_SOURCE)
    .editorMode(prometheus.QueryEditorMode.Code)
    .expr(expr)
    .legendFormat(legend)
    .format(
      kind === "table" ? prometheus.PromQueryFormat.Table : prometheus.PromQueryFormat.TimeSeries,
    );
  return kind === "timeseries" ? query.range() : query.instant();
}

/** The last of the values, which for an instant query is the only one. */
const lastValue = () => new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]);

/** What is special about each kind. */
const BUILDERS = {
  timeseries: ({ thresholds }: Panel) =>
    new timeseries.PanelBuilder()
      .legend(
        new common.VizLegendOptionsBuilder().showLegend(true)
          .displayMode(common.LegendDisplayMode.List).placement(common.LegendPlacement.Bottom),
      )
      .tooltip(
        new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi)
          .sort(common.SortOrder.Descending),
      )
      .colorScheme(
        new grafana.FieldColorBuilder().mode(grafana.FieldColorModeId.PaletteClassic),
      )
      .lineWidth(1)
      .fillOpacity(10)
      .showPoints(common.VisibilityMode.Never)
      .axisSoftMin(0)
      .thresholdsStyle(
        new common.GraphThresholdsStyleConfigBuilder().mode(
          thresholds ? common.GraphThresholdsStyleMode.Dashed : common.GraphThresholdsStyleMode.Off,
        ),
      ),
  stat: ({ thresholds }: Panel) =>
    new stat.PanelBuilder()
      .reduceOptions(lastValue())
      .graphMode(common.BigValueGraphMode.None)
      .colorMode(thresholds ? common.BigValueColorMode.Background : common.BigValueColorMode.None)
      .textMode(common.BigValueTextMode.ValueAndName)
      .colorScheme(new grafana.FieldColorBuilder().mode(grafana.FieldColorModeId.Thresholds)),
  bargauge: () =>
    new bargauge.PanelBuilder()
      .reduceOptions(lastValue())
      .orientation(common.VizOrientation.Horizontal)
      .displayMode(common.BarGaugeDisplayMode.Basic)
      .min(0)
      .colorScheme(new grafana.FieldColorBuilder().mode(grafana.FieldColorModeId.Thresholds)),
  table: ({ queries }: Panel) => {
    const builder = new table.PanelBuilder().showHeader(true).filterable(true);
    if (queries.length > 1) builder.withTransformation({ id: "merge", options: {} });
    builder.withTransformation({
      id: "organize",
      options: {
        excludeByName: { Time: true },
        renameByName: Object.fromEntries(
          queries.map(({ legend }, index) => [
            queries.length > 1 ? `Value #${refId(index)}` : "Value",
            legend,
          ]),
        ),
      },
    });
    for (const { legend, unit } of queries) {
      if (unit) builder.overrideByName(legend, [{ id: "unit", value: unit }]);
    }
    return builder;
  },
} satisfies Record<Kind, (panel: Panel) => unknown>;
