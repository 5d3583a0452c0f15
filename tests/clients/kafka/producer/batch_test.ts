import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { type Batch, Batcher, halves } from "../../../../clients/kafka/producer/batch.ts";
import { partitionOf } from "../../../../clients/kafka/producer/partitioner.ts";
import type { ProducerRecord } from "../../../../clients/kafka/producer/record.ts";

const record = (value: string, key: string | null = null): ProducerRecord => ({
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from(value),
  number: 1,
});
const values = (batch: Batch | undefined) => batch?.records.map(({ value }) => String(value));

/** Takes all batches, partition by partition. */
function takeAll(batcher: Batcher): Batch[] {
  const all: Batch[] = [];
  for (let [partition] = batcher.waiting(); partition !== undefined;) {
    all.push(batcher.take(partition)!);
    [partition] = batcher.waiting();
  }
  return all;
}

Deno.test("Batcher keeps records of different partitions in different batches", () => {
  const batcher = new Batcher(10);
  for (let n = 0; n < 500; n++) batcher.add(record(`v${n}`, `k${n}`));
  for (const { partition, records } of takeAll(batcher)) {
    for (const { key, partition: own } of records) {
      assertEquals(partitionOf(key!, 10), partition);
      assertEquals(own, partition);
    }
  }
});

Deno.test("Batcher keeps records without a key together, then turns to the next partition", () => {
  const batcher = new Batcher(3, { first: 2 });
  batcher.add(record("a"));
  batcher.add(record("b"));
  assertEquals(batcher.waiting(), [2]);
  assertEquals(values(batcher.take(2)), ["a", "b"]);
  batcher.add(record("c"));
  assertEquals(batcher.waiting(), [0]);
  batcher.take(0);
  batcher.add(record("d"));
  assertEquals(batcher.waiting(), [1]);
});

Deno.test("Batcher closes a batch at 1000 records", () => {
  const batcher = new Batcher(4);
  for (let n = 0; n < 2500; n++) batcher.add(record(`${n}`));
  const batches = takeAll(batcher);
  assertEquals(batches.map(({ partition, records }) => [partition, records.length]), [
    [0, 1000],
    [1, 1000],
    [2, 500],
  ]);
});

Deno.test("Batcher closes a batch before it is too large for a broker", () => {
  const batcher = new Batcher(1);
  for (let n = 0; n < 10; n++) batcher.add(record("x".repeat(400_000)));
  batcher.add(record("x".repeat(2_000_000)));
  const batches = takeAll(batcher);
  assertEquals(batches.map(({ records }) => records.length), [2, 2, 2, 2, 2, 1]);
  assert(batches.slice(0, -1).every(({ bytes }) => bytes < 1_000_000));
});

Deno.test("Batcher puts all records in the partition that is asked for, whatever their key", () => {
  const batcher = new Batcher(10, { partition: 7 });
  batcher.add(record("a", "k1"));
  batcher.add(record("b", "k2"));
  batcher.add(record("c"));
  assertEquals(batcher.waiting(), [7]);
  assertEquals(values(batcher.take(7)), ["a", "b", "c"]);
});

Deno.test("Batcher keeps the order of a key's records over its batches", () => {
  const batcher = new Batcher(10);
  for (let n = 0; n < 2500; n++) batcher.add(record(`${n}`, "k"));
  const all = takeAll(batcher).flatMap((batch) => values(batch)!);
  assertEquals(all, Array.from({ length: 2500 }, (_, n) => `${n}`));
});

Deno.test("halves() splits a batch in order and loses nothing", () => {
  const batcher = new Batcher(1);
  for (const value of ["a", "b", "c"]) batcher.add(record(value));
  const [batch] = takeAll(batcher);
  const [first, second] = halves(batch!);
  assertEquals([values(first), values(second)], [["a", "b"], ["c"]]);
  assertEquals(first!.bytes + second!.bytes, batch!.bytes);
});
