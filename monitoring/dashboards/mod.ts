// Grafana's dashboards of the stack: the data, and the files made of it.
// This module is pure: no Deno APIs, no I/O.
import { grafanaModel } from "./_grafana.ts";
import { DASHBOARDS } from "./all.ts";

export { DASHBOARDS } from "./all.ts";
export { renderDocs } from "./docs.ts";
export * from "./panel.ts";
export { type PlainQuery, queriesOf } from "./queries.ts";

/**
 * The files that Grafana's provisioning reads, one a dashboard: the same bytes for the same data.
 * Importing this loads Grafana's SDK; who only needs the data or the queries imports `all.ts` and
 * `queries.ts`.
 */
export function renderDashboards(): readonly {
  /** `kafka-overview.json` */
  readonly file: string;
  readonly uid: string;
  readonly content: string;
}[] {
  return DASHBOARDS.map((dashboard) => ({
    file: `${dashboard.uid}.json`,
    uid: dashboard.uid,
    content: `${JSON.stringify(grafanaModel(dashboard), null, 2)}\n`,
  }));
}
