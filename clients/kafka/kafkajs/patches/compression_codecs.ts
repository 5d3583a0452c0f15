// Patch of kafkajs 2.2.4: of Kafka's codecs it has gzip only.
// Without it: records cannot be written with snappy, lz4 or zstd.
// Test: "kafkajs has the codecs that it lacks: snappy, lz4 and zstd"
// This module is pure: no Deno APIs, no I/O.
import { Buffer } from "node:buffer";
import { CODECS } from "../../protocol/codecs.ts";
import { COMPRESSION } from "../../protocol/compression.ts";

/** A codec as kafkajs takes it. */
interface LibraryCodec {
  compress(encoder: { readonly buffer: Uint8Array }): Promise<Buffer>;
  decompress(data: Uint8Array): Promise<Buffer>;
}

/** Adds the codecs to kafkajs's own, by their number in a record batch. */
export function addCompressionCodecs(codecs: Record<number, () => LibraryCodec>) {
  for (const name of ["snappy", "lz4", "zstd"] as const) {
    const { compress, decompress } = CODECS[name];
    codecs[COMPRESSION[name]] = () => ({
      compress: ({ buffer }) => Promise.resolve(asBuffer(compress(buffer))),
      decompress: (data) => Promise.resolve(asBuffer(decompress(data))),
    });
  }
}

/** The same bytes as a `Buffer`. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
