// What a dashboard is, as typed data: panels say what they show, when to worry and what to do.
// This module is pure: no Deno APIs, no I/O.
import type { Mode } from "../../infra/spec/mod.ts";

/** The data source of every query. Grafana's provisioning gives it this uid. */
export const DATA_SOURCE = { type: "prometheus", uid: "kafka_stack_prometheus" } as const;

/** The tag that all dashboards bear: each links to all that have it. */
export const TAG = "kafka-stack";

/**
 * A situation without which a panel's series do not exist. Everything else exists on a running
 * stack of three brokers after an ordinary load: records produced to a topic whose replication
 * factor is 3, and consumed by a group that commits and is still there.
 *
 * - `firing alert`: at least one alert of the rules is in the state `firing`, as when a broker has
 *   been stopped for longer than its alert's `for`.
 * - `refused request`: a broker has answered a request with an error, as it does when a client asks
 *   for the metadata of a topic that does not exist and `auto.create.topics.enable` is `false`.
 */
export type Need = "firing alert" | "refused request";

/** Grafana's ids of units. `percentunit` shows 0.5 as 50 %, `Bps` is bytes a second. */
export type Unit =
  | "none"
  | "short"
  | "percentunit"
  | "bytes"
  | "Bps"
  | "recps"
  | "reqps"
  | "cps"
  | "ms"
  | "s";

/** How a panel draws: curves over time, or the present as large numbers, bars or rows. */
export type Kind = "timeseries" | "stat" | "bargauge" | "table";

/** The share of a dashboard's width; heights follow from the kind. */
export type Size = "sixth" | "quarter" | "third" | "half" | "full";

/** A colour from a value on upwards; `null` is below all. */
export interface Threshold {
  readonly from: number | null;
  readonly color: "green" | "yellow" | "red";
}

/** One expression, and how Grafana names its series. */
export interface Query {
  /** PromQL with Grafana's variables: `$broker`, `$__rate_interval`. */
  readonly expr: string;
  /** Name of a series, with labels as `{{instance}}`; in a table the heading of the value. */
  readonly legend: string;
  /** In a table: the unit of this column where it is another than the panel's. */
  readonly unit?: Unit;
}

/** A panel answers one question. */
export interface Panel {
  readonly title: string;
  /** What it shows. */
  readonly means: string;
  /** When to worry. */
  readonly worry: string;
  /** What to do then. */
  readonly act: string;
  readonly kind: Kind;
  readonly unit: Unit;
  readonly size: Size;
  readonly queries: readonly Query[];
  /** Where there is a limit. */
  readonly thresholds?: readonly Threshold[];
  /** Words shown instead of values. */
  readonly words?: Readonly<Record<number, string>>;
  /** Shown instead of "No data" where having none is good news. */
  readonly empty?: string;
  readonly needs?: Need;
  /** The only mode in which it is there; without it, in both. */
  readonly only?: Mode;
}

/** Panels below one heading. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A choice at the dashboard's head: several values, or all. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  /** The series, as a selector, whose label is offered. */
  readonly series: string;
  /** The label that is offered. */
  readonly by: string;
  /** What "All" stands for: any value, also one that is not known yet, or the values offered. */
  readonly all: "any" | "offered";
}

/** One dashboard. */
export interface Dashboard {
  /** Unique in Grafana, stable: part of its address. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
  /** The only mode in which it is there; without it, in both. */
  readonly only?: Mode;
}

/** All panels of a dashboard, in their order. */
export function panelsOf({ rows }: Dashboard): readonly Panel[] {
  return rows.flatMap(({ panels }) => panels);
}

/** Yellow from `warning`, red from `critical` on; with one limit only red. */
export function worseAbove(...[warning, critical]: [number, number?]): readonly Threshold[] {
  return critical === undefined
    ? [{ from: null, color: "green" }, { from: warning, color: "red" }]
    : [
      { from: null, color: "green" },
      { from: warning, color: "yellow" },
      { from: critical, color: "red" },
    ];
}

/** Yellow below `warning`, red below `critical`; with one limit only red. */
export function worseBelow(...[warning, critical]: [number, number?]): readonly Threshold[] {
  return critical === undefined
    ? [{ from: null, color: "red" }, { from: warning, color: "green" }]
    : [
      { from: null, color: "red" },
      { from: critical, color: "yellow" },
      { from: warning, color: "green" },
    ];
}

/** Green at `value` alone; for counts. */
export function exactly(value: number): readonly Threshold[] {
  return [
    { from: null, color: "red" },
    { from: value, color: "green" },
    { from: value + 1, color: "red" },
  ];
}
