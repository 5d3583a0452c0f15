import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { network } from "../../../../../clients/kafka/kafkajs/library.ts";

Deno.test("numbers are encoded in the bytes that Kafka's protocol asks for", async () => {
  const { Encoder } = await network();
  const written = (write: (encoder: typeof Encoder) => void) => {
    const encoder = new Encoder(1);
    write(encoder);
    return encoder.buffer.toString("hex");
  };
  // Zigzag, then seven bits a byte, the lowest first.
  const varints: [number, string][] = [
    [0, "00"],
    [-1, "01"],
    [1, "02"],
    [63, "7e"],
    [-64, "7f"],
    [64, "8001"],
    [-65, "8101"],
    [300, "d804"],
    [8191, "fe7f"],
    [8192, "808001"],
    [1_000_000, "80897a"],
    [2 ** 31 - 1, "feffffff0f"],
    [-(2 ** 31), "ffffffff0f"],
  ];
  for (const [number, hex] of varints) {
    assertEquals(written((encoder) => encoder.writeVarInt(number)), hex, `int ${number}`);
    assertEquals(written((encoder) => encoder.writeVarLong(number)), hex, `long ${number}`);
  }
  assertEquals(written((encoder) => encoder.writeVarLong(2 ** 40)), "808080808040");
  assertEquals(written((encoder) => encoder.writeUVarInt(300)), "ac02");
});

Deno.test("a varint is written without a buffer of its own", async () => {
  const { Encoder } = await network();
  const encoder = new Encoder(16);
  const { from } = Buffer;
  let made = 0;
  Buffer.from = ((...given: Parameters<typeof from>) => {
    made++;
    return from(...given);
  }) as typeof from;
  try {
    encoder.writeUVarInt(300).writeVarInt(300).writeVarLong(300);
  } finally {
    Buffer.from = from;
  }
  assertEquals([made, encoder.buffer.toString("hex")], [0, "ac02d804d804"]);
});
