import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import { ClientError } from "../../../clients/kafka/errors/client_error.ts";
import { createRecordParser, loopText, parseHeaders } from "../../../clients/cli/record_parser.ts";
import { UsageError } from "../../../clients/cli/flags.ts";

const line = (text: string) => new TextEncoder().encode(text);

Deno.test("createRecordParser() makes a line the value, without key or headers", () => {
  assertEquals(createRecordParser({})(line("k:v"), 3), {
    key: null,
    value: Buffer.from("k:v"),
    number: 3,
  });
});

Deno.test("createRecordParser() splits at the first key separator", () => {
  const parse = createRecordParser({ keySeparator: "::" });
  const both = (text: string) => {
    const { key, value } = parse(line(text), 1);
    return [key, value].map(String);
  };
  assertEquals(both("k::v::w"), ["k", "v::w"]);
  assertEquals(both("::v"), ["", "v"]);
  const error = assertThrows(() => parse(line("no key"), 7), ClientError);
  assertEquals(error.message, 'Line 7 has no key separator "::"');
});

Deno.test("createRecordParser() reads escapes in the key separator as --format does", () => {
  const split = (keySeparator: string, text: string) => {
    const { key, value } = createRecordParser({ keySeparator })(line(text), 1);
    return [key, value].map(String);
  };
  assertEquals(split("\\t", "k\tv\tw"), ["k", "v\tw"]);
  assertEquals(split("\\\\", "k\\v"), ["k", "v"]);
  assertEquals(split("\t", "k\tv"), ["k", "v"]);
  const error = assertThrows(() => createRecordParser({ keySeparator: "\\x" }), UsageError);
  assertEquals(error.message, '--key-separator does not know "\\x"');
});

Deno.test("createRecordParser() makes null of what is the null value, and of nothing else", () => {
  const parse = createRecordParser({ keySeparator: ":", nullValue: "NULL" });
  const both = (text: string) => {
    const { key, value } = parse(line(text), 1);
    return [key, value].map((data) => data && String(data));
  };
  assertEquals(both("k:NULL"), ["k", null]);
  assertEquals(both("NULL:v"), [null, "v"]);
  assertEquals(both("k:"), ["k", ""]);
  assertEquals(both("k:NULLS"), ["k", "NULLS"]);
  assertEquals(createRecordParser({ nullValue: "" })(line(""), 1).value, null);
});

Deno.test("parseHeaders() keeps the order of headers, repeated names and any name", () => {
  const given = ["z=1", "2=x=y", "z=2", "__proto__=p", "constructor=", "n=NULL"];
  const headers = parseHeaders(given, "NULL");
  assertEquals(headers.map(([name, value]) => [name, value && String(value)]), [
    ["z", "1"],
    ["2", "x=y"],
    ["z", "2"],
    ["__proto__", "p"],
    ["constructor", ""],
    ["n", null],
  ]);
  for (const bad of ["a", "=v", ""]) assertThrows(() => parseHeaders([bad]), UsageError);
  assertEquals(createRecordParser({ headers })(line("v"), 1).headers, headers);
});

Deno.test("loopText() is the original's text, with the local time and its zone", () => {
  const date = (zone: number) =>
    Object.assign(new Date(2025, 10, 3, 4, 5, 6), { getTimezoneOffset: () => zone });
  assertEquals(loopText(date(0)), "03/11/2025 04:05:06+0000 Nova mensagem !");
  assertEquals(loopText(date(180)), "03/11/2025 04:05:06-0300 Nova mensagem !");
  assertEquals(loopText(date(-330)), "03/11/2025 04:05:06+0530 Nova mensagem !");
});
