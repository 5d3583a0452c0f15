import { Buffer } from "node:buffer";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Batch, Batcher } from "../../../../clients/kafka/producer/batch.ts";
import { ClientError, MISSING_PARTITION } from "../../../../clients/kafka/errors/client_error.ts";
import { partitionOf } from "../../../../clients/kafka/producer/partitioner.ts";
import type { ProducerRecord } from "../../../../clients/kafka/producer/record.ts";
import { Sender, type SenderOptions } from "../../../../clients/kafka/producer/sender.ts";

const record = (value: string, key: string | null = null): ProducerRecord => ({
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from(value),
  number: 1,
});
const failure = (type: string, retriable: boolean) =>
  Object.assign(new Error(type), { name: "KafkaJSProtocolError", type, retriable });
const values = ({ records }: Batch) => records.map(({ value }) => String(value));

/** A sender over brokers that answer as `send` says, and the list of what they acknowledged. */
function create(
  partitions: number,
  send: SenderOptions["send"],
  more: Partial<SenderOptions> = {},
) {
  const acknowledged: string[] = [];
  const sender = new Sender(new Batcher(partitions), {
    send,
    onAcknowledged: (batch, base) => {
      values(batch).forEach((value, index) =>
        acknowledged.push(`${batch.partition}:${base + BigInt(index)}:${value}`)
      );
    },
    delay: () => Promise.resolve(),
    ...more,
  });
  return { sender, acknowledged };
}

/** Brokers that append. */
function log() {
  const ends = new Map<number, bigint>();
  return (batch: Batch) => {
    const base = ends.get(batch.partition) ?? 0n;
    ends.set(batch.partition, base + BigInt(batch.records.length));
    return Promise.resolve(base);
  };
}

Deno.test("Sender gives each acknowledged record its partition and offset", async () => {
  const { sender, acknowledged } = create(2, log());
  sender.add(record("a"));
  sender.add(record("b"));
  await sender.flush();
  sender.add(record("c"));
  await sender.flush();
  assertEquals(acknowledged, ["0:0:a", "0:1:b", "1:0:c"]);
  assertEquals([sender.acknowledged, sender.pending], [3, 0]);
});

Deno.test("Sender sends no batch that spans partitions, and one at a time for each", async () => {
  const flying = new Map<number, number>();
  let most = 0;
  const append = log();
  const { sender } = create(5, async (batch) => {
    assert(batch.records.every(({ partition }) => partition === batch.partition));
    flying.set(batch.partition, (flying.get(batch.partition) ?? 0) + 1);
    assertEquals(flying.get(batch.partition), 1);
    most = Math.max(most, flying.size);
    // The network takes longer than any step of ours.
    await new Promise((resolve) => setTimeout(resolve));
    flying.delete(batch.partition);
    return await append(batch);
  });
  for (let n = 0; n < 20_000; n++) {
    sender.add(record(`${n}`, `${n}`));
    if (n % 700 === 0) await sender.pump();
  }
  await sender.flush();
  assertEquals(sender.acknowledged, 20_000);
  assertEquals(most, 5);
});

Deno.test("Sender sends the very same batch again after a failure that may pass", async () => {
  const tried: string[][] = [];
  const retried: number[] = [];
  const { sender, acknowledged } = create(1, (batch) => {
    tried.push(values(batch));
    if (tried.length < 4) return Promise.reject(failure("NOT_LEADER_FOR_PARTITION", true));
    return Promise.resolve(7n);
  }, { onRetry: ({ partition }) => retried.push(partition) });
  sender.add(record("a"));
  const flushed = sender.flush();
  sender.add(record("b"));
  await flushed;
  await sender.flush();
  assertEquals(tried, [["a"], ["a"], ["a"], ["a"], ["b"]]);
  assertEquals(retried, [0, 0, 0]);
  assertEquals(acknowledged[0], "0:7:a");
});

Deno.test("Sender ends at a failure that stays, and counts only what is acknowledged", async () => {
  const append = log();
  const { sender, acknowledged } = create(2, (batch) => {
    if (batch.partition === 1) return Promise.reject(failure("TOPIC_AUTHORIZATION_FAILED", false));
    return append(batch);
  });
  sender.add(record("a"));
  await sender.flush();
  for (const value of ["b", "c"]) sender.add(record(value));
  const error = await assertRejects(() => sender.flush());
  assertEquals((error as Error).message, "TOPIC_AUTHORIZATION_FAILED");
  assertEquals(acknowledged, ["0:0:a"]);
  assertEquals([sender.acknowledged, sender.pending], [1, 2]);
  // Nothing is sent any more: a lost answer may hide a written batch with the same sequence.
  sender.add(record("d"));
  await assertRejects(() => sender.flush());
  assertEquals([sender.acknowledged, sender.pending], [1, 3]);
});

Deno.test("Sender gives a batch up after the delivery time-out", async () => {
  let now = 0;
  let tries = 0;
  const { sender } = create(1, () => {
    tries++;
    now += 40_000;
    return Promise.reject(failure("NOT_ENOUGH_REPLICAS", true));
  }, { now: () => now, deliveryTimeout: 120_000 });
  sender.add(record("a"));
  await assertRejects(() => sender.flush());
  assertEquals(tries, 3);
});

Deno.test("Sender halves a batch that the topic finds too large, and keeps its order", async () => {
  const append = log();
  const { sender, acknowledged } = create(1, (batch) => {
    if (batch.records.length > 2) return Promise.reject(failure("MESSAGE_TOO_LARGE", false));
    return append(batch);
  });
  for (const value of ["a", "b", "c", "d", "e"]) sender.add(record(value));
  await sender.flush();
  assertEquals(acknowledged, ["0:0:a", "0:1:b", "0:2:c", "0:3:d", "0:4:e"]);
  assertEquals(sender.pending, 0);
});

Deno.test("Sender leaves out a record that is too large, and delivers those around it", async () => {
  const append = log();
  const left: string[] = [];
  const { sender, acknowledged } = create(1, (batch) => {
    if (values(batch).includes("large")) return Promise.reject(failure("MESSAGE_TOO_LARGE", false));
    return append(batch);
  }, { onTooLarge: ({ value }) => left.push(String(value)) });
  for (const value of ["a", "b", "large", "c", "large", "d"]) sender.add(record(value));
  await sender.flush();
  assertEquals(acknowledged, ["0:0:a", "0:1:b", "0:2:c", "0:3:d"]);
  assertEquals(left, ["large", "large"]);
  assertEquals([sender.acknowledged, sender.tooLarge, sender.pending], [4, 2, 0]);
});

Deno.test("Sender counts what is acknowledged before it is shown, and flush() waits for that", async () => {
  const shown = Promise.withResolvers<void>();
  const { sender } = create(2, log(), {
    onAcknowledged: ({ partition }) => partition === 0 ? shown.promise : Promise.resolve(),
  });
  const [first, second] = [0, 1].map((partition) =>
    ["a", "b", "c", "d"].find((key) => partitionOf(Buffer.from(key), 2) === partition)!
  );
  sender.add(record("1", first));
  sender.add(record("2", second));
  let flushed = false;
  const flushing = sender.flush().then(() => flushed = true);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals([sender.acknowledged, sender.pending, flushed], [2, 0, false]);
  shown.resolve();
  await flushing;
});

const noLeader = () => Object.assign(new Error("no leader"), { name: "KafkaJSNoLeader" });

Deno.test("Sender gives records without a key to others while their partition has no leader", async () => {
  const append = log();
  let now = 0;
  let back = false;
  const { sender, acknowledged } = create(
    2,
    (batch) => batch.partition === 0 && !back ? Promise.reject(noLeader()) : append(batch),
    { now: () => now, mayBeWritten: () => false },
  );
  for (const value of ["a", "b"]) {
    sender.add(record(value));
    await sender.flush();
  }
  assertEquals(acknowledged, ["1:0:a", "1:1:b"]);
  // It is tried again later, and taken up when its leader is back.
  back = true;
  now = 60_000;
  for (const value of ["c", "d"]) {
    sender.add(record(value));
    await sender.flush();
  }
  assertEquals(acknowledged.slice(2), ["1:2:c", "0:0:d"]);
});

Deno.test("Sender moves nothing that a broker may have written, and nothing with a key", async () => {
  for (const [key, maybe] of [[null, true], ["k", false]] as const) {
    const tried: number[] = [];
    const retried: number[] = [];
    const { sender } = create(5, (batch) => {
      tried.push(batch.partition);
      return tried.length < 3 ? Promise.reject(noLeader()) : Promise.resolve(0n);
    }, { mayBeWritten: () => maybe, onRetry: ({ partition }) => retried.push(partition) });
    sender.add(record("a", key));
    await sender.flush();
    assertEquals([new Set(tried).size, tried.length, retried.length], [1, 3, 2]);
  }
});

Deno.test("Sender gives up one partition after the delivery time-out, and goes on with others", async () => {
  const append = log();
  let now = 0;
  let tries = 0;
  const { sender, acknowledged } = create(2, (batch) => {
    if (batch.partition === 1) return append(batch);
    tries++;
    now += 70_000;
    return Promise.reject(noLeader());
  }, { now: () => now });
  const [first, second] = [0, 1].map((partition) =>
    ["a", "b", "c", "d"].find((key) => partitionOf(Buffer.from(key), 2) === partition)!
  );
  for (const value of ["1", "2"]) {
    sender.add(record(value, first));
    sender.add(record(value, second));
    await sender.pump();
  }
  await assertRejects(() => sender.flush());
  sender.add(record("3", first));
  sender.add(record("3", second));
  await assertRejects(() => sender.flush());
  assertEquals(acknowledged, ["1:0:1", "1:1:2", "1:2:3"]);
  // What comes after a record that is missing is not written: the order would tell a lie.
  assertEquals(tries, 2);
  assertEquals([sender.acknowledged, sender.pending], [3, 3]);
});

Deno.test("Sender spreads what waits over the partitions of a topic that has fewer of them", async () => {
  const append = log();
  const missing = () =>
    Promise.reject(new ClientError("no partition any more", { type: MISSING_PARTITION }));
  const { sender, acknowledged } = create(
    5,
    (batch) => batch.partition >= 2 ? missing() : append(batch),
    { partitions: () => Promise.resolve(2) },
  );
  for (let n = 0; n < 20; n++) sender.add(record(`${n}`, `${n}`));
  await sender.flush();
  assertEquals([sender.acknowledged, sender.pending], [20, 0]);
  assertEquals(new Set(acknowledged.map((line) => line.split(":").at(-1))).size, 20);
  for (let n = 0; n < 4; n++) {
    sender.add(record("later"));
    await sender.flush();
  }
  assertEquals(sender.acknowledged, 24);
});

Deno.test("Sender lets no more in than it may hold until brokers acknowledge", async () => {
  const answers: (() => void)[] = [];
  const { sender } = create(
    3,
    () => new Promise((resolve) => answers.push(() => resolve(0n))),
  );
  let added = 0;
  const adding = (async () => {
    for (; added < 400; added++) {
      sender.add(record("x".repeat(100_000)));
      await sender.pump();
    }
  })();
  // All that can go on without an answer has gone on.
  for (let n = 0; n < 2000; n++) await Promise.resolve();
  assert(added > 100 && added < 200, `${added} of 400 were let in`);
  let over = false;
  adding.then(() => sender.flush()).then(() => over = true);
  while (!over) {
    answers.splice(0).forEach((answer) => answer());
    await new Promise((resolve) => setTimeout(resolve));
  }
  assertEquals(sender.acknowledged, 400);
});
