import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import { DEFAULT_FORMAT, parseFormat } from "../../../clients/cli/record_format.ts";
import type { ConsumerRecord } from "../../../clients/kafka/protocol/record.ts";
import { UsageError } from "../../../clients/cli/flags.ts";

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
  assertEquals(shown("%p\n"), "3\n");
  // An escaped backslash and an n are no newline.
  assertEquals(shown("%p\\\\n"), "3\\n\n");
});

Deno.test("parseFormat() tells what is missing from what is empty", () => {
  const record = { ...TOMBSTONE, key: null, headers: [["h", null]] as const };
  const empty = Buffer.alloc(0);
  const none = { ...record, key: empty, value: empty, headers: [["h", empty]] as const };
  assertEquals([shown("%k|%v|%h", record), shown("%k|%v|%h", none)], [
    "null|null|h=null\n",
    "||h=\n",
  ]);
  const fields = ({ key, value, headers }: Record<string, unknown>) => [key, value, headers];
  assertEquals(fields(JSON.parse(shown("json", record))), [null, null, [{
    key: "h",
    value: null,
  }]]);
  assertEquals(fields(JSON.parse(shown("json", none))), ["", "", [{ key: "h", value: "" }]]);
});

Deno.test("parseFormat() keeps bytes that are no text", () => {
  const value = Buffer.from([0xff, 0x00, 0x80, 0xc3]);
  assertEquals(
    Buffer.from(parseFormat("%v")({ ...RECORD, value }), "latin1"),
    Buffer.from([0xff, 0x00, 0x80, 0xc3, 0x0a]),
  );
});

Deno.test("parseFormat() writes JSON with the offset exact, and headers in order", () => {
  assertEquals(
    shown("json"),
    '{"topic":"orders","partition":3,"offset":9007199254740993,"timestamp":1763936245000,' +
      '"key":"chave","value":"Olá ☕","headers":[{"key":"b","value":"2"},{"key":"a","value":"1"},' +
      '{"key":"b","value":"3"}]}\n',
  );
});

Deno.test("parseFormat() writes what is no text in base64, under a name that says so", () => {
  const bytes = Buffer.from([0xff, 0x00, 0xfe]);
  const record = { ...RECORD, key: bytes, value: bytes, headers: [["h", bytes]] as const };
  const { key, value, keyBase64, valueBase64, headers } = JSON.parse(shown("json", record));
  assertEquals([key, value, keyBase64, valueBase64], [undefined, undefined, "/wD+", "/wD+"]);
  assertEquals(headers, [{ key: "h", valueBase64: "/wD+" }]);
});

Deno.test("parseFormat() refuses a field or escape that it does not know", () => {
  for (const [format, name] of [["%s", "%s"], ["a%", "%"], ["\\x", "\\x"], ["a\\", "\\"]]) {
    const error = assertThrows(() => parseFormat(format!), UsageError);
    assertEquals(error.message, `--format does not know "${name}"`);
  }
});
