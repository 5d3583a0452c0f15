import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import type { Broker } from "../../../../clients/kafka/connection/broker.ts";
import type { Cluster } from "../../../../clients/kafka/cluster/cluster.ts";
import { collectLag } from "../../../../clients/kafka/groups/lag.ts";

const ORDERS = "orders";
/** Bytes of a consumer's assignment: version 0, one topic with the partitions 0 and 1, no data. */
const ASSIGNED = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 0, 1, 0, ORDERS.length]),
  Buffer.from(ORDERS),
  Buffer.from([0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
]);
const member = (memberAssignment: Buffer) => ({
  memberId: "m",
  clientId: "c",
  clientHost: "/127.0.0.1",
  memberAssignment,
});
const committed = (topic: string, ...offsets: string[]) => ({
  topic,
  partitions: offsets.map((offset, partition) => ({ partition, errorCode: 0, offset })),
});

/** A group as its coordinator tells of it: members, then committed offsets. */
const GROUPS: Record<string, { type: string; members: object[]; offsets: object[] }> = {
  readers: {
    type: "consumer",
    members: [member(ASSIGNED)],
    offsets: [committed(ORDERS, "7", "-1"), committed("gone", "5")],
  },
  watchers: { type: "consumer", members: [], offsets: [committed("__state", "9")] },
  // Of Connect and of schema registries: their members' assignments are of another kind.
  connectors: { type: "connect", members: [member(Buffer.from('{"a":1}'))], offsets: [] },
};

/** Leader by topic and partition, −1 for none. */
const TOPICS: Record<string, number[]> = {
  __consumer_offsets: [1],
  __state: [1],
  orders: [1, 2, -1],
  quiet: [2],
};
const ENDS: Record<string, string> = { "orders-0": "10", "orders-1": "4", "__state-0": "9" };

/** A cluster of two brokers; broker 1 coordinates all groups. `asked` are ListOffsets' partitions. */
function fakeCluster(options: { fail?: number } = {}) {
  const asked: string[] = [];
  // deno-lint-ignore no-explicit-any
  const answer = (id: number, name: string, body: any): unknown => {
    switch (name) {
      case "ListGroups": {
        const groups = id === 1 ? Object.keys(GROUPS).map((groupId) => ({ groupId })) : [];
        return { errorCode: 0, groups };
      }
      case "DescribeGroups":
        return {
          groups: body.groupIds.map((groupId: string) => {
            const { type: protocolType, members } = GROUPS[groupId] ?? { type: "", members: [] };
            return { errorCode: 0, groupId, state: "Stable", protocolType, members };
          }),
        };
      case "OffsetFetch":
        return { errorCode: 0, responses: GROUPS[body.groupId]!.offsets };
      case "ListOffsets":
        return {
          responses: body.topics.map(({ topic, partitions }: typeof body.topics[0]) => ({
            topic,
            partitions: partitions.map(({ partition, timestamp }: typeof partitions[0]) => {
              asked.push(`${id}: ${topic}-${partition} ${timestamp}`);
              const offset = timestamp === "-2" ? "2" : ENDS[`${topic}-${partition}`] ?? "0";
              return { partition, errorCode: options.fail ?? 0, offset };
            }),
          })),
        };
    }
  };
  const members = [1, 2].map((id) => ({ id, host: `kafka${id}`, port: 9092 }));
  const cluster = {
    metadata: (names = Object.keys(TOPICS)) =>
      Promise.resolve({
        clusterId: "c",
        controllerId: 1,
        brokers: members,
        errors: [],
        topics: names.filter((topic) => TOPICS[topic]).map((topic) => ({
          topic,
          internal: topic === "__consumer_offsets",
          partitions: TOPICS[topic]!.map((leader, partition) => ({
            partition,
            leader,
            replicas: [1, 2],
            isr: [1, 2],
          })),
        })),
      }),
    members: () => Promise.resolve(members),
    broker: (address: string) =>
      Promise.resolve({
        request: (name: string, body: unknown) =>
          Promise.resolve(answer(Number(address[5]), name, body)),
        error: (code: number) => new Error(`error ${code}`),
      } as unknown as Broker),
  } as unknown as Cluster;
  return { cluster, asked };
}

Deno.test("collectLag() finds lag of groups, also of such without a consumer's protocol", async () => {
  const { groups } = await collectLag(fakeCluster().cluster);
  const found = groups.map(({ group, members, offsets }) => [
    group,
    members.length,
    ...offsets.map(({ topic, partition, committed, logEnd, lag }) =>
      `${topic}-${partition} ${committed} of ${logEnd}, lag ${lag}`
    ),
  ]);
  assertEquals(found, [
    ["connectors", 1],
    // What is committed for a topic that is deleted is left out.
    ["readers", 1, "orders-0 7 of 10, lag 3", "orders-1 undefined of 4, lag undefined"],
    ["watchers", 0, "__state-0 9 of 9, lag 0"],
  ]);
});

Deno.test("collectLag() finds both ends of topics, of internal ones only where a group reads", async () => {
  const { topics } = await collectLag(fakeCluster().cluster);
  const found = topics.map(({ topic, partitions }) => [
    topic,
    ...partitions.map(({ partition, oldest, logEnd }) => `${partition}: ${oldest} to ${logEnd}`),
  ]);
  assertEquals(found, [
    ["__state", "0: 2 to 9"],
    ["orders", "0: 2 to 10", "1: 2 to 4", "2: undefined to undefined"],
    ["quiet", "0: 2 to 0"],
  ]);
});

Deno.test("collectLag() asks each leader, and once for each end of a partition", async () => {
  const { cluster, asked } = fakeCluster();
  await collectLag(cluster);
  assertEquals(asked.sort(), [
    "1: __state-0 -1",
    "1: __state-0 -2",
    "1: orders-0 -1",
    "1: orders-0 -2",
    "2: orders-1 -1",
    "2: orders-1 -2",
    "2: quiet-0 -1",
    "2: quiet-0 -2",
  ]);
});

Deno.test("collectLag() says what a leader refuses, and keeps the rest", async () => {
  const { cluster } = fakeCluster({ fail: 6 });
  const { gaps, groups } = await collectLag(cluster);
  assertEquals(gaps.map(({ what, why }) => `${what}: ${why}`).sort(), [
    "the offsets of __state-0: error 6",
    "the offsets of orders-0: error 6",
    "the offsets of orders-1: error 6",
    "the offsets of quiet-0: error 6",
  ]);
  assertEquals(groups.map(({ group }) => group), ["connectors", "readers", "watchers"]);
});
