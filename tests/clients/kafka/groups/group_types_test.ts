// Groups of each type: what is asked of their coordinator, and what becomes of its answers.
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import { fetchGroupDescriptions } from "../../../../clients/kafka/groups/groups.ts";
import { commitReset, planReset } from "../../../../clients/kafka/groups/reset.ts";
import type { DescribedGroup } from "../../../../clients/kafka/protocol/group_requests.ts";
import { EARLIEST } from "../../../../clients/kafka/protocol/requests.ts";
import { type Answers, fakeCluster, on, topicOf } from "../_fake_cluster.ts";

const GONE = 69;
const NOT_EMPTY = 68;

/** Broker 2 coordinates all groups; orders has two partitions with offsets 50 to 80. */
const topics = [topicOf("__consumer_offsets", on(2)), topicOf("orders", on(1), on(1, 1))];

const described = (groupId: string, ...partitions: number[]): DescribedGroup => ({
  ...{ errorCode: 0, errorMessage: null, groupId, state: "Stable" },
  members: partitions.length === 0 ? [] : [{
    ...{ memberId: "m", clientId: `${groupId}-client`, clientHost: "/127.0.0.1" },
    assigned: [{ topic: "orders", partitions }],
  }],
});

/** A coordinator of groups with these types by name, of brokers from 4.0 on. */
function typed(types: Readonly<Record<string, string>>, state = "Stable"): Answers {
  const partition = (partition: number, startOffset: bigint, lag: bigint) => ({
    ...{ topic: "orders", partition, startOffset, lag, errorCode: 0, errorMessage: null },
  });
  return {
    ListGroups: () => ({
      errorCode: 0,
      groups: Object.entries(types).map(([groupId, type]) => ({
        ...{ groupId, protocolType: "", state, type },
      })),
    }),
    DescribeGroups: ({ groupIds }) => ({
      groups: groupIds.map((groupId) => ({
        ...{ errorCode: 0, groupId, state: "Empty", protocolType: "consumer", members: [] },
      })),
    }),
    ConsumerGroupDescribe: ({ groupIds }) => groupIds.map((groupId) => described(groupId, 1)),
    ShareGroupDescribe: ({ groupIds }) => groupIds.map((groupId) => described(groupId, 0, 1)),
    StreamsGroupDescribe: ({ groupIds }) => groupIds.map((groupId) => described(groupId, 0)),
    DescribeShareGroupOffsets: () => ({
      ...{ errorCode: 0, errorMessage: null },
      partitions: [partition(0, 60n, 7n), partition(1, -1n, -1n)],
    }),
    OffsetFetch: () => ({
      errorCode: 0,
      responses: [{
        topic: "orders",
        partitions: [{ partition: 0, errorCode: 0, offset: "70" }],
      }],
    }),
    ListOffsets: ({ topics }) => ({
      responses: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition, timestamp }) => ({
          ...{ partition, errorCode: 0, offset: timestamp === EARLIEST ? "50" : "80" },
        })),
      })),
    }),
    GroupCoordinator: () => ({
      errorCode: 0,
      errorMessage: null,
      coordinator: { host: "b", port: 2 },
    }),
  };
}

Deno.test("a group is described by the request of its type", async () => {
  const types = { c: "classic", n: "consumer", s: "share", t: "streams" };
  const { groups, gaps } = await fetchGroupDescriptions(await fakeCluster(topics, typed(types)));
  assertEquals(gaps, []);
  assertEquals(
    groups.map(({ group, type, state, members, offsets }) => [
      ...[group, type, state],
      members.map(({ clientId, host, partitions }) =>
        `${clientId} on ${host}: ${partitions.map(({ partition }) => partition)}`
      ),
      offsets.map(({ partition, committed, lag }) => `${partition}: ${committed}, lag ${lag}`),
    ]),
    [
      ["c", "classic", "Empty", [], ["0: 70, lag 10"]],
      [
        ...["n", "consumer", "Stable", ["n-client on 127.0.0.1: 1"]],
        ["0: 70, lag 10", "1: undefined, lag undefined"],
      ],
      // What its members have taken and are done with beyond the start offset is no lag.
      [
        ...["s", "share", "Stable", ["s-client on 127.0.0.1: 0,1"]],
        ["0: 60, lag 7", "1: undefined, lag undefined"],
      ],
      ["t", "streams", "Stable", ["t-client on 127.0.0.1: 0"], ["0: 70, lag 10"]],
    ],
  );
});

Deno.test("a group of a type that is not known yet is listed without its members", async () => {
  const cluster = await fakeCluster(topics, typed({ x: "Quantum" }, "Entangled"));
  const { groups, gaps } = await fetchGroupDescriptions(cluster);
  assertEquals(gaps, []);
  const [{ type, state, members } = {}] = groups;
  assertEquals([type, state, members], ["quantum" as never, "Entangled", []]);
});

Deno.test("a group that is gone is left out, one that is refused is a gap with the reason", async () => {
  const refused = { errorCode: 30, errorMessage: "not for you" };
  const cluster = await fakeCluster(topics, {
    ...typed({ gone: "consumer", secret: "consumer", n: "consumer" }),
    ConsumerGroupDescribe: () => [
      { ...described("gone"), errorCode: GONE },
      { ...described("secret"), ...refused },
      described("n"),
    ],
  });
  const { groups, gaps } = await fetchGroupDescriptions(cluster);
  assertEquals(groups.map(({ group }) => group), ["n"]);
  assertEquals(gaps.map(({ what }) => what), ["the state and members of group secret"]);
  assertStringIncludes(gaps[0]!.why, "not for you");
});

Deno.test("planReset() knows by its list that a group of the new protocol has consumers", async () => {
  const plan = async (state: string) =>
    await planReset(
      await fakeCluster(topics, typed({ n: "consumer" }, state)),
      "n",
      [{ topic: "orders", partitions: [0] }],
      { to: "earliest" },
    );
  const error = await assertRejects(() => plan("Reconciling"), ClientError);
  assertEquals(error.message, "Group n has consumers (state Reconciling): nothing was reset");
  const [reset] = await plan("Empty");
  assertEquals([reset?.before, reset?.after], [70n, 50n]);
});

Deno.test("a share group is reset by its start offsets", async () => {
  const asked: unknown[] = [];
  const answer = (errorCode: number, ofPartition: number): Answers => ({
    ...typed({ s: "share" }, "Empty"),
    AlterShareGroupOffsets: (body) => {
      asked.push(body);
      const own = { topic: "orders", partition: 0, errorCode: ofPartition, errorMessage: "no" };
      return { errorCode, errorMessage: null, partitions: errorCode === 0 ? [own] : [] };
    },
  });
  const cluster = await fakeCluster(topics, answer(0, 0));
  const resets = await planReset(cluster, "s", [{ topic: "orders", partitions: [0] }], {
    ...{ to: "shift", by: 5n },
  });
  assertEquals(resets.map(({ before, after }) => [before, after]), [[60n, 65n]]);
  await commitReset(cluster, "s", resets);
  assertEquals(asked, [{
    groupId: "s",
    topics: [{ topic: "orders", partitions: [{ partition: 0, offset: 65n }] }],
  }]);
  const refuse = async (errorCode: number, ofPartition: number) => {
    const cluster = await fakeCluster(topics, answer(errorCode, ofPartition));
    return (await assertRejects(() => commitReset(cluster, "s", resets), ClientError)).message;
  };
  assertStringIncludes(await refuse(NOT_EMPTY, 0), "Group s has consumers");
  assertEquals(
    await refuse(0, 29),
    "Kafka refused 1 of 1 offsets of group s: orders-0 (no)",
  );
});
