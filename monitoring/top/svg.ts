// The screen as a picture.
// This module is pure: no Deno APIs, no I/O.
import { type Line, type Style, widthOf } from "./style.ts";

const CHAR = { width: 8, height: 18 };
const FONT = { size: 13, baseline: 13 };
const PADDING = 14;
const BACKGROUND = "#0d1117";
const COLOURS: Readonly<Record<Style, string>> = {
  plain: "#c9d1d9",
  bold: "#f0f6fc",
  dim: "#7d8590",
  good: "#3fb950",
  warn: "#d29922",
  bad: "#ff7b72",
  bar: "#39c5cf",
};
const BARS = "▁▂▃▄▅▆▇█";

/**
 * Draws lines as an SVG file: light text on a dark ground, each word at its column whatever font
 * the reader has, and the bars as shapes, which no font can get wrong.
 *
 * @param title What the picture shows, for those who cannot see it.
 */
export function toSvg(lines: readonly Line[], columns: number, title: string): string {
  const width = columns * CHAR.width + 2 * PADDING;
  const height = lines.length * CHAR.height + 2 * PADDING;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}" ` +
    `font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" ` +
    `font-size="${FONT.size}">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    ...lines.flatMap((line, row) => drawLine(line, PADDING + row * CHAR.height)),
    "</svg>",
    "",
  ].join("\n");
}

function drawLine(line: Line, top: number): string[] {
  const shapes: string[] = [];
  let column = 0;
  for (const { text, style } of line) {
    for (const { 0: word, index } of text.matchAll(/\S+(?: \S+)*/g)) {
      const x = PADDING + (column + index) * CHAR.width;
      shapes.push(
        BARS.includes(word[0]!) ? bars(word, x, top, style) : letters(word, x, top, style),
      );
    }
    column += text.length;
  }
  return widthOf(line) === 0 ? [] : shapes;
}

function letters(word: string, x: number, top: number, style: Style): string {
  const bold = ["bold", "bad"].includes(style) ? ' font-weight="bold"' : "";
  return `<text x="${x}" y="${top + FONT.baseline}" textLength="${word.length * CHAR.width}" ` +
    `fill="${COLOURS[style]}"${bold}>${escape(word)}</text>`;
}

/** One shape for a run of bars, each as wide as a character but for a thin gap. */
function bars(run: string, x: number, top: number, style: Style): string {
  const full = CHAR.height - 4;
  const bottom = top + CHAR.height - 2;
  const path = [...run].map((bar, index) => {
    const height = Math.round((BARS.indexOf(bar) + 1) * full / BARS.length);
    return `M${x + index * CHAR.width} ${bottom}v-${height}h${CHAR.width - 1}v${height}z`;
  });
  return `<path fill="${COLOURS[style]}" d="${path.join("")}"/>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
