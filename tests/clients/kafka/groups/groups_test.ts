import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { EARLIEST } from "../../../../clients/kafka/protocol/requests.ts";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import { collectLag } from "../../../../clients/kafka/groups/lag.ts";
import { commitReset } from "../../../../clients/kafka/groups/reset.ts";
import { describeGroups, fetchGroupDescriptions } from "../../../../clients/kafka/groups/groups.ts";
import { fetchGroupList } from "../../../../clients/kafka/groups/group_list.ts";
import { type Answers, fakeCluster, on, topicOf } from "../_fake_cluster.ts";

const LOADING = 14;
const NOT_COORDINATOR = 16;
const NOT_LEADER = 6;

/** Broker 2 coordinates all groups; orders-0 is led by broker 1 and holds offsets 50 to 80. */
const topics = [
  topicOf("__consumer_offsets", on(2)),
  topicOf("orders", on(1), on(-1, 1)),
];

/** Answers of a cluster with one group, `readers`, at these committed offsets by partition. */
function healthy(committed: Readonly<Record<number, string>>): Answers {
  return {
    DescribeGroups: ({ groupIds }) => ({
      groups: groupIds.map((groupId) => ({
        ...{ errorCode: 0, groupId, state: "Empty", protocolType: "consumer", members: [] },
      })),
    }),
    ListGroups: () => ({
      errorCode: 0,
      groups: [{ groupId: "readers", protocolType: "consumer" }],
    }),
    OffsetFetch: () => ({
      errorCode: 0,
      responses: [{
        topic: "orders",
        partitions: Object.entries(committed).map(([partition, offset]) => ({
          partition: Number(partition),
          errorCode: 0,
          offset,
        })),
      }],
    }),
    ListOffsets: ({ topics }) => ({
      responses: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition, timestamp }) => ({
          partition,
          errorCode: 0,
          offset: timestamp === EARLIEST ? "50" : "80",
        })),
      })),
    }),
  };
}

async function offsetsOf(committed: Readonly<Record<number, string>>) {
  const { groups, gaps } = await fetchGroupDescriptions(
    await fakeCluster(topics, healthy(committed)),
  );
  assertEquals(gaps, []);
  return groups[0]!.offsets.map(({ partition, lag, position }) => [partition, lag, position]);
}

Deno.test("lookAtGroups() tells commits within the log from those below and beyond it", async () => {
  assertEquals(await offsetsOf({ 0: "60" }), [[0, 20n, "inside"]]);
  assertEquals(await offsetsOf({ 0: "50" }), [[0, 30n, "inside"]]);
  assertEquals(await offsetsOf({ 0: "80" }), [[0, 0n, "inside"]]);
  assertEquals(await offsetsOf({ 0: "49" }), [[0, 30n, "below-start"]]);
  assertEquals(await offsetsOf({ 0: "81" }), [[0, 0n, "beyond-end"]]);
  assertEquals(await offsetsOf({ 1: "5", 2: "5" }), [
    [1, undefined, "no-leader"],
    [2, undefined, "no-partition"],
  ]);
});

Deno.test("lookAtGroups() asks once for a partition that several groups read", async () => {
  const asked: string[] = [];
  const { ListOffsets, ...others } = healthy({ 0: "60" });
  const cluster = await fakeCluster(topics, {
    ...others,
    ListGroups: () => ({
      errorCode: 0,
      groups: ["a", "b"].map((groupId) => ({ groupId, protocolType: "consumer" })),
    }),
    ListOffsets: (body, id) => {
      asked.push(
        ...body.topics.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, timestamp }) => `${topic}-${partition} ${timestamp}`)
        ),
      );
      return ListOffsets!(body, id);
    },
  });
  const { groups } = await fetchGroupDescriptions(cluster);
  assertEquals(groups.map(({ offsets }) => offsets[0]?.lag), [20n, 20n]);
  assertEquals(asked.sort(), ["orders-0 -1", "orders-0 -2"]);
});

Deno.test("a coordinator that loads its groups is a gap, and not a broker without groups", async () => {
  const loading = await fakeCluster(topics, {
    ...healthy({}),
    ListGroups: () => ({ errorCode: LOADING, groups: [] }),
  });
  const [gap, ...more] = (await fetchGroupList(loading)).gaps;
  assertEquals([gap?.what, gap?.passing, more], [
    "the groups that broker 2 coordinates",
    true,
    [],
  ]);
  assertStringIncludes(gap!.why, "GROUP_LOAD_IN_PROGRESS");

  // One that has not yet heard that it is the coordinator lists nothing, and no error.
  const unaware = await fakeCluster(topics, {
    ...healthy({}),
    DescribeGroups: ({ groupIds }) => ({
      groups: groupIds.map((groupId) => ({
        ...{ errorCode: NOT_COORDINATOR, groupId, state: "", protocolType: "", members: [] },
      })),
    }),
    ListGroups: () => ({ errorCode: 0, groups: [] }),
  });
  const found = await fetchGroupList(unaware);
  assertEquals(found.groups, []);
  assertEquals(found.gaps.map(({ what, passing }) => [what, passing]), [
    ["the groups that broker 2 coordinates", true],
  ]);
});

Deno.test("groups without a coordinator, and a coordinator that is away, are gaps", async () => {
  const away = () => {
    throw Object.assign(new Error("connect ECONNREFUSED"), {
      name: "KafkaJSConnectionError",
      broker: "b:2",
    });
  };
  const offsets = topicOf("__consumer_offsets", on(1), on(2, 1), on(-1, 2));
  const cluster = await fakeCluster([offsets, topics[1]!], {
    ...healthy({ 0: "60" }),
    ListGroups: (_, id) =>
      id === 2 ? away() : { errorCode: 0, groups: [{ groupId: "readers", protocolType: "" }] },
  });
  const { groups, gaps } = await fetchGroupDescriptions(cluster);
  assertEquals(groups.map(({ group, offsets: [one] }) => [group, one?.lag]), [["readers", 20n]]);
  assertEquals(gaps, [
    {
      what: "the groups of 1 of 3 partitions of __consumer_offsets (2)",
      why: "they have no leader",
      passing: false,
    },
    {
      what: "the groups that broker 2 coordinates",
      why: "broker b:2 does not answer (connection refused)",
      passing: true,
    },
  ]);
  // What is not known of others does not matter to who asks for a group that is there.
  assertEquals((await fetchGroupDescriptions(cluster, ["readers"])).gaps, []);
});

Deno.test("errors for one group and for one partition leave the others", async () => {
  const odd = await fakeCluster([topics[0]!, topicOf("orders", on(1), on(1, 1), on(1, 2))], {
    ...healthy({}),
    ListGroups: () => ({
      errorCode: 0,
      groups: ["readers", "secret"].map((groupId) => ({ groupId, protocolType: "" })),
    }),
    DescribeGroups: ({ groupIds }) => ({
      groups: groupIds.map((groupId) => ({
        errorCode: groupId === "secret" ? 30 : 0,
        ...{ groupId, state: "Empty", protocolType: "", members: [] },
      })),
    }),
    OffsetFetch: () => ({
      errorCode: 0,
      responses: [{
        topic: "orders",
        partitions: [
          { partition: 0, errorCode: 0, offset: "60" },
          { partition: 1, errorCode: LOADING, offset: "-1" },
          { partition: 2, errorCode: 0, offset: "70" },
        ],
      }],
    }),
    ListOffsets: ({ topics }) => ({
      responses: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({
          partition,
          errorCode: partition === 2 ? NOT_LEADER : 0,
          offset: "80",
        })),
      })),
    }),
  });
  const { groups, gaps } = await fetchGroupDescriptions(odd);
  assertEquals(
    groups.map(({ group, offsets }) => [group, offsets.map((o) => [o.partition, o.logEnd])]),
    [["readers", [[0, 80n], [2, undefined]]]],
  );
  assertEquals(gaps.map(({ what, passing }) => [what, passing]), [
    ["the state and members of group secret", false],
    ["the committed offsets of group readers for orders-1", true],
    ["the offsets of orders-2", true],
  ]);
  assertStringIncludes(gaps[0]!.why, "GROUP_AUTHORIZATION_FAILED");
});

Deno.test("describeGroups() looks again while a coordinator loads, and then finds the group", async () => {
  let looks = 0;
  const cluster = await fakeCluster(topics, {
    ...healthy({ 0: "60" }),
    ListGroups: () =>
      ++looks < 2
        ? { errorCode: LOADING, groups: [] }
        : { errorCode: 0, groups: [{ groupId: "readers", protocolType: "" }] },
  });
  assertEquals((await describeGroups(cluster, ["readers"])).groups[0]?.offsets[0]?.lag, 20n);
  assertEquals(looks, 2);
  const error = await assertRejects(() => describeGroups(cluster, ["reader"]), ClientError);
  assertEquals([error.message, error.hint], [
    "There is no consumer group reader",
    "Did you mean readers?",
  ]);
});

Deno.test("whether there is a group is not known while its coordinator is not", async () => {
  const offsets = topicOf("__consumer_offsets", on(-1));
  const cluster = await fakeCluster([offsets], {});
  const error = await assertRejects(() => describeGroups(cluster, ["readers"]), ClientError);
  assertStringIncludes(error.message, "Whether there is a group readers is not known");
});

Deno.test("collectLag() keeps what is known, and leaves out partitions without a leader", async () => {
  const lag = await collectLag(await fakeCluster(topics, healthy({ 0: "10" })));
  assertEquals(lag.gaps, []);
  assertEquals(lag.groups[0]?.offsets.map((o) => o.lag), [30n]);
  assertEquals(lag.topics, [{
    topic: "orders",
    partitions: [
      { topic: "orders", partition: 0, oldest: 50n, logEnd: 80n },
      { topic: "orders", partition: 1, oldest: undefined, logEnd: undefined },
    ],
  }]);
  const moved = await collectLag(
    await fakeCluster(topics, {
      ...healthy({}),
      ListOffsets: () => ({
        responses: [{
          topic: "orders",
          partitions: [{ partition: 0, errorCode: NOT_LEADER, offset: "-1" }],
        }],
      }),
    }),
  );
  assertEquals(moved.gaps.map(({ what }) => what), ["the offsets of orders-0"]);
  assertEquals(moved.groups.map(({ group }) => group), ["readers"]);
});

Deno.test("commitReset() names every partition whose offset Kafka refused", async () => {
  const cluster = await fakeCluster(topics, {
    ...healthy({}),
    GroupCoordinator: () => ({
      errorCode: 0,
      errorMessage: null,
      coordinator: { host: "b", port: 2 },
    }),
    OffsetCommit: ({ topics }) => ({
      responses: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({
          partition,
          errorCode: partition === 0 ? 0 : partition === 1 ? 12 : 29,
        })),
      })),
    }),
  });
  const reset = (partition: number) => ({
    ...{ topic: "orders", partition, before: 1n, asked: 2n, after: 2n },
  });
  const error = await assertRejects(
    () => commitReset(cluster, "readers", [0, 1, 2].map(reset)),
    ClientError,
  );
  assertStringIncludes(error.message, "Kafka refused 2 of 3 offsets of group readers: orders-1 (");
  assertStringIncludes(error.message, "; orders-2 (");
});
