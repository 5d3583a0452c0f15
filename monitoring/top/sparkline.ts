// Small bars that show how a number went.
// This module is pure: no Deno APIs, no I/O.
import { type Segment, styled } from "./style.ts";

const BARS = "▁▂▃▄▅▆▇█";

/**
 * The last `width` readings, the newest at the right, scaled from 0 to the greatest of them.
 * What is not known is blank, and 0 is a dim line.
 */
export function sparkline(readings: readonly (number | undefined)[], width: number): Segment[] {
  const shown = readings.slice(-width);
  const greatest = Math.max(0, ...shown.map((reading) => reading ?? 0));
  const cells = shown.map((reading): Segment => {
    if (reading === undefined) return styled(" ");
    if (reading <= 0) return styled(BARS[0]!, "dim");
    return styled(BARS[Math.max(1, Math.ceil(reading / greatest * BARS.length)) - 1]!, "bar");
  });
  return joined([styled(" ".repeat(Math.max(0, width - shown.length))), ...cells]);
}

/** Neighbours of one style as one segment. */
function joined(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  for (const { text, style } of segments) {
    const last = result.at(-1);
    if (last?.style === style) result[result.length - 1] = styled(last.text + text, style);
    else if (text !== "") result.push({ text, style });
  }
  return result;
}
