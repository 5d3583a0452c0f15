// Record batches as brokers store and send them (message format v2, KIP-98), decoded in one pass.
// Keys and values are views of the bytes that came, or of what a codec made of them.
// This module is pure: no Deno APIs, no I/O.
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { CODECS } from "./codecs.ts";
import { COMPRESSION, type Compression } from "./compression.ts";
import { crc32c } from "./crc32c.ts";
import type { ConsumerRecord, Header } from "./record.ts";

/** One batch. What does not concern a reader (sequence numbers, epochs) is left out. */
export interface RecordBatch {
  readonly firstOffset: bigint;
  /** Of the last record that was ever in it: compaction may have taken that away. */
  readonly lastOffset: bigint;
  /** −1 when its producer is neither idempotent nor transactional. */
  readonly producerId: bigint;
  readonly transactional: boolean;
  /** It holds the marker of a transaction's end, which no reader sees. */
  readonly control: boolean;
  /** Records in it. */
  readonly count: number;
  /** What a codec made of it, or its bytes as they came: the records one after another. */
  records(): Buffer;
  /** Milliseconds since 1970; a record adds its own. */
  readonly baseTimestamp: bigint;
  /** The time of all its records when the topic says `LogAppendTime`. */
  readonly appendTime: bigint | undefined;
}

/** Bytes that are no record batch, or not the ones that were written. */
export class DamagedBatch extends Error {
  override name = "DamagedBatch";
  /** Where the batch begins. */
  readonly offset: bigint;
  /** Where the next one does, if its own bytes are to be believed. */
  readonly next: bigint | undefined;

  constructor(offset: bigint, reason: string, options: { next?: bigint; cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
    this.offset = offset;
    this.next = options.next;
  }
}

/** Bytes before the field that says how long a batch is, and of that field. */
const PREFIX = 12;
/** Bytes before a batch's records. */
const HEAD = 61;
/** Where the format version is, in all formats that Kafka has had. */
const MAGIC_AT = 16;
/** Where the bytes that the CRC seals begin. */
const SEALED_AT = 21;

const CODEC_NAMES = Object.keys(COMPRESSION) as Compression[];

function decompress(codec: number, data: Buffer): Buffer {
  const name = CODEC_NAMES[codec];
  if (name === "none") return data;
  if (name === undefined) throw new Error(`its codec ${codec} is none that Kafka has`);
  try {
    const bytes = name === "gzip" ? gunzipSync(data) : CODECS[name].decompress(data);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    throw new Error(`its ${name} data cannot be decompressed`, { cause: error });
  }
}

/**
 * The batches in an answer to a fetch. A broker cuts the last one where the answer would grow too
 * large: what is cut is left out, and comes whole with the next fetch.
 *
 * @param next The offset that was asked for.
 * @throws {DamagedBatch} When the CRC is wrong, the format unknown, or the first batch is cut, which
 * no broker does.
 */
export function* batchesOf(data: Buffer, next: bigint): Generator<RecordBatch> {
  for (let at = 0; at < data.length;) {
    const rest = data.length - at;
    const length = rest < PREFIX ? undefined : data.readInt32BE(at + 8);
    const firstOffset = rest < 8 ? next : data.readBigInt64BE(at);
    const cut = length === undefined || (length >= 0 && rest < PREFIX + length);
    if (cut && at > 0) return;
    const damaged = (reason: string) => new DamagedBatch(at === 0 ? next : firstOffset, reason);
    if (cut) throw damaged("the batch is cut: it is longer than what the broker has of it");
    if (length < HEAD - PREFIX) {
      const magic = rest > MAGIC_AT ? data.readInt8(at + MAGIC_AT) : 2;
      throw damaged(
        magic < 2 ? oldFormat(magic) : `the batch says that it is ${length} bytes long`,
      );
    }
    const magic = data.readInt8(at + MAGIC_AT);
    if (magic === 0 || magic === 1) throw damaged(oldFormat(magic));
    if (magic !== 2) throw damaged(`record format v${magic} is unknown`);
    const end = at + PREFIX + length;
    if (data.readUInt32BE(at + 17) !== crc32c(data.subarray(at + SEALED_AT, end))) {
      throw new DamagedBatch(
        firstOffset,
        "the batch's CRC is wrong: its bytes are not those that were written",
        { next: firstOffset + BigInt(Math.max(0, data.readInt32BE(at + 23))) + 1n },
      );
    }
    yield head(data, at, end);
    at = end;
  }
}

function oldFormat(magic: number): string {
  return `record format v${magic} is that of brokers before Kafka 0.11, which is not read here`;
}

function head(data: Buffer, at: number, end: number): RecordBatch {
  const firstOffset = data.readBigInt64BE(at);
  const lastOffset = firstOffset + BigInt(data.readInt32BE(at + 23));
  const attributes = data.readInt16BE(at + 21);
  return {
    firstOffset,
    lastOffset,
    baseTimestamp: data.readBigInt64BE(at + 27),
    appendTime: attributes & 0x08 ? data.readBigInt64BE(at + 35) : undefined,
    producerId: data.readBigInt64BE(at + 43),
    transactional: (attributes & 0x10) !== 0,
    control: (attributes & 0x20) !== 0,
    count: data.readInt32BE(at + 57),
    records() {
      try {
        return decompress(attributes & 0x07, data.subarray(at + HEAD, end));
      } catch (error) {
        throw new DamagedBatch(firstOffset, (error as Error).message, {
          next: lastOffset + 1n,
          cause: error,
        });
      }
    },
  };
}

/** Reads numbers of variable length: 7 bits a byte, the lowest first. */
class Reader {
  readonly data: Buffer;
  at = 0;

  constructor(data: Buffer) {
    this.data = data;
  }

  /** A signed number ("zigzag"); exact to 53 bits, which lengths, deltas and counts never pass. */
  varint(): number {
    let value = 0;
    let factor = 1;
    while (true) {
      const byte = this.data[this.at++];
      if (byte === undefined) throw new Error("a record is cut");
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
      factor *= 128;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Bytes with their length before them; −1 is `null`. */
  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.at;
    this.at += length;
    if (this.at > this.data.length) throw new Error("a record is cut");
    return this.data.subarray(start, this.at);
  }
}

/** A record whose numbers become text when somebody asks. */
class DecodedRecord implements ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly Header[];
  readonly #batch: RecordBatch;
  readonly #offsetDelta: number;
  readonly #timestampDelta: number;

  constructor(where: Place, batch: RecordBatch, reader: Reader) {
    this.topic = where.topic;
    this.partition = where.partition;
    this.#batch = batch;
    reader.at++;
    this.#timestampDelta = reader.varint();
    this.#offsetDelta = reader.varint();
    this.key = reader.bytes();
    this.value = reader.bytes();
    const count = reader.varint();
    this.headers = count === 0 ? NO_HEADERS : Array.from({ length: count }, (): Header => {
      const name = reader.bytes()?.toString() ?? "";
      return [name, reader.bytes()];
    });
  }

  get offset(): string {
    return String(this.#batch.firstOffset + BigInt(this.#offsetDelta));
  }

  get timestamp(): string {
    const { appendTime, baseTimestamp } = this.#batch;
    return String(appendTime ?? baseTimestamp + BigInt(this.#timestampDelta));
  }

  /** How many offsets after the batch's first. */
  get delta(): number {
    return this.#offsetDelta;
  }
}

const NO_HEADERS: readonly Header[] = [];

/** Which partition records are of. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/**
 * The records of a batch, from an offset on, and how many bytes the batch takes decompressed.
 *
 * @throws {DamagedBatch} When its records do not fill it.
 */
export function recordsOf(
  batch: RecordBatch,
  where: Place,
  from: bigint,
): { records: ConsumerRecord[]; bytes: number } {
  // Compaction may leave a batch without any.
  if (batch.count === 0) return { records: [], bytes: 0 };
  const skip = Number(from - batch.firstOffset);
  const records: ConsumerRecord[] = [];
  const reader = new Reader(batch.records());
  try {
    for (let n = 0; n < batch.count; n++) {
      const length = reader.varint();
      const end = reader.at + length;
      const record = new DecodedRecord(where, batch, reader);
      if (reader.at !== end) throw new Error("a record is not as long as it says");
      if (record.delta >= skip) records.push(record);
    }
    if (reader.at !== reader.data.length) throw new Error("bytes are left after its last record");
  } catch (error) {
    if (error instanceof DamagedBatch) throw error;
    throw new DamagedBatch(batch.firstOffset, (error as Error).message, {
      next: batch.lastOffset + 1n,
      cause: error,
    });
  }
  return { records, bytes: reader.data.length };
}

/**
 * Whether a control batch says that its producer's transaction was aborted. Its first record's key
 * is the marker's version and type; no other batch's keys mean anything here.
 */
export function isAbortMarker(batch: RecordBatch): boolean {
  if (batch.count === 0) return false;
  const { records } = recordsOf(batch, { topic: "", partition: 0 }, batch.firstOffset);
  const key = records[0]?.key;
  return key !== null && key !== undefined && key.length >= 4 && key.readInt16BE(2) === 0;
}
