// Aligned columns for a terminal.
// This module is pure: no Deno APIs, no I/O.

/**
 * Lays out rows below a head. Columns whose every cell is a number, - or empty align right.
 *
 * @returns The lines, without a line break at the end.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  const numeric = head.map((_, i) =>
    rows.length > 0 &&
    rows.every((row) => /^(-|-?\d[\d,]*(\.\d+)?( [A-Za-z%]+)?)?$/.test(row[i] ?? ""))
  );
  return all.map((row) =>
    widths.map((width, i) => {
      const cell = row[i] ?? "";
      return numeric[i] ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd()
  ).join("\n");
}
