// Columns that fit a width: the less important ones fall away.
// This module is pure: no Deno APIs, no I/O.
import { sparkline } from "./sparkline.ts";
import { type Line, printable, type Segment, shorten, type Style, styled } from "./style.ts";

/** What a cell shows. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/** A column. All but the first and the bars are as wide as their widest cell. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Cell;
  /** Numbers stand at the right. Default: left. */
  readonly right?: boolean;
  /** Width that it has at least, so that the columns beside it stay where they are. */
  readonly min?: number;
}

/** A table: its first column names the rows. */
export interface Table<Row> {
  /** In their order on the screen. */
  readonly columns: readonly Column<Row>[];
  /** Heads of columns, the first to fall away at the left. Those not named stay. */
  readonly dispensable: readonly string[];
  /** The bars at the right end: they take what the columns leave. */
  readonly bars?: Bars<Row> | undefined;
}

/** The bars of a table. */
export interface Bars<Row> {
  /** A text that fits the width, which is {@linkcode BARS_MIN} at least. */
  readonly head: (width: number) => string;
  readonly readings: (row: Row) => readonly (number | undefined)[];
}

const GAP = "  ";
/** Columns of the narrowest bars. */
const BARS_MIN = 10;
/** Widths of names: for which columns fall away, at most, at least. */
const NAME = { want: 24, most: 48, least: 6 };

/** A head and a line for each row, at most `width` columns wide. */
export function drawTable<Row>(
  { columns, dispensable, bars }: Table<Row>,
  rows: readonly Row[],
  width: number,
): Line[] {
  const [name, ...others] = columns as [Column<Row>, ...Column<Row>[]];
  const naturally = (column: Column<Row>) =>
    Math.max(
      column.min ?? 0,
      column.head.length,
      ...rows.map((row) => column.cell(row).text.length),
    );
  const natural = Math.max(NAME.least, naturally(name));
  let shown = others.map((column) => ({ column, width: naturally(column) }));
  let barsShown = bars !== undefined;
  const taken = () =>
    shown.reduce((sum, column) => sum + GAP.length + column.width, 0) +
    (barsShown ? GAP.length + BARS_MIN : 0);
  for (const head of dispensable) {
    if (taken() + Math.min(natural, NAME.want) <= width) break;
    if (head === BARS) barsShown = false;
    else shown = shown.filter(({ column }) => column.head !== head);
  }
  const nameWidth = Math.max(NAME.least, Math.min(natural, NAME.most, width - taken()));
  const barsWidth = BARS_MIN + width - taken() - nameWidth;

  const line = (
    first: Segment,
    cell: (column: Column<Row>) => Segment,
    end: (width: number) => readonly Segment[],
  ): Line => [
    styled(shorten(first.text, nameWidth).padEnd(nameWidth), first.style),
    ...shown.flatMap(({ column, width }) => {
      const { text, style } = cell(column);
      return [styled(GAP), styled(column.right ? text.padStart(width) : text.padEnd(width), style)];
    }),
    ...(barsShown ? [styled(GAP), ...end(barsWidth)] : []),
  ];
  const cellOf = (column: Column<Row>, row: Row) => {
    const { text, style } = column.cell(row);
    return styled(printable(text), style);
  };
  return [
    line(
      styled(name.head, "dim"),
      ({ head }) => styled(head, "dim"),
      (width) => [styled(bars!.head(width), "dim")],
    ),
    ...rows.map((row) =>
      line(
        cellOf(name, row),
        (column) => cellOf(column, row),
        (width) => sparkline(bars!.readings(row), width),
      )
    ),
  ];
}

/** Stands for the bars among the {@linkcode Table.dispensable} heads. */
export const BARS = "(bars)";
