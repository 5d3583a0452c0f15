// Reads Prometheus' text format, as exporters serve it.
// This module is pure: no Deno APIs, no I/O.

/** One series of a metric at one moment. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Series by the metric's name. */
export type Metrics = ReadonlyMap<string, readonly Series[]>;

const LINE = /^([a-zA-Z_:][\w:]*)\s*(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;
const LABEL = /\s*([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;

/**
 * Reads version 0.0.4 of the format. Comments, types and timestamps are skipped.
 *
 * @throws {SyntaxError} A line is none of the format: its number and its text.
 */
export function parseMetrics(text: string): Metrics {
  const metrics = new Map<string, Series[]>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const wrong = (what: string) =>
      new SyntaxError(`line ${index + 1}: ${what}: ${JSON.stringify(line.slice(0, 120))}`);
    const [, name, labels = "", number] = LINE.exec(line) ?? [];
    if (name === undefined) throw wrong("not a metric");
    const value = readNumber(number!);
    if (value === undefined) throw wrong(`${number} is not a number`);
    const read = readLabels(labels);
    if (!read) throw wrong("wrong labels");
    const series = metrics.get(name);
    if (series) series.push({ labels: read, value });
    else metrics.set(name, [{ labels: read, value }]);
  }
  return metrics;
}

function readNumber(text: string): number | undefined {
  const infinity = /^([+-]?)Inf$/.exec(text);
  if (infinity) return infinity[1] === "-" ? -Infinity : Infinity;
  const value = Number(text);
  return Number.isNaN(value) && text !== "NaN" ? undefined : value;
}

function readLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [all, name, value] = LABEL.exec(text) ?? [];
    if (all === undefined) return undefined;
    labels[name!] = value!.replace(/\\(.)/g, (_, char) => char === "n" ? "\n" : char);
  }
  return labels;
}

/**
 * The sum of a metric's series that have these labels.
 *
 * @returns `undefined` when there is none: the exporter does not know it.
 */
export function sumOf(
  metrics: Metrics,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = Object.entries(labels);
  const found = (metrics.get(name) ?? []).filter((series) =>
    wanted.every(([label, value]) => series.labels[label] === value)
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}
