// Reads the segments of partitions and checks each batch: brokers send what they have on disk
// without looking at it, and their logs say nothing of what only a reader finds damaged.
import { brokerData } from "../../spec/mod.ts";
import type { Host } from "../host/host.ts";
import { partitionsOf } from "./partitions.ts";

/** A batch that nobody can read. */
export interface Damage {
  readonly brokerId: number;
  readonly partition: string;
  /** The segment, relative to the stack's directory. */
  readonly file: string;
  /** Where the batch begins in it. */
  readonly position: number;
  /** Offset of the batch's first record, as far as its head can be believed. */
  readonly offset: bigint;
  /** Offset after its last record; none: its head is damaged, and so is all behind it. */
  readonly next?: bigint;
}

/** What was read. */
export interface SegmentsChecked {
  readonly damages: readonly Damage[];
  readonly bytes: number;
  /** Not all was read: there is more than the budget. */
  readonly more: boolean;
}

/** How far the checksum is from a batch's begin; it covers all that follows it. */
const CHECKSUM_AT = 17;
/** Length of the head of a batch (magic 2), of which 12 bytes are not counted in its length. */
const HEAD = 61;

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** CRC-32C, as in the head of a batch. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * Checks the segments of brokers.
 *
 * @param budget How many bytes are read at most.
 */
export async function checkSegments(
  host: Host,
  dir: string,
  brokerIds: readonly number[],
  budget: number,
): Promise<SegmentsChecked> {
  const damages: Damage[] = [];
  let bytes = 0;
  for (const brokerId of brokerIds) {
    for (const partition of await partitionsOf(host, dir, brokerId)) {
      const place = `${brokerData(brokerId)}/${partition}`;
      const segments = (await host.list(`${dir}/${place}`)).filter((n) => n.endsWith(".log"))
        .sort();
      for (const [index, name] of segments.entries()) {
        if (bytes >= budget) return { damages, bytes, more: true };
        const file = `${place}/${name}`;
        const last = index === segments.length - 1;
        const { read, damage } = await checkSegment(host, `${dir}/${file}`, last);
        bytes += read;
        if (damage) damages.push({ brokerId, partition, file, ...damage });
      }
    }
  }
  return { damages, bytes, more: false };
}

/** @param last The segment is being written: its last batch may be there in part only. */
async function checkSegment(host: Host, path: string, last: boolean) {
  let position = 0;
  let size = 0;
  let buffer: Uint8Array = new Uint8Array();
  /** Has so many bytes from `position` on in the buffer; false: the file ends before. */
  const have = async (count: number) => {
    while (buffer.length < count) {
      const part = await host.readFrom(path, position + buffer.length);
      if (!part || part.bytes.length === 0) return false;
      size = part.size;
      const joined = new Uint8Array(buffer.length + part.bytes.length);
      joined.set(buffer);
      joined.set(part.bytes, buffer.length);
      buffer = joined;
    }
    return true;
  };
  const at = (offset: bigint, next?: bigint) => ({
    read: position,
    damage: { position, offset, ...(next === undefined ? {} : { next }) },
  });
  while (await have(HEAD)) {
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    const offset = view.getBigInt64(0);
    const length = 12 + view.getInt32(8);
    const magic = view.getInt8(16);
    // Preallocated and not written yet.
    if (last && offset === 0n && length === 12 && position > 0) break;
    // Formats before Kafka 0.11 have another head.
    if (magic === 0 || magic === 1) break;
    if (magic !== 2 || length < HEAD || position + length > size && !last) return at(offset);
    if (!await have(length)) {
      // A length that is damaged reaches beyond all that will ever be written.
      if (last && length < 2 ** 27) break;
      return at(offset);
    }
    if (crc32c(buffer.subarray(CHECKSUM_AT + 4, length)) !== view.getUint32(CHECKSUM_AT)) {
      return at(offset, offset + BigInt(view.getInt32(23)) + 1n);
    }
    position += length;
    buffer = buffer.subarray(length);
  }
  return { read: position, damage: undefined };
}
