// What dashboards ask Prometheus, with Grafana's variables replaced, so that it can be asked alone.
// This module is pure: no Deno APIs, no I/O.
import type { Dashboard, Need, Variable } from "./panel.ts";
import { panelsOf } from "./panel.ts";

/** An expression that Prometheus takes as it is, and where it comes from. */
export interface PlainQuery {
  /** The dashboard's uid. */
  readonly dashboard: string;
  /** The panel's title, or `variable topic`. */
  readonly panel: string;
  readonly expr: string;
  readonly needs?: Need;
}

/** The regular expression that "All" stands for. */
export const ANY = ".+";

/**
 * Every expression of a dashboard's panels and variables: all chosen, and of Grafana's own variables
 * `$__rate_interval` and `$__interval` as one minute, `$__range` as the 30 minutes of the default.
 */
export function queriesOf(dashboard: Dashboard): readonly PlainQuery[] {
  const { uid, variables } = dashboard;
  const plain = (expr: string) =>
    variables.reduce((text, { name }) => text.replaceAll(`$${name}"`, `${ANY}"`), expr)
      .replaceAll("$__rate_interval", "1m")
      .replaceAll("$__interval", "1m")
      .replaceAll("$__range", "30m");
  return [
    ...variables.map((variable) => ({
      dashboard: uid,
      panel: `variable ${variable.name}`,
      expr: plain(`group by (${variable.by}) (${variable.series})`),
    })),
    ...panelsOf(dashboard).flatMap(({ title, queries, needs }) =>
      queries.map(({ expr }) => ({
        dashboard: uid,
        panel: title,
        expr: plain(expr),
        ...(needs ? { needs } : {}),
      }))
    ),
  ];
}

/** The query of a variable as Grafana spells it. */
export function variableQuery({ series, by }: Variable): string {
  return `label_values(${series}, ${by})`;
}
