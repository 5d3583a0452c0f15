import { assertEquals, assertRejects } from "@std/assert";
import { damageQuestions } from "../../../../infra/engine/data/damage.ts";
import { checkSegments, crc32c } from "../../../../infra/engine/data/segments.ts";
import { Failure } from "../../../../infra/spec/mod.ts";
import { type FakeHost, fakeHost } from "../_fake_host.ts";
import { contextOf, DIR } from "../_fake_stack.ts";

/** A batch of `count` records, of which only the head is read here. */
function batch(offset: number, count: number, size = 100): Uint8Array {
  const bytes = new Uint8Array(61 + size).fill(7, 61);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, BigInt(offset));
  view.setInt32(8, bytes.length - 12);
  view.setInt8(16, 2);
  view.setInt32(23, count - 1);
  view.setUint32(17, crc32c(bytes.subarray(21)));
  return bytes;
}
const joined = (...parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));

/** A host with segments of partition t-0 of broker 1. */
function hostWith(...segments: Uint8Array[]): FakeHost {
  const host = fakeHost();
  const files = new Map(segments.map((bytes, index) => [pathOf(index), bytes]));
  for (const path of files.keys()) host.files.set(path, "");
  const { readFrom } = host;
  host.readFrom = (path, from) => {
    const bytes = files.get(path);
    if (!bytes) return readFrom(path, from);
    // As little at a time as a file system may give.
    return Promise.resolve({ bytes: bytes.slice(from, from + 50), size: bytes.length });
  };
  return host;
}
const pathOf = (index: number, broker = 1) =>
  `${DIR}/kafka/log/kafka${broker}/log/t-0/0000000000000000000${index}.log`;
const check = (host: FakeHost) => checkSegments(host, DIR, [1], 10_000);

Deno.test("crc32c() is the one of iSCSI and of Kafka's batches", () => {
  assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
});

Deno.test("checkSegments() finds nothing wrong with whole batches, and with one being written", async () => {
  const tail = batch(10, 5).subarray(0, 100);
  const host = hostWith(joined(batch(0, 5), batch(5, 5)), joined(batch(10, 5), tail));
  assertEquals(await check(host), { damages: [], bytes: 483, more: false });
  const zeros = hostWith(joined(batch(0, 5), new Uint8Array(200)));
  assertEquals((await check(zeros)).damages, []);
});

Deno.test("checkSegments() says which records a damaged batch takes with it", async () => {
  const second = batch(5, 5);
  second[80] = 8;
  assertEquals((await check(hostWith(joined(batch(0, 5), second, batch(10, 1))))).damages, [{
    ...{ brokerId: 1, partition: "t-0" },
    file: "kafka/log/kafka1/log/t-0/00000000000000000000.log",
    ...{ position: 161, offset: 5n, next: 10n },
  }]);
});

Deno.test("checkSegments() believes nothing behind a damaged head", async () => {
  for (const [at, value] of [[16, 9], [8, 127], [8, 255]] as const) {
    const bytes = joined(batch(0, 5), batch(5, 5));
    bytes[at] = value;
    const [damage] = (await check(hostWith(bytes))).damages;
    assertEquals([damage!.position, damage!.offset, damage!.next], [0, 0n, undefined]);
  }
  // Nobody writes into an older segment: it must end with a batch.
  const cut = hostWith(batch(0, 5).subarray(0, 120), batch(5, 5));
  assertEquals((await check(cut)).damages.map(({ position }) => position), [0]);
});

Deno.test("checkSegments() stops at its budget, and says so", async () => {
  const host = hostWith(batch(0, 5), batch(5, 5));
  assertEquals(await checkSegments(host, DIR, [1], 100), { damages: [], bytes: 161, more: true });
});

/** Asks one of the questions. */
async function ask(host: FakeHost, what: string) {
  const context = await contextOf(host);
  return await damageQuestions(context).find(([name]) => name === what)![1]();
}

Deno.test("damageQuestions() say whether another broker has the partition whole, and what to do", async () => {
  const bytes = batch(0, 5);
  bytes[80] = 8;
  const host = hostWith(bytes);
  const alone = await assertRejects(() => ask(host, "records"), Failure);
  assertEquals(
    alone.message,
    "kafka1: t-0 is damaged, the records from offset 0 to 4 cannot be read " +
      "(kafka/log/kafka1/log/t-0/00000000000000000000.log, byte 0)",
  );
  assertEquals(
    alone.hint,
    "No other broker has it. Copy /s/kafka/log/kafka1/log/t-0 away, and stop kafka1 with deno task " +
      "only: after a kill it\ncuts the log where it is damaged. Consumers can go on behind the " +
      "damage: deno task group:reset --group … --topic t:0 --to-offset 5 --execute",
  );
  host.files.set(pathOf(0, 3), "");
  const copied = await assertRejects(() => ask(host, "records"), Failure);
  assertEquals(
    copied.hint,
    "kafka3 has the partition whole. Let kafka1 copy it:\n" +
      "deno task stop kafka1; mv /s/kafka/log/kafka1/log/t-0 /s/kafka/log/kafka1/log/t-0.damaged; " +
      "deno task start kafka1",
  );
  assertEquals(await ask(hostWith(batch(0, 5)), "records"), "all are whole (1 MiB)");
});

Deno.test("damageQuestions() read from a broker's log what it met since its last start", async () => {
  const host = fakeHost();
  const log = `${DIR}/kafka/log/kafka2/server.log`;
  const cut =
    "[x] WARN [LogLoader partition=a.b-0, dir=/s] Corruption found in segment 0, truncating to " +
    "offset 12 (kafka.log.LogLoader)\n";
  const start = "[x] INFO starting (kafka.server.KafkaServer)\n";
  const fetch =
    "[x] ERROR [ReplicaFetcher replicaId=2, leaderId=3, fetcherId=0] Found invalid messages " +
    "during fetch for partition t-1 offset 7 (kafka.server.ReplicaFetcherThread)\n";
  host.files.set(log, cut + start);
  assertEquals(await ask(host, "broker logs"), "no damage since the last start");
  host.files.set(log, start + cut + fetch + fetch);
  assertEquals(
    (await assertRejects(() => ask(host, "broker logs"), Failure)).message,
    "kafka2: a.b-0 was damaged in segment 0: at its start it cut the log at offset 12\n" +
      "kafka2: cannot copy t-1 from offset 7 on: it is damaged on kafka3",
  );
});
