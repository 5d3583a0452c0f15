// Styled text: what the drawings are made of, and how a terminal shows it.
// This module is pure: no Deno APIs, no I/O.

/** How text looks. */
export type Style = "plain" | "bold" | "dim" | "good" | "warn" | "bad" | "bar";

/** A run of text in one style. One character is one column: see {@linkcode printable}. */
export interface Segment {
  readonly text: string;
  readonly style: Style;
}

/** A line, without a line break. */
export type Line = readonly Segment[];

/** Select Graphic Rendition, by style. */
const SGR: Readonly<Record<Style, string>> = {
  plain: "",
  bold: "1",
  dim: "90",
  good: "32",
  warn: "33",
  bad: "1;31",
  bar: "36",
};

/** A segment. */
export function styled(text: string, style: Style = "plain"): Segment {
  return { text, style };
}

/** Columns that a line takes. */
export function widthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + text.length, 0);
}

/** A line's text, without its styles. */
export function toText(line: Line): string {
  return line.map(({ text }) => text).join("").trimEnd();
}

/** A line for a terminal; without colour, its text. */
export function toTerminal(line: Line, colour: boolean): string {
  if (!colour) return toText(line);
  return line.map(({ text, style }) => {
    return SGR[style] === "" || text.trim() === "" ? text : `\x1b[${SGR[style]}m${text}\x1b[0m`;
  }).join("").trimEnd();
}

/** A line of at most `width` columns: what is too much is cut. */
export function clip(line: Line, width: number): Line {
  const clipped: Segment[] = [];
  let left = width;
  for (const { text, style } of line) {
    if (left <= 0) break;
    clipped.push({ text: text.slice(0, left), style });
    left -= text.length;
  }
  return clipped;
}

/** A text of at most `width` columns, with a … where it is cut. */
export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/**
 * A name that others chose, safe to draw: a group's may have any character. Those that are not
 * one column wide, or that steer a terminal, become `?`.
 */
export function printable(name: string): string {
  return [...name].map((char) =>
    /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f]$/.test(char) ? char : "?"
  )
    .join("");
}
