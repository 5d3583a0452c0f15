// The four tables of the screen: their columns, which fall away first, what is coloured.
// This module is pure: no Deno APIs, no I/O.
import { historyKey, type Readings } from "./state.ts";
import type { Style } from "./style.ts";
import { BARS, type Bars, type Cell, type Column, type Table } from "./table.ts";
import { bytes, count, heap, milliseconds, percent, span, UNKNOWN, whole } from "./units.ts";
import type {
  BrokerView,
  ControllerView,
  GroupView,
  JvmView,
  Rates,
  TopicView,
  ZooKeeperView,
} from "./view.ts";

/** What bars are drawn from. */
export interface Past {
  readonly history: ReadonlyMap<string, Readings>;
  /** Between two readings. */
  readonly intervalSeconds: number;
}

/** Below it request handlers have hardly time left; the alert of that name begins there too. */
const IDLE_LOW = 0.3;
const HEAP_HIGH = 0.9;
const LATENCY_HIGH_MS = 10;
const OUTSTANDING_HIGH = 10;
/** The alert about voters that lag begins there too. */
const METADATA_LAG_HIGH_MS = 30_000;
/** A lag that is worth a colour when it grows. */
const LAG_HIGH = 1000;

/** A count that should be 0. */
export function badUnlessZero(value: number | undefined): Style {
  return value === undefined || value === 0 ? "plain" : "bad";
}

function warnIf(condition: boolean): Style {
  return condition ? "warn" : "plain";
}

function stateCell({ state, online }: { readonly state: string; readonly online: boolean }): Cell {
  if (online) {
    return { text: state, style: ["controller", "leader"].includes(state) ? "good" : "plain" };
  }
  return {
    text: state,
    style: ["starting", "recovery", "stopping"].includes(state) ? "warn" : "bad",
  };
}

const RATES: readonly Column<Rates>[] = [
  { head: "MSG/S", right: true, min: 5, cell: (row) => ({ text: count(row.messagesInPerSecond) }) },
  { head: "IN/S", right: true, min: 8, cell: (row) => ({ text: bytes(row.bytesInPerSecond) }) },
  { head: "OUT/S", right: true, min: 8, cell: (row) => ({ text: bytes(row.bytesOutPerSecond) }) },
];

const HEAP: Column<JvmView> = {
  head: "HEAP",
  right: true,
  cell: ({ heapUsedBytes: used, heapMaxBytes: max }) => ({
    text: heap(used, max),
    style: warnIf(used !== undefined && max !== undefined && used > HEAP_HIGH * max),
  }),
};
const CPU: Column<JvmView> = {
  head: "CPU",
  right: true,
  min: 5,
  cell: ({ cpuPercent }) => ({ text: percent(cpuPercent) }),
};

function bars(
  what: string,
  section: "broker" | "topic" | "group",
  past: Past | undefined,
): Bars<{ readonly name: string }> | undefined {
  if (!past) return undefined;
  return {
    head: (width) => {
      const last = `LAST ${span(width * past.intervalSeconds).toUpperCase()}`;
      const all = `${what}, ${last}`;
      return all.length <= width ? all : last;
    },
    readings: ({ name }) => past.history.get(historyKey(section, name)) ?? [],
  };
}

/** Brokers. Without a past there are no bars. */
export function brokerTable(past: Past | undefined): Table<BrokerView> {
  return {
    columns: [
      { head: "BROKER", cell: ({ name }) => ({ text: name }) },
      { head: "STATE", min: 10, cell: stateCell },
      { head: "LEADERS", right: true, cell: ({ leaders }) => ({ text: whole(leaders) }) },
      { head: "PARTITIONS", right: true, cell: ({ partitions }) => ({ text: whole(partitions) }) },
      {
        head: "URP",
        right: true,
        cell: ({ underReplicatedPartitions: urp }) => ({
          text: whole(urp),
          style: badUnlessZero(urp),
        }),
      },
      ...RATES,
      {
        head: "PRODUCE/S",
        right: true,
        cell: ({ produceRequestsPerSecond }) => ({ text: count(produceRequestsPerSecond) }),
      },
      {
        head: "FETCH/S",
        right: true,
        cell: ({ fetchRequestsPerSecond }) => ({ text: count(fetchRequestsPerSecond) }),
      },
      {
        head: "IDLE",
        right: true,
        min: 5,
        cell: ({ requestHandlerIdle: idle }) => ({
          text: percent(idle === undefined ? undefined : idle * 100),
          style: warnIf(idle !== undefined && idle < IDLE_LOW),
        }),
      },
      HEAP,
      CPU,
    ],
    dispensable: [
      ...["FETCH/S", "PRODUCE/S", "PARTITIONS", "HEAP", "CPU", "IDLE", "LEADERS", BARS],
      ...["OUT/S", "IN/S"],
    ],
    bars: bars("MSG/S", "broker", past),
  };
}

/** Topics. */
export function topicTable(past: Past | undefined): Table<TopicView> {
  return {
    columns: [
      { head: "TOPIC", cell: ({ name }) => ({ text: name }) },
      ...RATES,
      { head: "PARTITIONS", right: true, cell: ({ partitions }) => ({ text: whole(partitions) }) },
      { head: "SIZE", right: true, min: 8, cell: ({ sizeBytes }) => ({ text: bytes(sizeBytes) }) },
    ],
    dispensable: ["PARTITIONS", BARS, "SIZE", "OUT/S", "IN/S"],
    bars: bars("MSG/S", "topic", past),
  };
}

/** Consumer groups. */
export function groupTable(past: Past | undefined): Table<GroupView> {
  const lags = bars("LAG", "group", past);
  return {
    columns: [
      { head: "GROUP", cell: ({ name }) => ({ text: name }) },
      {
        head: "LAG",
        right: true,
        min: 9,
        cell: (row) => ({
          text: whole(row.lag),
          style: warnIf(row.lag >= LAG_HIGH && grows(lags?.readings(row) ?? [])),
        }),
      },
      {
        head: "READ/S",
        right: true,
        cell: ({ consumedPerSecond }) => ({ text: count(consumedPerSecond) }),
      },
      { head: "MEMBERS", right: true, cell: ({ members }) => ({ text: whole(members) }) },
      { head: "TOPICS", cell: ({ topics }) => ({ text: topicsText(topics) }) },
    ],
    dispensable: ["TOPICS", BARS, "MEMBERS", "READ/S"],
    bars: lags,
  };
}

/** More now than ten readings ago, or at the first. */
function grows(readings: Readings): boolean {
  const recent = readings.slice(-10).filter((reading) => reading !== undefined);
  return recent.length > 1 && recent.at(-1)! > recent[0]!;
}

/** `orders`, `orders +2`. */
function topicsText([first = UNKNOWN, ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} +${others.length}`;
}

/** Controllers that are no brokers. */
export function controllerTable(): Table<ControllerView> {
  return {
    columns: [
      { head: "CONTROLLER", cell: ({ name }) => ({ text: name }) },
      { head: "STATE", min: 10, cell: stateCell },
      { head: "EPOCH", right: true, cell: ({ epoch }) => ({ text: whole(epoch) }) },
      {
        head: "METADATA LAG",
        right: true,
        cell: ({ metadataLagMs: ms }) => ({
          text: milliseconds(ms),
          style: warnIf(ms !== undefined && ms > METADATA_LAG_HIGH_MS),
        }),
      },
      HEAP,
      CPU,
    ],
    dispensable: ["HEAP", "CPU", "METADATA LAG", "EPOCH"],
  };
}

/** ZooKeepers. */
export function zookeeperTable(): Table<ZooKeeperView> {
  return {
    columns: [
      { head: "ZOOKEEPER", cell: ({ name }) => ({ text: name }) },
      { head: "STATE", min: 10, cell: stateCell },
      {
        head: "LATENCY",
        right: true,
        cell: ({ latencyMs: ms }) => ({
          text: milliseconds(ms),
          style: warnIf(ms !== undefined && ms > LATENCY_HIGH_MS),
        }),
      },
      {
        head: "OUTSTANDING",
        right: true,
        cell: ({ outstandingRequests: requests }) => ({
          text: whole(requests),
          style: warnIf(requests !== undefined && requests > OUTSTANDING_HIGH),
        }),
      },
      {
        head: "CONNECTIONS",
        right: true,
        cell: ({ connections }) => ({ text: whole(connections) }),
      },
      { head: "ZNODES", right: true, cell: ({ znodes }) => ({ text: whole(znodes) }) },
      { head: "WATCHES", right: true, cell: ({ watches }) => ({ text: whole(watches) }) },
      HEAP,
      CPU,
    ],
    dispensable: ["HEAP", "CPU", "WATCHES", "ZNODES", "CONNECTIONS", "OUTSTANDING", "LATENCY"],
  };
}
