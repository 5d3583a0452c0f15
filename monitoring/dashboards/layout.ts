// Where panels are on Grafana's grid: 24 columns, lines filled from the left.
// This module is pure: no Deno APIs, no I/O.
import type { Kind, Panel, Row, Size } from "./panel.ts";

/** A place on the grid, in its units: a column is 1/24 of the width, a line some 30 pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const COLUMNS = 24;
const WIDTH: Readonly<Record<Size, number>> = {
  sixth: 4,
  quarter: 6,
  third: 8,
  half: 12,
  full: 24,
};
const HEIGHT: Readonly<Record<Kind, number>> = { stat: 4, timeseries: 8, bargauge: 8, table: 8 };

/**
 * Places rows below each other, and in each row panels side by side. A panel that does not fit, or
 * is of another height, begins a new line, so that nothing overlaps and no line has steps.
 */
export function layout(rows: readonly Row[]): readonly {
  readonly row: Row;
  readonly place: Place;
  readonly panels: readonly { readonly panel: Panel; readonly place: Place }[];
}[] {
  let y = 0;
  return rows.map((row) => {
    const place = { x: 0, y, w: COLUMNS, h: 1 };
    y += 1;
    let x = 0;
    let height = 0;
    const panels = row.panels.map((panel) => {
      const [w, h] = [WIDTH[panel.size], HEIGHT[panel.kind]];
      if (x > 0 && (x + w > COLUMNS || h !== height)) {
        y += height;
        x = 0;
      }
      height = h;
      const place = { x, y, w, h };
      x += w;
      return { panel, place };
    });
    y += height;
    return { row, place, panels };
  });
}
