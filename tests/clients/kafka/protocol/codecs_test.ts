import { assert, assertEquals, assertThrows } from "@std/assert";
import { CODECS } from "../../../../clients/kafka/protocol/codecs.ts";
import { compressLz4, decompressLz4 } from "../../../../clients/kafka/protocol/lz4.ts";
import { JAVA, JAVA_TEXT, KCAT, kcatRecord } from "./_codec_fixtures.ts";

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const NAMES = ["snappy", "lz4", "zstd"] as const;

/** Numbers that look random and are the same each time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed;;) yield state = (Math.imul(state, 1103515245) + 12345) >>> 1 & 0x3fffffff;
}

/** Data of all kinds: empty, tiny, repetitive, random, longer than a block. */
function samples(): Uint8Array[] {
  const random = numbers(42);
  const next = () => random.next().value;
  return [0, 1, 4, 12, 13, 14, 40, 300, 5000, 65535, 65536, 65537, 200_000].flatMap((size) =>
    [1, 3, 200].map((variety) => {
      const data = new Uint8Array(size);
      for (let i = 0; i < size; i++) {
        data[i] = i > variety * 5 && next() % 10 > 0 ? data[i - variety * 5]! : next() % variety;
      }
      return data;
    })
  );
}

for (const name of NAMES) {
  const { compress, decompress } = CODECS[name];

  Deno.test(`${name} gives back what it was given`, () => {
    for (const sample of samples()) {
      assertEquals(decompress(compress(sample)).length, sample.length);
    }
    for (const sample of samples()) assert(same(decompress(compress(sample)), sample));
  });

  Deno.test(`${name} reads what the Java client writes`, () => {
    assertEquals(text(decompress(bytesOf(JAVA[name]))), JAVA_TEXT);
  });

  Deno.test(`${name} reads what librdkafka writes`, () => {
    const records = text(decompress(bytesOf(KCAT[name])));
    for (let n = 0; n < 10; n++) assert(records.includes(kcatRecord(n)), kcatRecord(n));
  });

  Deno.test(`${name} makes text smaller`, () => {
    const data = new TextEncoder().encode(JAVA_TEXT);
    assert(compress(data).length < data.length / 10);
  });
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

Deno.test("compressLz4() writes independent blocks of 64 KB, as the Java client demands", () => {
  const frame = compressLz4(new TextEncoder().encode(JAVA_TEXT));
  assertEquals([...frame.subarray(0, 7)], [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
  assertEquals([...frame.subarray(-4)], [0, 0, 0, 0]);
});

Deno.test("compressLz4() ends each block with five literals, and no match in its last twelve", () => {
  for (const sample of samples()) {
    const view = new DataView(compressLz4(sample).buffer);
    for (let at = 7; view.getUint32(at, true) !== 0;) {
      const head = view.getUint32(at, true);
      const size = head & 0x7fffffff;
      if (head === size) checkBlockEnd(new Uint8Array(view.buffer, at + 4, size));
      at += 4 + size;
    }
  }
});

/** Walks a block's sequences: the format asks for room at the end, which C decoders rely on. */
function checkBlockEnd(block: Uint8Array) {
  let at = 0;
  let out = 0;
  let lastMatch = -1;
  let literals = 0;
  const length = (start: number) => {
    let total = start;
    if (start === 15) { for (let byte = 255; byte === 255;) total += byte = block[at++]!; }
    return total;
  };
  while (at < block.length) {
    const token = block[at++]!;
    literals = length(token >> 4);
    at += literals;
    out += literals;
    if (at >= block.length) break;
    at += 2;
    lastMatch = out;
    out += length(token & 15) + 4;
  }
  if (lastMatch < 0) return;
  assert(literals >= 5, `${literals} literals at the end`);
  assert(out - lastMatch >= 12, `a match ${out - lastMatch} bytes before the end`);
}

Deno.test("decompressLz4() refuses what is no frame, is cut, or points outside", () => {
  const frame = compressLz4(new TextEncoder().encode(JAVA_TEXT));
  assertThrows(() => decompressLz4(new Uint8Array(20)));
  assertThrows(() => decompressLz4(new Uint8Array()));
  for (const size of [8, 12, 40, frame.length - 4, frame.length - 1]) {
    assertThrows(() => decompressLz4(frame.slice(0, size)));
  }
  const outside = [...frame.subarray(0, 7), 4, 0, 0, 0, 0x10, 65, 9, 0, 0, 0, 0, 0];
  assertThrows(() => decompressLz4(new Uint8Array(outside)));
});
