import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { drawScreen } from "../../../monitoring/top/screen.ts";
import { type Style, toText, widthOf } from "../../../monitoring/top/style.ts";
import { afterBoth, changed, metricsOf, withPast } from "./_rounds.ts";
import { renderScreen, renderSvg, screenOf } from "./golden.ts";
import narrow from "./golden/60x15.txt" with { type: "text" };
import usual from "./golden/80x24.txt" with { type: "text" };
import wide from "./golden/140x40.txt" with { type: "text" };
import svg from "./golden/down.svg.txt" with { type: "text" };

const GOLDEN = [[60, 15, narrow], [80, 24, usual], [140, 40, wide]] as const;
for (const [columns, rows, golden] of GOLDEN) {
  Deno.test(`drawScreen() at ${columns}x${rows} gives the golden drawing`, () => {
    assertEquals(renderScreen(columns, rows), golden);
  });
}

Deno.test("toSvg() gives the golden picture", () => {
  assertEquals(renderSvg(), svg);
});

Deno.test("drawScreen() is never wider or higher than the terminal", () => {
  const screens = [
    screenOf(withPast(afterBoth())),
    screenOf(afterBoth({ second: { kafka1: "down", zookeeper2: "no answer" } })),
  ];
  for (const screen of screens) {
    for (let columns = 1; columns <= 200; columns++) {
      for (const rows of [1, 2, 3, 5, 8, 13, 24, 60]) {
        const lines = drawScreen(screen, { columns, rows });
        assert(lines.length <= rows, `${columns}x${rows}: ${lines.length} lines`);
        const width = Math.max(...lines.map(widthOf));
        assert(width <= columns, `${columns}x${rows}: ${width} columns`);
      }
    }
  }
});

Deno.test("drawScreen() says how many rows are hidden, of tables and of whole ones", () => {
  const lines = drawScreen(screenOf(afterBoth()), { columns: 80, rows: 10 }).map(toText);
  assertEquals(lines.map((line) => line.slice(0, 20).trimEnd()), [
    ...[" kafka-stack  Kafka", " brokers 3/3   contr", " msg/s 4.3k   in/s 8"],
    ...[" BROKER  STATE", " kafka1  controller", " kafka2  running", " kafka3  running"],
    ...[" TOPIC (1 of 4)  MSG", " top-orders       3."],
    " q quits · hidden: 2",
  ]);
  assertEquals(lines.at(-1), " q quits · hidden: 2 groups, 3 ZooKeepers");
});

/** The style of a text that is a segment of its own, in the line that begins so. */
function styleOf(lines: ReturnType<typeof drawScreen>, begin: string, text: string): Style {
  const line = lines.find((line) => toText(line).trim().startsWith(begin));
  return line!.find((segment) => segment.text.trim() === text)!.style;
}

Deno.test("drawScreen() colours what is wrong, and what soon will be", () => {
  const second = {
    kafka1: changed(metricsOf("kafka1", 2), (value, name) => {
      if (name.endsWith("underreplicatedpartitions")) return 2;
      if (name.endsWith("requesthandleravgidlepercent")) return 0.2;
      return name === "jvm_memory_used_bytes" ? 500e6 : value;
    }),
    kafka2: "down",
    zookeeper1: changed(
      metricsOf("zookeeper1", 2),
      (value, name) => name.endsWith("latency") ? 11 : value,
    ),
  };
  const lines = drawScreen(screenOf(afterBoth({ second })), { columns: 200, rows: 40 });
  assertEquals(styleOf(lines, "brokers", "2/3"), "bad");
  assertEquals(styleOf(lines, "brokers", "2"), "bad");
  assertEquals(styleOf(lines, "kafka1", "2"), "bad");
  assertEquals(styleOf(lines, "kafka1", "20 %"), "warn");
  assertEquals(styleOf(lines, "kafka1", "477/495 MiB"), "warn");
  assertEquals(styleOf(lines, "kafka1", "controller"), "good");
  assertEquals(styleOf(lines, "kafka2", "down"), "bad");
  assertEquals(styleOf(lines, "zookeeper1", "11 ms"), "warn");
  // From 1,250 to 1,650: it grows.
  assertEquals(styleOf(lines, "billing", "1,650"), "warn");
  assertEquals(styleOf(lines, "web", "40"), "plain");
  assertEquals(styleOf(lines, "zookeeper2", "0.3 ms"), "plain");
});

Deno.test("drawScreen() keeps what is bad in a narrow line of facts", () => {
  const bad = {
    kafka1: changed(
      metricsOf("kafka1", 2),
      (value, name) => name.endsWith("underminisrpartitioncount") ? 3 : value,
    ),
  };
  const [, facts] = drawScreen(screenOf(afterBoth({ second: bad })), { columns: 44, rows: 20 });
  assertStringIncludes(toText(facts!), "under min ISR 3");
  const none = {
    kafka1: changed(
      metricsOf("kafka1", 2),
      (value, name) => name.endsWith("activecontrollercount") ? 0 : value,
    ),
  };
  const [, line] = drawScreen(screenOf(afterBoth({ second: none })), { columns: 80, rows: 20 });
  assertStringIncludes(toText(line!), "controller none");
  assertEquals(line!.find(({ text }) => text === "none")!.style, "bad");
});

Deno.test("drawScreen() without a past has no bars, and with all rows has no foot", () => {
  const { past: _, ...screen } = screenOf(afterBoth());
  const lines = drawScreen(screen, { columns: 120, rows: Infinity }).map(toText);
  assertEquals(lines.filter((line) => /LAST|q quits|[▁-█]/.test(line)), []);
  assertEquals(lines.at(-1)!.trim().split(/\s+/)[0], "zookeeper3");
});
