// Two rounds of scrapes of a real stack under load, 2 s apart, and what can happen to one.
import type { Observed, Round } from "../../../monitoring/top/build.ts";
import { type Metrics, parseMetrics } from "../../../monitoring/top/metrics.ts";
import { type Kind, readSample } from "../../../monitoring/top/samples.ts";
import { advance, type TopState } from "../../../monitoring/top/state.ts";
import first from "./round_1.txt" with { type: "text" };
import second from "./round_2.txt" with { type: "text" };

/** When the first round was. */
export const BEGIN = Date.UTC(2026, 10, 24, 16, 0, 0);

const kindOf = (name: string): Kind =>
  name.startsWith("kafka") ? "broker" : name.startsWith("zookeeper") ? "zookeeper" : "lag";

/** The metrics of a service in round 1 or 2. */
export function metricsOf(name: string, round: 1 | 2 = 1): Metrics {
  const text = (round === 1 ? first : second).split(`==> ${name} <==\n`)[1]!.split("==> ")[0]!;
  return parseMetrics(text);
}

/** Metrics of a service in place of those of the file; with none, it failed so. */
export type Changes = Readonly<Record<string, Metrics | string>>;

/** Round 1 or 2. */
export function roundOf(number: 1 | 2, changes: Changes = {}): Round {
  const names = [...first.matchAll(/^==> (\w+) <==$/gm)].map(([, name]) => name!);
  const since = (number - 1) * 2000;
  // The clock of readings begins anywhere.
  const at = 7000 + since;
  const services = names.map((name): Observed => {
    const kind = kindOf(name);
    const metrics = changes[name] ?? metricsOf(name, number);
    return typeof metrics === "string"
      ? { name, kind, at, failure: metrics }
      : { name, kind, at, sample: readSample(kind, metrics) };
  });
  return { at: BEGIN + since, services };
}

/** The state after both rounds. */
export function afterBoth(changes: { readonly first?: Changes; readonly second?: Changes } = {}) {
  return advance(
    advance(undefined, roundOf(1, changes.first)),
    roundOf(2, changes.second),
  );
}

/** Metrics with other values: `f` of each series' value and labels, by the metric's name. */
export function changed(
  metrics: Metrics,
  f: (value: number, name: string, labels: Readonly<Record<string, string>>) => number | undefined,
): Metrics {
  return new Map([...metrics].map(([name, series]) => [
    name,
    series.flatMap(({ labels, value }) => {
      const now = f(value, name, labels);
      return now === undefined ? [] : [{ labels, value: now }];
    }),
  ]));
}

/** A state with a long past: a wave for each row that has one. */
export function withPast(state: TopState): TopState {
  const wave = (phase: number) =>
    Array.from(
      { length: 60 },
      (_, i) => i === 40 ? undefined : i < 4 ? 0 : 50 + 49 * Math.sin((i + phase) / 5),
    );
  return {
    ...state,
    history: new Map([...state.history.keys()].map((key, i) => [key, wave(3 * i)])),
  };
}
