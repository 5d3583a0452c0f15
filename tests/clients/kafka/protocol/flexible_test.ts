import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import { FlexibleReader, FlexibleWriter } from "../../../../clients/kafka/protocol/flexible.ts";

const UUID = "n7jI6Xclz6aJangzJZRIng";

Deno.test("FlexibleReader reads what FlexibleWriter writes", () => {
  const long = "ä".repeat(200);
  const writer = new FlexibleWriter().int8(-1).bool(true).uint16(65_000).int32(-2).int64(2n ** 40n);
  writer.string(long).string(null).string("").uuid(UUID);
  writer.array([1, 2], (item) => void writer.int32(item)).array(null, () => {});
  writer.structs(["a", "b"], (item) => void writer.string(item)).structs([], () => {});
  const reader = new FlexibleReader(writer.end());
  assertEquals(
    [reader.int8(), reader.bool(), reader.uint16(), reader.int32(), reader.int64()],
    [-1, true, 65_000, -2, 2n ** 40n],
  );
  assertEquals([reader.string(), reader.nullableString(), reader.string()], [long, null, ""]);
  assertEquals(reader.uuid(), UUID);
  assertEquals([reader.array(() => reader.int32()), reader.array(() => reader.int32())], [
    [1, 2],
    [],
  ]);
  assertEquals(reader.structs(() => reader.string()), ["a", "b"]);
  assertEquals(reader.structs(() => reader.string()), []);
});

Deno.test("FlexibleReader passes over tagged fields, in the header and in structures", () => {
  const tagged = [1, 5, 2, 0xff, 0xff];
  const reader = new FlexibleReader(Buffer.from([...tagged, 3, 7, ...tagged, 8, 0, 9]));
  assertEquals(reader.structs(() => reader.int8()), [7, 8]);
  assertEquals(reader.int8(), 9);
});

Deno.test("FlexibleReader does not read past the end of an answer", () => {
  assertThrows(() => new FlexibleReader(Buffer.from([0, 5, 65])).string(), RangeError);
  assertThrows(() => new FlexibleReader(Buffer.from([0x80])), RangeError);
});
