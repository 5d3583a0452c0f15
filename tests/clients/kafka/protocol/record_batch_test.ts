import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { assertEquals, assertThrows } from "@std/assert";
import { CODECS } from "../../../../clients/kafka/protocol/codecs.ts";
import {
  committedRecords,
  type Part,
} from "../../../../clients/kafka/protocol/committed_records.ts";
import { crc32c } from "../../../../clients/kafka/protocol/crc32c.ts";
import { decodeFetchAnswer } from "../../../../clients/kafka/protocol/fetch_answer.ts";
import type { ConsumerRecord } from "../../../../clients/kafka/protocol/record.ts";
import { batchesOf, DamagedBatch } from "../../../../clients/kafka/protocol/record_batch.ts";
import { CORPUS, encodeBatch, marker, seal } from "./_fetch_fixtures.ts";

const where = { topic: "orders", partition: 3, from: 0n, aborted: [] };
const parts = (data: Buffer, options: Partial<Parameters<typeof committedRecords>[1]> = {}) => [
  ...committedRecords(data, { ...where, ...options }),
];
const values = (all: readonly Part[]) =>
  all.flatMap(({ records }) => records.map(({ value }) => value?.toString() ?? null));
const plain = ({ topic, partition, offset, timestamp, key, value, headers }: ConsumerRecord) => ({
  ...{ topic, partition, offset, timestamp, key, value },
  headers: headers.map(([name, value]) => [name, value?.toString() ?? null]),
});
const damage = (data: Buffer, from = 0n) =>
  assertThrows(() => [...committedRecords(data, { ...where, from })], DamagedBatch);

Deno.test("crc32c() is Castagnoli's, for any length", () => {
  assertEquals(crc32c(Buffer.from("123456789")), 0xe3069283);
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array()), 0);
});

Deno.test("decodeFetchAnswer() and committedRecords() read what a broker answered, in any codec", () => {
  const { errorCode, partitions } = decodeFetchAnswer(CORPUS);
  const [one] = partitions;
  assertEquals([errorCode, partitions.length], [0, 1]);
  assertEquals([one!.topic, one!.partition, one!.errorCode], ["corpus", 0, 0]);
  assertEquals([one!.highWatermark, one!.lastStableOffset], [95n, 95n]);
  const seen = parts(one!.records, { topic: "corpus", partition: 0, aborted: one!.aborted });
  assertEquals(
    values(seen),
    ["none", "gzip", "snappy", "lz4", "zstd"].flatMap((codec) => [
      ...[`kept ${codec} 1`, `kept ${codec} 2`, `kept ${codec} 3`],
    ]),
  );
  assertEquals(seen.at(-1)!.next, 95n);
});

Deno.test("committedRecords() keeps bytes, nulls, headers, offsets and times as they are", () => {
  const data = encodeBatch([
    { offset: 7, key: "k", value: "v", headers: [["b", "1"], ["__proto__", null], ["b", "2"]] },
    { offset: 9, key: null, value: null },
    { offset: 10, key: "", value: "" },
  ], { lastOffset: 12 });
  const [part] = parts(data, { from: 7n });
  assertEquals(part!.records.map(plain), [
    {
      ...{ topic: "orders", partition: 3, offset: "7", timestamp: "1007" },
      ...{ key: Buffer.from("k"), value: Buffer.from("v") },
      headers: [["b", "1"], ["__proto__", null], ["b", "2"]],
    },
    {
      ...{ topic: "orders", partition: 3, offset: "9", timestamp: "1009" },
      ...{ key: null, value: null, headers: [] },
    },
    {
      ...{ topic: "orders", partition: 3, offset: "10", timestamp: "1010" },
      ...{ key: Buffer.alloc(0), value: Buffer.alloc(0), headers: [] },
    },
  ]);
  // Compaction took the last ones away.
  assertEquals(part!.next, 13n);
  const [late] = parts(encodeBatch([{ offset: 0, value: "v" }], { appendTime: 5 }));
  assertEquals(late!.records[0]!.timestamp, "5");
  const far = 2 ** 53;
  const [big] = parts(encodeBatch([{ offset: 0 }, { offset: 1 }], { firstOffset: 0 }));
  assertEquals(big!.records[1]!.offset, "1");
  const moved = encodeBatch([{ offset: 1, value: "v" }], { firstOffset: 0, lastOffset: 1 });
  moved.writeBigInt64BE(BigInt(far), 0);
  assertEquals(parts(moved, { from: BigInt(far) })[0]!.records[0]!.offset, "9007199254740993");
});

Deno.test("committedRecords() begins where it is told, and leaves out a batch that is cut at the end", () => {
  const first = encodeBatch([{ offset: 0, value: "a" }, { offset: 1, value: "b" }]);
  const second = encodeBatch([{ offset: 2, value: "c" }]);
  assertEquals(values(parts(Buffer.concat([first, second]), { from: 1n })), ["b", "c"]);
  for (const length of [1, 9, 16, 60, second.length - 1]) {
    const cut = Buffer.concat([first, second.subarray(0, length)]);
    const seen = parts(cut);
    assertEquals([values(seen), seen.at(-1)!.next], [["a", "b"], 2n]);
  }
  assertEquals(parts(Buffer.alloc(0)), []);
  // All of the batch is before: a position never goes back.
  assertEquals(parts(first, { from: 5n }).map(({ next }) => next), [5n]);
});

Deno.test("committedRecords() hides aborted records, whoever ends first and whatever their keys are", () => {
  const write = (offset: number, producerId: number, value: string, key?: Buffer) =>
    encodeBatch([{ offset, value, ...(key ? { key } : {}) }], { producerId, transactional: true });
  const zeros = Buffer.alloc(4);
  const batches = [
    write(0, 1, "aborted"),
    write(1, 2, "aborted"),
    write(2, 1, "aborted", zeros),
    encodeBatch([{ offset: 3, value: "plain", key: zeros }], { producerId: 1 }),
    marker(4, 2, "abort"),
    write(5, 2, "kept", zeros),
    write(6, 1, "aborted"),
    marker(7, 2, "commit"),
    marker(8, 1, "abort"),
    write(9, 1, "kept"),
    marker(10, 1, "commit"),
    write(11, 1, "aborted"),
    marker(12, 1, "abort"),
  ];
  const aborted = [[1, 11], [2, 1], [1, 0]].map(([producerId, firstOffset]) => ({
    producerId: BigInt(producerId!),
    firstOffset: BigInt(firstOffset!),
  }));
  const seen = parts(Buffer.concat(batches), { aborted });
  assertEquals(values(seen), ["plain", "kept", "kept"]);
  assertEquals(seen.at(-1), { records: [], next: 13n, bytes: 0 });
  // A fetch that begins amid the transaction of producer 1.
  const rest = Buffer.concat(batches.slice(5));
  const overlapping = aborted.filter(({ producerId }) => producerId === 1n);
  assertEquals(values(parts(rest, { from: 5n, aborted: overlapping })), ["kept", "kept"]);
});

Deno.test("committedRecords() reads each codec, and batches that compaction has emptied", () => {
  for (const [codec, compress] of [[1, gzipSync], ...codecs()] as const) {
    const data = encodeBatch([{ offset: 0, value: "a" }, { offset: 1, value: "b" }], {
      codec,
      compress: (records) => Buffer.from(compress(records)),
    });
    const seen = parts(data);
    assertEquals(values(seen), ["a", "b"], String(codec));
    assertEquals(seen[0]!.bytes, 16);
  }
  const empty = encodeBatch([], { firstOffset: 4, lastOffset: 8, codec: 4 });
  assertEquals(parts(empty, { from: 4n }), [{ records: [], next: 9n, bytes: 0 }]);
});

function codecs() {
  return [
    [2, CODECS.snappy.compress] as const,
    [3, CODECS.lz4.compress] as const,
    [4, CODECS.zstd.compress] as const,
  ];
}

Deno.test("committedRecords() says what is wrong with a batch and where, after all before it", () => {
  const good = encodeBatch([{ offset: 0, value: "a" }]);
  const bad = () => encodeBatch([{ offset: 1, value: "hello" }, { offset: 2, value: "x" }]);
  const flipped = bad();
  flipped[70] = flipped[70]! ^ 1;
  const seen: (string | null)[] = [];
  const error = assertThrows(() => {
    for (const part of committedRecords(Buffer.concat([good, flipped]), where)) {
      seen.push(...values([part]));
    }
  }, DamagedBatch);
  assertEquals([seen, error.offset, error.next], [["a"], 1n, 3n]);
  assertEquals(
    error.message,
    "the batch's CRC is wrong: its bytes are not those that were written",
  );

  const unknown = bad();
  unknown.writeInt16BE(5, 21);
  assertEquals(damage(seal(unknown), 1n).message, "its codec 5 is none that Kafka has");
  const noGzip = bad();
  noGzip.writeInt16BE(1, 21);
  assertEquals(damage(seal(noGzip), 1n).message, "its gzip data cannot be decompressed");
  for (const [codec, name] of [[2, "snappy"], [3, "lz4"], [4, "zstd"]] as const) {
    const data = bad();
    data.writeInt16BE(codec, 21);
    assertEquals(damage(seal(data), 1n).message, `its ${name} data cannot be decompressed`);
  }
  const old = bad();
  old[16] = 1;
  assertEquals(
    damage(old, 1n).message,
    "record format v1 is that of brokers before Kafka 0.11, which is not read here",
  );
  old[16] = 3;
  assertEquals(damage(old, 1n).message, "record format v3 is unknown");
  const cut = damage(bad().subarray(0, 80), 1n);
  assertEquals(
    [cut.offset, cut.message],
    [1n, "the batch is cut: it is longer than what the broker has of it"],
  );
  const short = bad();
  short.writeInt32BE(3, 8);
  assertEquals(damage(short, 1n).message, "the batch says that it is 3 bytes long");
  const fewer = bad();
  fewer.writeInt32BE(1, 57);
  assertEquals(damage(seal(fewer), 1n).message, "bytes are left after its last record");
  const more = bad();
  more.writeInt32BE(3, 57);
  assertEquals(damage(seal(more), 1n).message, "a record is cut");
  const wrong = bad();
  wrong[61] = 2;
  assertEquals(damage(seal(wrong), 1n).message, "a record is not as long as it says");
});

Deno.test("batchesOf() never reads past its bytes, whatever they are", () => {
  let state = 1;
  const random = () => state = state * 48271 % 0x7fffffff;
  for (let round = 0; round < 2000; round++) {
    const data = encodeBatch([{ offset: 0, key: "k", value: "some value" }]);
    for (let n = 0; n < 3; n++) data[random() % data.length] = random() & 0xff;
    if (round % 2) seal(data);
    try {
      for (const _ of batchesOf(data, 0n));
      for (const _ of committedRecords(data, where));
    } catch (error) {
      if (!(error instanceof DamagedBatch)) throw error;
    }
  }
});
