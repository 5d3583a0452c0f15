import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import { type ConsumerRecord, DEFAULT_FORMAT, parseFormat } from "../../clients/_format.ts";
import { UsageError } from "../../clients/flags.ts";

const RECORD: ConsumerRecord = {
  topic: "orders",
  partition: 3,
  offset: "9007199254740993",
  timestamp: "1763936245000",
  key: Buffer.from("chave"),
  value: Buffer.from("Olá ☕"),
  headers: [["b", Buffer.from("2")], ["a", Buffer.from("1")], ["b", Buffer.from("3")]],
};
const TOMBSTONE: ConsumerRecord = { ...RECORD, value: null, headers: [] };

/** What a format writes, read as UTF-8. */
const shown = (format: string, record = RECORD) =>
  Buffer.from(parseFormat(format)(record), "latin1").toString();

Deno.test("parseFormat() shows the original's line by default", () => {
  assertEquals(
    shown(DEFAULT_FORMAT),
    ">>> Partition: 3 Offset: 9007199254740993 Topic: orders Message: Olá ☕\n",
  );
});

Deno.test("parseFormat() knows every field and escape", () => {
  assertEquals(
    shown("%t %p %o %k %v %h %T"),
    "orders 3 9007199254740993 chave Olá ☕ b=2,a=1,b=3 1763936245000\n",
  );
  assertEquals(shown("é %k\\t%v\\n"), "é chave\tOlá ☕\n");
  assertEquals(shown("100%% %p"), "100% 3\n");
  assertEquals(shown("%k=%v;", { ...TOMBSTONE, key: null }), "=;\n");
});

Deno.test("parseFormat() keeps bytes that are no text", () => {
  const value = Buffer.from([0xff, 0x00, 0x80, 0xc3]);
  assertEquals(
    Buffer.from(parseFormat("%v")({ ...RECORD, value }), "latin1"),
    Buffer.from([0xff, 0x00, 0x80, 0xc3, 0x0a]),
  );
});

Deno.test("parseFormat() writes JSON with the offset exact, tombstones and headers", () => {
  assertEquals(
    shown("json"),
    '{"topic":"orders","partition":3,"offset":9007199254740993,"timestamp":1763936245000,' +
      '"key":"chave","value":"Olá ☕","headers":{"b":["2","3"],"a":"1"}}\n',
  );
  assertEquals(JSON.parse(shown("json", TOMBSTONE)).value, null);
});

Deno.test("parseFormat() refuses a field or escape that it does not know", () => {
  for (const [format, name] of [["%s", "%s"], ["a%", "%"], ["\\x", "\\x"], ["a\\", "\\"]]) {
    const error = assertThrows(() => parseFormat(format!), UsageError);
    assertEquals(error.message, `--format does not know "${name}"`);
  }
});
