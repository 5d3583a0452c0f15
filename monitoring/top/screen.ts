// The whole screen, as lines for a width and a height.
// This module is pure: no Deno APIs, no I/O.
import { layOut } from "./layout.ts";
import {
  badUnlessZero,
  brokerTable,
  controllerTable,
  groupTable,
  type Past,
  topicTable,
  zookeeperTable,
} from "./sections.ts";
import { clip, type Line, printable, shorten, type Style, styled, widthOf } from "./style.ts";
import { drawTable, type Table } from "./table.ts";
import { bytes, count, whole } from "./units.ts";
import type { ClusterView, View } from "./view.ts";

/** What a screen is drawn of. */
export interface Screen {
  readonly view: View;
  /** What bars are drawn from; none: there are none. */
  readonly past?: Past;
  /** The stack's name. */
  readonly title: string;
  /** What else it is: version, engine. */
  readonly about: string;
  /** At the right of the first line, e.g. the time. */
  readonly clock: string;
  /** The last line of a screen with a height, e.g. the keys; what is hidden is added. */
  readonly foot: string;
}

/** A table with what it is called, laid out but not drawn. */
interface Section {
  readonly noun: string;
  /** Rows that there are. */
  readonly all: number;
  /** Lines that they take. */
  readonly rows: number;
  readonly least: number;
  readonly draw: (rows: number, width: number) => Line[];
}

const MARGIN = 1;

/**
 * Draws the screen. No line is wider than the width and there are no more of them than the
 * height: columns and rows fall away by importance, and what is hidden is told.
 *
 * @param size Columns and rows; `Infinity` rows show all.
 */
export function drawScreen(
  screen: Screen,
  size: { readonly columns: number; readonly rows: number },
): Line[] {
  const width = size.columns - 2 * MARGIN;
  const head = [titleLine(screen, width), ...clusterLines(screen.view.cluster, width)];
  const foot = size.rows === Infinity ? 0 : 1;
  const sections = sectionsOf(screen);
  const layout = layOut(sections, size.rows - head.length - foot);
  const body = sections.flatMap((section, index) => {
    const rows = layout.rows[index];
    if (rows === undefined) return [];
    return [...(layout.spaced ? [[]] : []), ...section.draw(rows, width)];
  });
  const hidden = sections.filter(({ all }, index) => all > 0 && layout.rows[index] === undefined)
    .map(({ all, noun }) => `${all} ${noun}`);
  const end = [
    ...(screen.foot ? [screen.foot] : []),
    ...(hidden.length > 0 ? [`hidden: ${hidden.join(", ")}`] : []),
  ].join(" · ");
  const lines = [...head, ...body];
  const gaps = Math.max(0, size.rows - lines.length - foot);
  return [
    ...lines,
    ...(foot === 0 ? [] : [...Array<Line>(gaps).fill([]), [styled(shorten(end, width), "dim")]]),
  ].slice(0, size.rows).map((line) =>
    clip([styled(" ".repeat(MARGIN)), ...line], size.columns - MARGIN)
  );
}

function sectionsOf({ view, past }: Screen): Section[] {
  const { brokers, topics, groups, groupsUnknown, zookeepers, quorum } = view;
  return [
    section("brokers", brokerTable(past), brokers, brokers.length),
    section("topics", topicTable(past), topics, 3, "no topics"),
    section(
      ...["groups", groupTable(past), groups, 2] as const,
      groupsUnknown ?? "no consumer groups",
      groupsUnknown !== undefined,
    ),
    ...(zookeepers.length > 0
      ? [section("ZooKeepers", zookeeperTable(), zookeepers, zookeepers.length)]
      : []),
    ...(quorum ? [section("controllers", controllerTable(), quorum, quorum.length)] : []),
  ];
}

/**
 * @param empty Stands in the place of the rows when there is none.
 * @param incomplete There are other rows, which are not known.
 */
function section<Row>(
  noun: string,
  table: Table<Row>,
  all: readonly Row[],
  least: number,
  empty = "",
  incomplete = false,
): Section {
  return {
    noun,
    all: all.length,
    rows: Math.max(1, all.length),
    least: Math.max(1, least),
    draw(given, width) {
      const [name, ...columns] = table.columns;
      if (all.length === 0) return [[styled(name!.head, "dim")], [styled(empty, "dim")]];
      // Told in the head, where it costs no row.
      const some = given < all.length
        ? ` (${given} of ${all.length}${incomplete ? " or more" : ""})`
        : incomplete
        ? " (not all)"
        : "";
      const headed = { ...table, columns: [{ ...name!, head: name!.head + some }, ...columns] };
      return drawTable(headed, all.slice(0, given), width);
    },
  };
}

/** The clock falls away after what else the stack is, and before its name. */
function titleLine({ title, about, clock }: Screen, width: number): Line {
  const name = styled(printable(title), "bold");
  const more = styled(`  ${about}`, "dim");
  const lines = [[name, more, styled(clock, "dim")], [name, styled(clock, "dim")]];
  const fitting = lines.find((line) => widthOf(line) + FACT_GAP <= width);
  if (!fitting) return [name];
  const gap = " ".repeat(width - widthOf(fitting));
  return [...fitting.slice(0, -1), styled(gap), ...fitting.slice(-1)];
}

/** A figure of the cluster: `URP 0`. */
interface Fact {
  readonly label: string;
  readonly value: string;
  readonly style: Style;
}

const FACT_GAP = 3;

/** The state of the cluster, then what flows through it. */
function clusterLines(cluster: ClusterView, width: number): Line[] {
  const { controllers, brokersOnline, brokers, zookeepersOnline, zookeepers } = cluster;
  const { quorumOnline = 0, quorum } = cluster;
  const ofAll = (online: number, all: number, label: string): Fact => ({
    label,
    value: `${online}/${all}`,
    style: online === all ? "good" : "bad",
  });
  const shouldBeZero = (label: string, value: number | undefined): Fact => ({
    label,
    value: whole(value),
    style: badUnlessZero(value),
  });
  const plain = (label: string, value: string): Fact => ({ label, value, style: "plain" });
  return [
    factsLine([
      ofAll(brokersOnline, brokers, "brokers"),
      {
        label: "controller",
        value: controllers.join("+") || "none",
        style: controllers.length === 1 ? "plain" : "bad",
      },
      shouldBeZero("URP", cluster.underReplicatedPartitions),
      shouldBeZero("offline", cluster.offlinePartitions),
      shouldBeZero("under min ISR", cluster.underMinIsrPartitions),
      ...(zookeepers > 0 ? [ofAll(zookeepersOnline, zookeepers, "ZooKeepers")] : []),
      ...(quorum ? [ofAll(quorumOnline, quorum, "quorum")] : []),
    ], width),
    factsLine([
      plain("msg/s", count(cluster.messagesInPerSecond)),
      plain("in/s", bytes(cluster.bytesInPerSecond)),
      plain("out/s", bytes(cluster.bytesOutPerSecond)),
      plain("topics", whole(cluster.topics)),
      plain("partitions", whole(cluster.partitions)),
    ], width),
  ];
}

/** As many of the facts as fit: the last fall away first, those that are bad never before others. */
function factsLine(facts: readonly Fact[], width: number): Line {
  const withGaps = (some: readonly Fact[], gap: number) =>
    some.reduce((sum, { label, value }) => sum + label.length + 1 + value.length, 0) +
    gap * (some.length - 1);
  let shown = facts;
  while (shown.length > 1 && withGaps(shown, FACT_GAP - 1) > width) {
    const last = shown.findLastIndex(({ style }) => style !== "bad");
    shown = shown.toSpliced(last, 1);
  }
  const gap = " ".repeat(withGaps(shown, FACT_GAP) <= width ? FACT_GAP : FACT_GAP - 1);
  return shown.flatMap(({ label, value, style }, index) => [
    styled(`${index === 0 ? "" : gap}${label} `, "dim"),
    styled(value, style === "plain" ? "bold" : style),
  ]);
}
