import { assertEquals } from "@std/assert";
import { describeFigures, plural, Progress } from "../../../clients/cli/progress.ts";

Deno.test("describeFigures() tells records, size, time and rates", () => {
  assertEquals(
    describeFigures({ records: 1_000_000, bytes: 100 * 1024 * 1024, elapsed: 10_000 }),
    "1,000,000 records, 100.0 MB in 10.0 s (100,000 records/s, 10.0 MB/s)",
  );
  assertEquals(plural(1, "record"), "1 record");
});

Deno.test("Progress redraws its line in a terminal, and is rare elsewhere", () => {
  const written = (terminal: boolean) => {
    const parts: string[] = [];
    const progress = new Progress((text) => parts.push(text), { terminal, now: 0 });
    for (let now = 0; now <= 20_000; now += 100) progress.show(() => "12345", now);
    progress.show(() => "1", 30_000);
    progress.clear();
    return parts;
  };
  const [first, ...more] = written(true);
  assertEquals(first, "\r12345");
  assertEquals(more.slice(-2), ["\r1    ", "\r \r"]);
  assertEquals(written(false), ["12345\n", "12345\n", "1\n"]);
});
