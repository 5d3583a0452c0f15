import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import { ClientError } from "../../clients/_errors.ts";
import { createRecordParser, loopText, parseHeaders } from "../../clients/_record.ts";
import { UsageError } from "../../clients/flags.ts";

const line = (text: string) => new TextEncoder().encode(text);

Deno.test("createRecordParser() makes a line the value, without key or headers", () => {
  assertEquals(createRecordParser({})(line("k:v"), 1), { key: null, value: Buffer.from("k:v") });
});

Deno.test("createRecordParser() splits at the first key separator", () => {
  const parse = createRecordParser({ keySeparator: "::" });
  assertEquals(parse(line("k::v::w"), 1), { key: Buffer.from("k"), value: Buffer.from("v::w") });
  assertEquals(parse(line("::v"), 1), { key: Buffer.from(""), value: Buffer.from("v") });
  const error = assertThrows(() => parse(line("no key"), 7), ClientError);
  assertEquals(error.message, 'Line 7 has no key separator "::"');
});

Deno.test("parseHeaders() reads k=v, keeps both values of a header given twice", () => {
  const headers = parseHeaders(["a=1", "b=x=y", "a=2", "c="])!;
  assertEquals({ ...headers }, { a: ["1", "2"], b: ["x=y"], c: [""] });
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
