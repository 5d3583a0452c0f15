// LZ4 frames in the way that Kafka uses them. Own code, because the packages in
// plain JavaScript write linked blocks, which the Java client refuses, and
// matches in the last 12 bytes, which the format forbids.
// https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
// This module is pure: no Deno APIs, no I/O.

const MAGIC = [0x04, 0x22, 0x4d, 0x18];
/** Version 1, independent blocks, no checksums (Kafka has its own), blocks of 64 KB, and the header's checksum. */
const HEADER = [...MAGIC, 0x60, 0x40, 0x82];
const BLOCK = 64 * 1024;
const UNCOMPRESSED = 0x80000000;
const MIN_MATCH = 4;
/** No match may begin in this many bytes before the end of a block. */
const MATCH_LIMIT = 12;
/** No match may reach into the last bytes of a block. */
const LAST_LITERALS = 5;

/** Compresses into one frame. */
export function compressLz4(data: Uint8Array): Uint8Array {
  const blocks = Math.ceil(data.length / BLOCK);
  const out = new Uint8Array(HEADER.length + data.length + blocks * 4 + 4);
  const view = new DataView(out.buffer);
  out.set(HEADER);
  let at = HEADER.length;
  const scratch = new Uint8Array(BLOCK + Math.ceil(BLOCK / 255) + 16);
  const table = new Int32Array(1 << 14);
  for (let start = 0; start < data.length; start += BLOCK) {
    const block = data.subarray(start, start + BLOCK);
    const size = compressBlock(block, scratch, table.fill(0));
    const smaller = size < block.length;
    const body = smaller ? scratch.subarray(0, size) : block;
    view.setUint32(at, smaller ? size : (block.length | UNCOMPRESSED) >>> 0, true);
    out.set(body, at + 4);
    at += 4 + body.length;
  }
  return out.subarray(0, at + 4);
}

/** @returns How many bytes of `out` the block takes. */
function compressBlock(block: Uint8Array, out: Uint8Array, table: Int32Array): number {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  let at = 0;
  let anchor = 0;
  let size = 0;
  const writeLength = (length: number) => {
    for (; length >= 255; length -= 255) out[size++] = 255;
    out[size++] = length;
  };
  const writeLiterals = (end: number, matchCode: number) => {
    const count = end - anchor;
    out[size++] = Math.min(count, 15) << 4 | Math.min(matchCode, 15);
    if (count >= 15) writeLength(count - 15);
    out.set(block.subarray(anchor, end), size);
    size += count;
  };
  let misses = 0;
  while (at <= block.length - MATCH_LIMIT - 1) {
    const word = view.getUint32(at, true);
    const slot = Math.imul(word, 0x9e3779b1) >>> 18;
    const candidate = table[slot]! - 1;
    table[slot] = at + 1;
    if (candidate < 0 || view.getUint32(candidate, true) !== word) {
      // The longer nothing matches, the larger the steps.
      at += 1 + (misses++ >> 6);
      continue;
    }
    misses = 0;
    let length = MIN_MATCH;
    const limit = block.length - LAST_LITERALS - at;
    while (length < limit && block[candidate + length] === block[at + length]) length++;
    writeLiterals(at, length - MIN_MATCH);
    const distance = at - candidate;
    out[size++] = distance & 0xff;
    out[size++] = distance >> 8;
    if (length - MIN_MATCH >= 15) writeLength(length - MIN_MATCH - 15);
    at += length;
    anchor = at;
  }
  writeLiterals(block.length, 0);
  return size;
}

/**
 * Decompresses one frame.
 *
 * @throws {Error} When it is no LZ4 frame, or is cut short.
 */
export function decompressLz4(data: Uint8Array): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const flags = data[4] ?? 0;
  if (MAGIC.some((byte, index) => data[index] !== byte) || flags >> 6 !== 1) {
    throw new Error("Not an LZ4 frame");
  }
  const [blockChecksum, contentSize, dictionary] = [flags & 0x10, flags & 0x08, flags & 0x01];
  let at = MAGIC.length + 2 + (contentSize ? 8 : 0) + (dictionary ? 4 : 0) + 1;
  const out = new Output(data.length * 4);
  while (true) {
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) return out.bytes();
    const size = head & ~UNCOMPRESSED;
    if (at + size > data.length) throw new Error("The LZ4 frame is cut short");
    const block = data.subarray(at, at + size);
    if (head & UNCOMPRESSED) out.append(block);
    else decompressBlock(block, out);
    at += size + (blockChecksum ? 4 : 0);
  }
}

function decompressBlock(block: Uint8Array, out: Output) {
  let at = 0;
  const readLength = (length: number) => {
    if (length < 15) return length;
    for (let byte = 255; byte === 255;) length += byte = block[at++]!;
    return length;
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = readLength(token >> 4);
    out.append(block.subarray(at, at + literals));
    at += literals;
    if (at >= block.length) return;
    const distance = block[at]! | block[at + 1]! << 8;
    at += 2;
    out.repeat(distance, readLength(token & 15) + MIN_MATCH);
  }
}

/** Bytes that grow. */
class Output {
  #bytes: Uint8Array;
  #size = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  append(bytes: Uint8Array) {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** Repeats what was written `distance` bytes ago; it may overlap with itself. */
  repeat(distance: number, length: number) {
    const from = this.#size - distance;
    if (!(distance > 0) || from < 0) throw new Error("The LZ4 block points outside of its data");
    this.#grow(length);
    const bytes = this.#bytes;
    if (distance >= length) bytes.copyWithin(this.#size, from, from + length);
    else for (let i = 0; i < length; i++) bytes[this.#size + i] = bytes[from + i]!;
    this.#size += length;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  #grow(more: number) {
    if (this.#size + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#size + more, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}
