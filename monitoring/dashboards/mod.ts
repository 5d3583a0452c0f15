// Grafana's dashboards of the stack: the data, and the files made of it.
// This module is pure: no Deno APIs, no I/O.
import { grafanaModel } from "./_grafana.ts";
import type { Mode } from "../../infra/spec/mod.ts";
import { dashboardsOf } from "./all.ts";

export { DASHBOARDS, dashboardsOf } from "./all.ts";
export { renderDocs } from "./docs.ts";
export * from "./panel.ts";
export { type PlainQuery, queriesOf } from "./queries.ts";

/**
 * The files that Grafana's provisioning reads, one a dashboard of the mode: the same bytes for
 * the same data.
 * Importing this loads Grafana's SDK; who only needs the data or the queries imports `all.ts` and
 * `queries.ts`.
 */
export function renderDashboards(mode: Mode): readonly {
  /** `kafka-overview.json` */
  readonly file: string;
  readonly uid: string;
  readonly content: string;
}[] {
  return dashboardsOf(mode).map((dashboard) => ({
    file: `${dashboard.uid}.json`,
    uid: dashboard.uid,
    content: `${JSON.stringify(grafanaModel(dashboard), null, 2)}\n`,
  }));
}
