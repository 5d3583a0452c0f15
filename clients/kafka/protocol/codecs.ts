// Compression codecs of record batches: snappy, lz4 and zstd beside the gzip
// that the client library has. Pure JavaScript and the runtime's own zstd, so
// no native addon and no permission. The only file that imports snappyjs.
import { Buffer } from "node:buffer";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import * as snappy from "snappyjs";
import { compressLz4, decompressLz4 } from "./lz4.ts";

/** A codec on whole buffers. */
export interface Codec {
  compress(data: Uint8Array): Uint8Array;
  decompress(data: Uint8Array): Uint8Array;
}

/** Head of the framing in which the Java client writes snappy: 8 bytes, then two versions. */
const XERIAL = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00];
const XERIAL_HEAD = 16;

function isXerial(data: Uint8Array): boolean {
  return data.length >= XERIAL_HEAD && XERIAL.every((byte, index) => data[index] === byte);
}

function decompressXerial(data: Uint8Array): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const blocks: Uint8Array[] = [];
  for (let at = XERIAL_HEAD; at + 4 <= data.length;) {
    const size = view.getInt32(at);
    blocks.push(snappy.uncompress(data.subarray(at + 4, at + 4 + size)) as Uint8Array);
    at += 4 + size;
  }
  return Buffer.concat(blocks);
}

/** The codecs by the name that `compression.type` has for them. */
export const CODECS: Readonly<Record<"snappy" | "lz4" | "zstd", Codec>> = {
  snappy: {
    compress: (data) => snappy.compress(data) as Uint8Array,
    // librdkafka writes the bare format, Java the xerial framing.
    decompress: (data) =>
      isXerial(data) ? decompressXerial(data) : snappy.uncompress(data) as Uint8Array,
  },
  lz4: { compress: compressLz4, decompress: decompressLz4 },
  zstd: { compress: zstdCompressSync, decompress: zstdDecompressSync },
};
