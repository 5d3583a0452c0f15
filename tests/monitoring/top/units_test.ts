import { assertEquals } from "@std/assert";
import {
  bytes,
  count,
  heap,
  milliseconds,
  percent,
  span,
  whole,
} from "../../../monitoring/top/units.ts";

Deno.test("count() has at most four characters, in thousands", () => {
  const values = [0, 0.04, 0.26, 7, 9.96, 99.4, 999.4, 999.6, 1234, 12_345, 999_999, 3.5e7, 2e12];
  assertEquals(values.map(count), [
    ...["0", "0.0", "0.3", "7", "10", "99", "999", "1.0k", "1.2k", "12k", "1.0M", "35M", "2.0T"],
  ]);
});

Deno.test("bytes() has at most eight characters, in steps of 1024", () => {
  const values = [0, 12.4, 1023, 1024, 10_000, 1024 ** 2 - 1, 1.5 * 1024 ** 3];
  assertEquals(values.map(bytes), [
    ...["0 B", "12 B", "1023 B", "1.0 KiB", "9.8 KiB", "1.0 MiB", "1.5 GiB"],
  ]);
});

Deno.test("numbers that are not known are -, never 0", () => {
  const all = [count, bytes, whole, percent, milliseconds].map((show) => show(undefined));
  assertEquals([...all, heap(1, undefined)], ["-", "-", "-", "-", "-", "-"]);
});

Deno.test("the other units are short too", () => {
  assertEquals(heap(178 * 1024 ** 2, 495 * 1024 ** 2), "178/495 MiB");
  assertEquals([whole(1_234_567), whole(123_456_789)], ["1,234,567", "123M"]);
  assertEquals([percent(0.4), percent(99.6), percent(178)], ["0 %", "100 %", "178 %"]);
  assertEquals([milliseconds(0), milliseconds(0.34), milliseconds(12.3)], [
    ...["0 ms", "0.3 ms", "12 ms"],
  ]);
  assertEquals([span(40), span(119.9), span(120), span(600)], ["40 s", "120 s", "2 min", "10 min"]);
});
