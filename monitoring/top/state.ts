// What `top` remembers from round to round.
// This module is pure: no Deno APIs, no I/O.
import { buildView, type Observed, type Round } from "./build.ts";
import type { View } from "./view.ts";

/** Readings of one row, the oldest first; `undefined` where it was not known. */
export type Readings = readonly (number | undefined)[];

/** All that is remembered. */
export interface TopState {
  readonly view: View;
  /** The last answer of each service, by its name. */
  readonly answers: ReadonlyMap<string, Observed>;
  /** By {@linkcode historyKey}: messages/s of brokers and topics, lag of groups. */
  readonly history: ReadonlyMap<string, Readings>;
}

/** As many readings as a wide terminal has room for. */
const LONGEST = 300;

/** Names a row: `broker kafka1`, `topic orders`, `group flinox`. */
export function historyKey(section: "broker" | "topic" | "group", name: string): string {
  return `${section} ${name}`;
}

/** The state after a round. The first has no rates yet. */
export function advance(state: TopState | undefined, round: Round): TopState {
  const before = state?.answers ?? new Map<string, Observed>();
  const view = buildView(round, before);
  const answered = round.services.filter(({ sample }) => sample !== undefined);
  return {
    view,
    answers: new Map([...before, ...answered.map((service) => [service.name, service] as const)]),
    history: new Map(
      readingsOf(view).map(([key, value]) => [
        key,
        [...state?.history.get(key) ?? [], value].slice(-LONGEST),
      ]),
    ),
  };
}

/** What is remembered of a view; rows that are gone are forgotten. */
function readingsOf({ brokers, topics, groups }: View): [string, number | undefined][] {
  return [
    ...brokers.map((row) => ["broker", row.name, row.messagesInPerSecond] as const),
    ...topics.map((row) => ["topic", row.name, row.messagesInPerSecond] as const),
    ...groups.map((row) => ["group", row.name, row.lag] as const),
  ].map(([section, name, value]) => [historyKey(section, name), value]);
}
