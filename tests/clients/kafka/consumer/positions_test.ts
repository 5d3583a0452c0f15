import { assertEquals } from "@std/assert";
import { createPositions, jump } from "../../../../clients/kafka/consumer/positions.ts";

const latest = { reset: "latest", partitions: 2, ends: new Map([[0, 100n]]) } as const;
const earliest = { reset: "earliest", partitions: 2, ends: new Map() } as const;

Deno.test("createPositions() goes on where the group has committed, else where it was told to begin", () => {
  const positions = createPositions(latest);
  // Partition 1 had no leader when this consumer began, 2 was added later.
  positions.assign([0, 1, 2, 3], new Map([[3, 7n]]));
  assertEquals([0, 1, 2, 3].map(positions.next), [100n, "latest", "earliest", 7n]);
  const first = createPositions(earliest);
  first.assign([0, 1], new Map([[1, 7n]]));
  assertEquals([0, 1, 2].map(first.next), ["earliest", 7n, undefined]);
});

Deno.test("createPositions() commits with the first records where all other partitions begin", () => {
  const positions = createPositions(latest);
  positions.assign([0, 1], new Map());
  positions.move(1, 50n);
  assertEquals(positions.uncommitted(), new Map([[0, 100n], [1, 50n]]));
  positions.confirm(0, 100n);
  positions.confirm(1, 50n);
  positions.move(1, 51n);
  assertEquals([positions.uncommitted(), positions.committed(1)], [new Map([[1, 51n]]), 50n]);
  positions.confirm(1, 51n);
  assertEquals(positions.uncommitted(), new Map());
});

Deno.test("createPositions() keeps what could not be committed, unless somebody else came further", () => {
  const positions = createPositions(earliest);
  positions.assign([0, 1, 2], new Map([[0, 10n], [1, 10n], [2, 10n]]));
  for (const partition of [0, 1, 2]) positions.move(partition, 20n);
  // 0 stays as it was, 1 was read by another member, 2 is another's now.
  positions.assign([0, 1], new Map([[0, 10n], [1, 15n]]));
  assertEquals([0, 1, 2].map(positions.next), [20n, 15n, undefined]);
  assertEquals(positions.uncommitted(), new Map([[0, 20n]]));
  // Reset while this member was not in the group.
  positions.assign([0], new Map([[0, 3n]]));
  assertEquals(positions.next(0), 3n);
  // It began at an end, and does not begin at a later one.
  const idle = createPositions(latest);
  idle.assign([0], new Map());
  idle.assign([0], new Map());
  assertEquals(idle.next(0), 100n);
});

Deno.test("createPositions() reads from its beginning what comes under the name of a deleted topic", () => {
  const positions = createPositions(latest);
  positions.assign([0, 1], new Map([[0, 60n]]));
  positions.forget();
  assertEquals([0, 1].map(positions.next), ["earliest", "earliest"]);
  positions.assign([], new Map());
  positions.assign([0, 1], new Map());
  assertEquals([0, 1].map(positions.next), ["earliest", "earliest"]);
});

Deno.test("jump() says what was committed, what is gone, and where reading goes on", () => {
  const orders = { topic: "orders", partition: 3, group: "g" };
  const log = { begin: 100n, end: 150n };
  const at = (at: bigint, reset: "earliest" | "latest", committed: bigint | undefined = at) =>
    jump(orders, { ...log, at }, { committed, reset });
  assertEquals(at(5n, "earliest"), {
    to: 100n,
    line: "Partition 3 of orders: group g has committed offset 5, and the log begins at 100: " +
      "95 records are gone. Continuing at 100.",
  });
  assertEquals(at(99n, "latest"), {
    to: 150n,
    line: "Partition 3 of orders: group g has committed offset 99, and the log begins at 100: " +
      "1 record is gone. Continuing at its end, 150 (--latest), past 50 records that are there.",
  });
  assertEquals(at(500n, "earliest"), {
    to: 100n,
    line: "Partition 3 of orders: group g has committed offset 500, and the log ends at 150: it " +
      "has lost what came after. Continuing at 100, its first: 50 records come again.",
  });
  assertEquals(at(500n, "latest", 400n), {
    to: 150n,
    line: "Partition 3 of orders: group g was at offset 500, and the log ends at 150: it has " +
      "lost what came after. Continuing at its end, 150 (--latest).",
  });
  for (const there of [100n, 120n, 150n]) assertEquals(at(there, "latest"), undefined);
});
