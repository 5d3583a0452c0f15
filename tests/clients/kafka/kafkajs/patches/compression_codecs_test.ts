import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { kafkajs } from "../../../../../clients/kafka/kafkajs/library.ts";
import { COMPRESSION } from "../../../../../clients/kafka/protocol/compression.ts";

Deno.test("kafkajs has the codecs that it lacks: snappy, lz4 and zstd", async () => {
  const { CompressionCodecs } = await kafkajs();
  const data = Buffer.from("the same words again and again\n".repeat(100));
  for (const name of ["gzip", "snappy", "lz4", "zstd"] as const) {
    const codec = CompressionCodecs[COMPRESSION[name]]();
    const packed = await codec.compress({ buffer: data });
    assert(packed.length < data.length, name);
    assertEquals(await codec.decompress(packed), data, name);
  }
});
