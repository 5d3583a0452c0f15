import { assertEquals } from "@std/assert";
import type { Broker } from "../../../../clients/kafka/connection/broker.ts";
import type { Connections } from "../../../../clients/kafka/consumer/connections.ts";
import { createMissedRecordsCheck } from "../../../../clients/kafka/consumer/missed_records.ts";
import { createPositions } from "../../../../clients/kafka/consumer/positions.ts";
import type { TopicView } from "../../../../clients/kafka/consumer/topic_view.ts";

const view = (count: number): TopicView => ({
  addresses: new Map([[1, "h:1"]]),
  partitions: count === 0 ? undefined : new Map(
    Array.from({ length: count }, (_, n) => [n, { leader: 1, leaderEpoch: 0, replicas: [1] }]),
  ),
});

Deno.test("createLookout() says that records are there which do not come, and not while they do", async () => {
  const said: string[] = [];
  let now = 0;
  let slow = 0;
  const ends = [[0, 5n], [1, 9n]] as const;
  const request = () =>
    Promise.resolve({
      responses: [{
        topic: "orders",
        partitions: ends.map(([partition, offset]) => ({ partition, errorCode: 0, offset })),
      }],
    });
  const positions = createPositions({ reset: "earliest", partitions: 2, ends: new Map() });
  positions.assign([0, 1], new Map([[0, 5n], [1, 7n]]));
  const checkMissedRecords = createMissedRecordsCheck({
    topic: "orders",
    positions,
    connections: {
      use: (_: string, work: (broker: Broker) => Promise<unknown>) =>
        work({ request } as unknown as Broker),
    } as Connections,
    lastSlow: () => slow,
    say: (line) => said.push(line),
    now: () => now,
  });
  const look = async (time: number) => {
    now = time;
    return await checkMissedRecords(view(2));
  };
  assertEquals([await look(5000), await look(10_000)], [false, false]);
  // The reader's own side was slow.
  slow = 15_000;
  assertEquals(await look(20_000), false);
  assertEquals([await look(29_000), said], [false, []]);
  assertEquals(await look(30_000), true);
  assertEquals(said.splice(0), [
    "Partition 1 (from offset 7) of orders: records are there, and none has come for 10 s. " +
    "Reconnecting.",
  ]);
  positions.move(1, 8n);
  assertEquals(await look(40_000), false);
  positions.move(1, 9n);
  assertEquals([await look(50_000), await look(60_000), said], [false, false, []]);
});
