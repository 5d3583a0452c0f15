// All dashboards, in the order to read them.
// This module is pure: no Deno APIs, no I/O.
import type { Mode } from "../../infra/spec/mod.ts";
import { BROKERS } from "./brokers.ts";
import { CONSUMER_GROUPS } from "./consumer_groups.ts";
import { jvm } from "./jvm.ts";
import { KRAFT } from "./kraft.ts";
import { OVERVIEW } from "./overview.ts";
import type { Dashboard } from "./panel.ts";
import { TOPICS } from "./topics.ts";
import type { AnyMode } from "./variables.ts";
import { ZOOKEEPERS } from "./zookeeper.ts";

const all = (mode: AnyMode): readonly Dashboard[] => [
  OVERVIEW,
  BROKERS,
  TOPICS,
  CONSUMER_GROUPS,
  ZOOKEEPERS,
  KRAFT,
  jvm(mode),
];

/** With the panels of both modes. Overview first: it says which of the others to open. */
export const DASHBOARDS = all("any");

/** Those that a stack of this mode has, with the panels that it has. */
export function dashboardsOf(mode: Mode): readonly Dashboard[] {
  const isThere = ({ only }: { readonly only?: Mode }) => only === undefined || only === mode;
  return all(mode).filter(isThere).map((dashboard) => ({
    ...dashboard,
    rows: dashboard.rows.map((row) => ({ ...row, panels: row.panels.filter(isThere) })),
  }));
}
