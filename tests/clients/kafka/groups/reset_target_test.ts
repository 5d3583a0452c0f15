import { assertEquals, assertThrows } from "@std/assert";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import {
  parseDatetime,
  parseSelection,
  resetOffset,
  withinPartition,
} from "../../../../clients/kafka/groups/reset_target.ts";

const OFFSETS = { earliest: 5n, latest: 20n, committed: 10n, atTime: 12n };

Deno.test("resetOffset() goes where Kafka's tool goes", () => {
  assertEquals(resetOffset({ to: "earliest" }, OFFSETS), 5n);
  assertEquals(resetOffset({ to: "latest" }, OFFSETS), 20n);
  assertEquals(resetOffset({ to: "offset", offset: 7n }, OFFSETS), 7n);
  assertEquals(resetOffset({ to: "shift", by: -3n }, OFFSETS), 7n);
  assertEquals(resetOffset({ to: "datetime", timestamp: 0 }, OFFSETS), 12n);
});

Deno.test("resetOffset() goes to the end when all records are older than the time", () => {
  for (const atTime of [undefined, -1n]) {
    assertEquals(resetOffset({ to: "datetime", timestamp: 0 }, { ...OFFSETS, atTime }), 20n);
  }
});

Deno.test("resetOffset() cannot shift what is not committed", () => {
  const offsets = { ...OFFSETS, committed: undefined };
  assertEquals(resetOffset({ to: "shift", by: 1n }, offsets), undefined);
});

Deno.test("withinPartition() takes the nearest offset that there is", () => {
  const offsets = [0n, 5n, 6n, 20n, 21n];
  assertEquals(offsets.map((o) => withinPartition(o, OFFSETS)), [5n, 5n, 6n, 20n, 20n]);
});

Deno.test("parseSelection() reads a topic, or partitions of it", () => {
  assertEquals(parseSelection("t"), { topic: "t", partitions: undefined });
  assertEquals(parseSelection("t:0"), { topic: "t", partitions: [0] });
  assertEquals(parseSelection("t:3,10"), { topic: "t", partitions: [3, 10] });
  for (const text of ["", ":0", "t:", "t:x", "t:1,", "t:-1", "t:1:2"]) {
    assertEquals(assertThrows(() => parseSelection(text), ClientError).exitCode, 2, text);
  }
});

Deno.test("parseDatetime() reads UTC unless a zone is given", () => {
  const noon = Date.UTC(2026, 0, 31, 12);
  for (
    const text of [
      "2026-01-31T12:00:00.000",
      "2026-01-31T12:00:00",
      "2026-01-31T12:00",
      "2026-01-31T12:00:00.000Z",
      "2026-01-31T13:00:00.000+01:00",
      "2026-01-31T13:00:00.000+0100",
      "2026-01-31T00:30-11:30",
    ]
  ) assertEquals(parseDatetime(text), noon, text);
  for (const text of ["", "yesterday", "2026-01-31", "2026-13-01T00:00:00", "12:00"]) {
    assertEquals(assertThrows(() => parseDatetime(text), ClientError).exitCode, 2, text);
  }
});

Deno.test("parseDatetime() refuses days and hours that do not exist", () => {
  for (
    const text of [
      ...["2026-02-30T00:00", "2026-02-29T12:00:00", "2026-04-31T00:00:00.000Z"],
      ...["2026-02-28T24:00", "2026-02-28T12:60", "2026-00-01T00:00", "2026-01-00T00:00"],
      ...["2026-01-31T12:00+19:00", "2026-01-31T12:00+01:60"],
    ]
  ) assertEquals(assertThrows(() => parseDatetime(text), ClientError).exitCode, 2, text);
  assertEquals(parseDatetime("2028-02-29T00:00"), Date.UTC(2028, 1, 29));
});
