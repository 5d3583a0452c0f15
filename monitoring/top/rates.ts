// From two readings of counters to what happened a second.
// This module is pure: no Deno APIs, no I/O.
import type { Counters } from "./samples.ts";

/**
 * Rates of the counters in `after`. One that is below its reading before began anew (the broker
 * was restarted, or leads the partition again), and so did one that was not there: what it shows
 * has happened since. No rate is below 0.
 *
 * @param seconds Time between the readings; without readings before, or time, nothing is known.
 */
export function ratesOf<K extends string>(
  before: Counters<K> | undefined,
  after: Counters<K>,
  seconds: number,
): Counters<K> {
  if (!before || seconds <= 0) return {};
  return Object.fromEntries(
    Object.entries<number | undefined>(after).map(([name, value]) => {
      const earlier = before[name as K] ?? 0;
      return [name, (value! < earlier ? value! : value! - earlier) / seconds];
    }),
  ) as Counters<K>;
}

/** The sum of what is known; `undefined` when nothing is. */
export function sumKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

/** An object without its fields that are `undefined`. */
export function known<T extends object>(
  fields: T,
):
  & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }
  & {
    [K in keyof T as undefined extends T[K] ? never : K]: T[K];
  } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as ReturnType<typeof known<T>>;
}
