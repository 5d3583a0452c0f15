import { assertEquals } from "@std/assert";
import { layOut } from "../../../monitoring/top/layout.ts";
import { sparkline } from "../../../monitoring/top/sparkline.ts";
import {
  clip,
  printable,
  shorten,
  styled,
  toTerminal,
  toText,
} from "../../../monitoring/top/style.ts";
import { BARS, drawTable, type Table } from "../../../monitoring/top/table.ts";

Deno.test("sparkline() scales from 0 to the greatest, shows 0 dim and leaves gaps", () => {
  assertEquals(sparkline([8, 0, undefined, 1, 4], 6), [
    ...[styled(" "), styled("█", "bar"), styled("▁", "dim"), styled(" ")],
    ...[styled("▁▄", "bar")],
  ]);
});

Deno.test("sparkline() shows the newest readings, scaled among themselves", () => {
  assertEquals(toText(sparkline([1000, 1, 2], 2)), "▄█");
  assertEquals(sparkline([0, 0], 2), [styled("▁▁", "dim")]);
  assertEquals(sparkline([], 2), [styled("  ")]);
});

Deno.test("toTerminal() colours only where colour is wanted", () => {
  const line = [styled(" a "), styled("3", "bad"), styled("  ", "dim"), styled("ok", "good")];
  assertEquals(toTerminal(line, true), " a \x1b[1;31m3\x1b[0m  \x1b[32mok\x1b[0m");
  assertEquals(toTerminal(line, false), " a 3  ok");
});

Deno.test("clip() and shorten() keep a width", () => {
  assertEquals(clip([styled("abc"), styled("def", "bad"), styled("g")], 4), [
    styled("abc"),
    styled("d", "bad"),
  ]);
  assertEquals([shorten("abcd", 4), shorten("abcde", 4), shorten("ab", 0)], ["abcd", "abc…", "…"]);
});

Deno.test("printable() takes what steers a terminal or has another width out of a name", () => {
  assertEquals(printable("a\x1b[31mb\n c\u200b"), "a?[31mb? c?");
  assertEquals(printable("grün Группа Ομάδα"), "grün Группа Ομάδα");
  assertEquals(printable("組x🙂e\u0301"), "?x?e?");
});

interface Row {
  readonly name: string;
  readonly size: number;
}

const TABLE: Table<Row> = {
  columns: [
    { head: "NAME", cell: ({ name }) => ({ text: name }) },
    { head: "SIZE", right: true, min: 6, cell: ({ size }) => ({ text: String(size) }) },
    { head: "KIND", cell: () => ({ text: "x", style: "warn" }) },
  ],
  dispensable: ["KIND", BARS, "SIZE"],
  bars: { head: () => "PAST", readings: ({ size }) => [0, size] },
};
const drawn = (width: number, rows: readonly Row[]) => drawTable(TABLE, rows, width).map(toText);

Deno.test("drawTable() gives the bars what the columns leave", () => {
  assertEquals(drawn(40, [{ name: "one", size: 5 }, { name: "another", size: 1234567 }]), [
    "NAME        SIZE  KIND  PAST",
    "one            5  x                   ▁█",
    "another  1234567  x                   ▁█",
  ]);
});

Deno.test("drawTable() lets columns fall away in their order, and shortens names last", () => {
  const rows = [{ name: "a-long-name", size: 5 }];
  assertEquals(drawn(34, rows), [
    "NAME           SIZE  PAST",
    "a-long-name       5             ▁█",
  ]);
  assertEquals(drawn(30, rows), ["NAME           SIZE", "a-long-name       5"]);
  assertEquals(drawn(18, rows), ["NAME", "a-long-name"]);
  assertEquals(drawn(8, rows), ["NAME", "a-long-…"]);
});

Deno.test("drawTable() lets no column fall away for a name of more than 24 columns", () => {
  const rows = [{ name: "n".repeat(60), size: 5 }];
  assertEquals(drawn(50, rows).map((line) => line.length), [44, 50]);
});

Deno.test("layOut() gives each table its least rows, then the rest in turn", () => {
  const wishes = [{ rows: 3, least: 3 }, { rows: 20, least: 3 }, { rows: 6, least: 2 }];
  assertEquals(layOut(wishes, 100), { rows: [3, 20, 6], spaced: true });
  assertEquals(layOut(wishes, 32), { rows: [3, 20, 6], spaced: false });
  assertEquals(layOut(wishes, 15), { rows: [3, 5, 4], spaced: false });
  assertEquals(layOut(wishes, 11), { rows: [3, 3, 2], spaced: false });
});

Deno.test("layOut() hides the last tables whole where there is no room", () => {
  const wishes = [{ rows: 3, least: 3 }, { rows: 20, least: 3 }, { rows: 6, least: 2 }];
  assertEquals(layOut(wishes, 8), { rows: [3, 3, undefined], spaced: false });
  assertEquals(layOut(wishes, 5), { rows: [3, undefined, undefined], spaced: false });
  assertEquals(layOut(wishes, 3), { rows: [2, undefined, undefined], spaced: false });
  assertEquals(layOut(wishes, 0), { rows: [undefined, undefined, undefined], spaced: false });
});
