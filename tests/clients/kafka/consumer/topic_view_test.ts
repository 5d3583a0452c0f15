import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import type { Broker } from "../../../../clients/kafka/connection/broker.ts";
import type { Connections } from "../../../../clients/kafka/consumer/connections.ts";
import {
  decodeLeadersAnswer,
  type LeadersAnswer,
} from "../../../../clients/kafka/protocol/leaders_answer.ts";
import {
  createFinder,
  isOlder,
  newest,
  type TopicView,
  toView,
} from "../../../../clients/kafka/consumer/topic_view.ts";

const view = (...leaders: [leader: number, leaderEpoch: number][]): TopicView => ({
  addresses: new Map([[1, "h:1"], [2, "h:2"]]),
  partitions: leaders.length === 0 ? undefined : new Map(
    leaders.map(([leader, leaderEpoch], partition) => [partition, {
      leader,
      leaderEpoch,
      replicas: [1, 2],
    }]),
  ),
});

Deno.test("decodeLeadersAnswer() reads version 7 of Metadata's answer", () => {
  const int16 = (...values: number[]) =>
    Buffer.concat(values.map((v) => {
      const b = Buffer.alloc(2);
      b.writeInt16BE(v);
      return b;
    }));
  const int32 = (...values: number[]) =>
    Buffer.concat(values.map((v) => {
      const b = Buffer.alloc(4);
      b.writeInt32BE(v);
      return b;
    }));
  const string = (text: string) => Buffer.concat([int16(text.length), Buffer.from(text)]);
  const answer = decodeLeadersAnswer(Buffer.concat([
    int32(9, 1, 2),
    ...[string("h"), int32(9092), int16(-1), string("cluster"), int32(2)],
    ...[int32(1), int16(0), string("orders"), Buffer.from([0]), int32(1)],
    // error, partition, leader, its epoch, replicas, in sync, away
    ...[int16(5), int32(0, -1, 4, 2, 1, 2, 1, 2, 1, 1)],
  ]));
  assertEquals(answer, {
    clientSideThrottleTime: 9,
    brokers: [{ nodeId: 2, host: "h", port: 9092 }],
    clusterId: "cluster",
    controllerId: 2,
    topicMetadata: [{
      ...{ topicErrorCode: 0, topic: "orders", isInternal: false },
      partitionMetadata: [
        { partitionId: 0, leader: -1, leaderEpoch: 4, replicas: [1, 2], isr: [2] },
      ],
    }],
  });
  assertEquals(toView(answer).partitions!.get(0)!.leaderEpoch, 4);
  assertEquals(toView({ ...answer, topicMetadata: [] }).partitions, undefined);
});

Deno.test("isOlder() and newest() compare views by the epochs of leaders", () => {
  const before = view([1, 4], [2, 7]);
  const after = view([2, 5], [2, 7]);
  assertEquals([isOlder(before, after), isOlder(after, before)], [true, false]);
  assertEquals([isOlder(view([1, 4]), before), isOlder(view(), before)], [true, true]);
  assertEquals([isOlder(before, view()), isOlder(before, before)], [false, false]);
  assertEquals(newest([before, after, view()]), after);
  assertEquals(newest([view(), view()]).partitions, undefined);
});

Deno.test("createFinder() asks all brokers when one knows less than was known", async () => {
  const epochs: Record<string, number> = { "h:1": 4, "h:2": 4 };
  const asked: string[] = [];
  const connections = {
    use: (address: string, work: (broker: Broker) => Promise<unknown>) => {
      asked.push(address);
      const answer: LeadersAnswer = {
        ...{ clientSideThrottleTime: 0, clusterId: "c", controllerId: 1 },
        brokers: [{ nodeId: 1, host: "h", port: 1 }, { nodeId: 2, host: "h", port: 2 }],
        topicMetadata: [{
          ...{ topicErrorCode: 0, topic: "orders", isInternal: false },
          partitionMetadata: [{
            ...{ partitionId: 0, leader: epochs[address]! % 2 + 1, leaderEpoch: epochs[address]! },
            ...{ replicas: [1, 2], isr: [1] },
          }],
        }],
      };
      return work({ request: () => Promise.resolve(answer) } as unknown as Broker);
    },
  } as Connections;
  const finder = createFinder(connections, { bootstrapServers: ["h:1"] });
  const leader = async () => (await finder.view("orders")).partitions!.get(0)!;
  assertEquals([(await leader()).leader, asked.splice(0)], [1, ["h:1"]]);
  epochs["h:2"] = 5;
  finder.skipLast();
  assertEquals([(await leader()).leader, asked.splice(0)], [2, ["h:2"]]);
  // Broker 1 hung, and has not heard of the election.
  finder.skipLast();
  assertEquals([(await leader()).leader, asked.splice(0)], [2, ["h:1", "h:1", "h:2"]]);
  // All agree: it is another topic of the same name.
  epochs["h:1"] = epochs["h:2"] = 0;
  assertEquals([(await leader()).leaderEpoch, asked.splice(0).length], [0, 3]);
  assertEquals([(await leader()).leaderEpoch, asked.length], [0, 1]);
});
