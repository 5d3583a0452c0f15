// The drawings that are kept; run it after a wanted change and read the diff:
// deno run --allow-write tests/monitoring/top/golden.ts
import { drawScreen, type Screen } from "../../../monitoring/top/screen.ts";
import type { TopState } from "../../../monitoring/top/state.ts";
import { toText } from "../../../monitoring/top/style.ts";
import { toSvg } from "../../../monitoring/top/svg.ts";
import { afterBoth, withPast } from "./_rounds.ts";

/** The screen of a state. */
export function screenOf({ view, history }: TopState): Screen {
  return {
    view,
    past: { history, intervalSeconds: 2 },
    title: "kafka-stack",
    about: "Kafka 3.9.2 · native",
    clock: "every 2 s   16:00:02",
    foot: "q quits",
  };
}

/** Columns × rows of the drawings. */
export const SIZES = [[60, 15], [80, 24], [140, 40]] as const;

/** The drawing of a size, as text. */
export function renderScreen(columns: number, rows: number): string {
  const lines = drawScreen(screenOf(withPast(afterBoth())), { columns, rows });
  return lines.map((line) => `${toText(line)}\n`).join("");
}

/** A small picture: a broker is down. */
export function renderSvg(): string {
  const state = withPast(afterBoth({ second: { kafka2: "down" } }));
  return toSvg(drawScreen(screenOf(state), { columns: 70, rows: 12 }), 70, "top, <kafka2> down");
}

if (import.meta.main) {
  const folder = new URL("golden/", import.meta.url);
  for (const [columns, rows] of SIZES) {
    Deno.writeTextFileSync(
      new URL(`${columns}x${rows}.txt`, folder),
      renderScreen(columns, rows),
    );
  }
  Deno.writeTextFileSync(new URL("down.svg.txt", folder), renderSvg());
}
