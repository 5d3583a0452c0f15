// What `top` remembers from round to round.
// This module is pure: no Deno APIs, no I/O.
import { buildView, type Known, type Observed, type Round, SLOW } from "./build.ts";
import type { View } from "./view.ts";

/** Readings of one row, the oldest first; `undefined` where it was not known. */
export type Readings = readonly (number | undefined)[];

/** All that is remembered. */
export interface TopState {
  readonly view: View;
  /** The last answer of each service and the one before it, by the service's name. */
  readonly answers: ReadonlyMap<string, Known>;
  /** By {@linkcode historyKey}: messages/s of brokers and topics, lag of groups. */
  readonly history: ReadonlyMap<string, Readings>;
}

/** As many readings as a wide terminal has room for. */
const LONGEST = 300;

/** So long a slow service is shown as it was when it last answered, in ms. */
const PATIENCE = 10_000;

/** Names a row: `broker kafka1`, `topic orders`, `group flinox`. */
export function historyKey(section: "broker" | "topic" | "group", name: string): string {
  return `${section} ${name}`;
}

/** The state after a round. The first has no rates yet. */
export function advance(state: TopState | undefined, round: Round): TopState {
  const services = round.services.map((now) => knownOf(now, state?.answers.get(now.name)));
  const view = buildView(round.at, services);
  const answered = services.filter(({ now }) => now.sample !== undefined);
  return {
    view,
    answers: new Map([
      ...state?.answers ?? [],
      ...answered.map((known) => [known.now.name, known] as const),
    ]),
    history: new Map(
      readingsOf(view).map(([key, value]) => [
        key,
        [...state?.history.get(key) ?? [], value].slice(-LONGEST),
      ]),
    ),
  };
}

function knownOf(now: Observed, last: Known | undefined): Known {
  // A busy machine's exporter takes longer than the time between two looks: that is not down.
  const waited = last && now.failure === SLOW && now.at - last.now.at < PATIENCE;
  return waited ? last : { now, before: last?.now };
}

/** What is remembered of a view; rows that are gone are forgotten. */
function readingsOf({ brokers, topics, groups }: View): [string, number | undefined][] {
  return [
    ...brokers.map((row) => ["broker", row.name, row.messagesInPerSecond] as const),
    ...topics.map((row) => ["topic", row.name, row.messagesInPerSecond] as const),
    ...groups.map((row) => ["group", row.name, row.lag] as const),
  ].map(([section, name, value]) => [historyKey(section, name), value]);
}
