import { assertEquals, assertRejects } from "@std/assert";
import { ClientError } from "../../../clients/kafka/errors/client_error.ts";
import { readLines } from "../../../clients/cli/line_reader.ts";

async function* chunks(...parts: (string | number[])[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    yield typeof part === "string" ? new TextEncoder().encode(part) : new Uint8Array(part);
  }
}

async function lines(...parts: (string | number[])[]): Promise<string[]> {
  const found = (await Array.fromAsync(readLines(chunks(...parts)))).flat();
  return found.map((line) => new TextDecoder().decode(line));
}

Deno.test("readLines() splits at newlines, wherever the chunks end", async () => {
  assertEquals(await lines("a\nb\n"), ["a", "b"]);
  assertEquals(await lines("a\nb"), ["a", "b"]);
  assertEquals(await lines("a", "b\nc", "", "d", "e\n", "f"), ["ab", "cde", "f"]);
  assertEquals(await lines("a\r\nb\r", "\nc\r"), ["a", "b", "c"]);
  assertEquals(await lines("\n\na\n"), ["", "", "a"]);
  assertEquals(await lines(), []);
  assertEquals(await lines(""), []);
});

Deno.test("readLines() keeps bytes that are no text", async () => {
  const [[line] = []] = await Array.fromAsync(readLines(chunks([0xff, 0x00, 0x0d, 0x80, 0x0a])));
  assertEquals([...line!], [0xff, 0x00, 0x0d, 0x80]);
});

Deno.test("readLines() refuses a line without end instead of keeping it in memory", async () => {
  const endless = async function* () {
    yield* chunks("first\n");
    while (true) yield new Uint8Array(1024 * 1024).fill(65);
  };
  const error = await assertRejects(() => Array.fromAsync(readLines(endless())), ClientError);
  assertEquals(error.message, "Line 2 of the input is longer than 100 MB");
});
