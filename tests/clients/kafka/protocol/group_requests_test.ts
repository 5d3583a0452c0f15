// Requests are compared with the bytes that Kafka 4.4.0's Java client writes.
import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { GROUP_EXCHANGES } from "../../../../clients/kafka/protocol/group_requests.ts";
import { STREAMS_GROUP_EXCHANGES } from "../../../../clients/kafka/protocol/streams_group_requests.ts";
import * as answers from "./_group_fixtures.ts";

const { ListGroups, ConsumerGroupDescribe, ShareGroupDescribe } = GROUP_EXCHANGES;
const { DescribeShareGroupOffsets, AlterShareGroupOffsets } = GROUP_EXCHANGES;
const { StreamsGroupDescribe } = STREAMS_GROUP_EXCHANGES;
const hex = (text: string) => Buffer.from(text, "hex");

Deno.test("requests about groups are the bytes that Kafka's own client writes", () => {
  const written = [
    ...[3, 4, 5].map((version) => ListGroups.encode({}, version)),
    ConsumerGroupDescribe.encode({ groupIds: ["new", "ne"] }, 1),
    ShareGroupDescribe.encode({ groupIds: ["shared"] }, 1),
    StreamsGroupDescribe.encode({ groupIds: ["app"] }, 0),
    DescribeShareGroupOffsets.encode({ groupId: "shared" }, 1),
    AlterShareGroupOffsets.encode({
      groupId: "shared",
      topics: [{ topic: "t1", partitions: [{ partition: 2, offset: 2n ** 40n }] }],
    }, 0),
  ];
  assertEquals(written.map((bytes) => bytes.toString("hex")), [
    ...["0000", "000100", "00010100"],
    "0003046e6577036e650000",
    "0002077368617265640000",
    "0002046170700000",
    "000207736861726564000000",
    "00077368617265640203743102000000020000010000000000000000",
  ]);
});

Deno.test("ListGroups tells states from version 4 on, types from version 5 on", () => {
  const [third, fourth] = answers.OLD_LISTED.map((data, index) =>
    ListGroups.decode(data, 3 + index)
  );
  const readers = { groupId: "readers", protocolType: "consumer" };
  assertEquals(third, { errorCode: 0, groups: [readers] });
  assertEquals(fourth, { errorCode: 0, groups: [{ ...readers, state: "Empty" }] });
  assertEquals(ListGroups.decode(answers.LISTED, 5).groups, [
    { groupId: "jshare", protocolType: "share", state: "Stable", type: "share" },
    { groupId: "jold", protocolType: "consumer", state: "Stable", type: "classic" },
  ]);
});

Deno.test("ConsumerGroupDescribe tells what each member reads, not what it is about to", () => {
  const member = (memberId: string, clientId: string, ...partitions: number[]) => ({
    ...{ memberId, clientId, clientHost: "/127.0.0.1", assigned: [{ topic: "t1", partitions }] },
  });
  const [group, ...others] = ConsumerGroupDescribe.decode(answers.CONSUMER_GROUP, 1);
  assertEquals(others, []);
  assertEquals(group, {
    ...{ errorCode: 0, errorMessage: null, groupId: "cfnew", state: "Stable" },
    members: [
      member("VodtFZ6NQ4m8PBZIDorLkQ", "cf-a", 0, 1),
      member("ernKCFqaS9mwfkRT754qug", "cf-b", 2),
    ],
  });
  const [full, gone] = ConsumerGroupDescribe.decode(answers.FULL_CONSUMER_GROUP, 0);
  assertEquals(full, {
    ...{ errorCode: 0, errorMessage: null, groupId: "new", state: "Reconciling" },
    members: [{ ...member("m", "c", 0, 2), clientHost: "/::1" }],
  });
  assertEquals([gone?.groupId, gone?.errorCode, gone?.errorMessage, gone?.members], [
    ...["old", 69, "gone", []],
  ]);
});

Deno.test("ShareGroupDescribe tells which partitions each member takes records of", () => {
  const [group] = ShareGroupDescribe.decode(answers.SHARE_GROUP, 1);
  assertEquals([group?.groupId, group?.state], ["jshare", "Stable"]);
  assertEquals(
    group?.members.map(({ clientId, assigned }) => [clientId, assigned[0]?.partitions]),
    [["console-share-consumer", [1]], ["console-share-consumer", [0, 2]]],
  );
});

Deno.test("DescribeShareGroupOffsets tells how far a group is in each partition", () => {
  const { partitions, errorCode } = DescribeShareGroupOffsets.decode(answers.SHARE_OFFSETS, 1);
  const partition = (partition: number, startOffset: bigint, lag: bigint) => ({
    ...{ topic: "t1", partition, startOffset, lag, errorCode: 0, errorMessage: null },
  });
  assertEquals([errorCode, partitions], [0, [
    partition(0, 95n, 0n),
    partition(1, 105n, 0n),
    partition(2, -1n, -1n),
  ]]);
  const older =
    "0000000000020267020374319fb8c8e97725cfa6896a78332594489e02000000010000000000000005" +
    "0000000200000000000010066d6f7665640000";
  assertEquals(DescribeShareGroupOffsets.decode(hex(older), 0), {
    ...{ errorCode: 16, errorMessage: "moved", partitions: [partition(1, 5n, -1n)] },
  });
});

Deno.test("AlterShareGroupOffsets tells what it refuses, of a partition or of all", () => {
  const answer =
    "0000000000000000020374319fb8c8e97725cfa6896a78332594489e03000000020000000000000009" +
    "0003056e6f6e65000000";
  assertEquals(AlterShareGroupOffsets.decode(hex(answer), 0), {
    ...{ errorCode: 0, errorMessage: null },
    partitions: [
      { topic: "t1", partition: 2, errorCode: 0, errorMessage: null },
      { topic: "t1", partition: 9, errorCode: 3, errorMessage: "none" },
    ],
  });
  assertEquals(AlterShareGroupOffsets.decode(hex("000000000000440a6e6f7420656d7074790100"), 0), {
    ...{ errorCode: 68, errorMessage: "not empty", partitions: [] },
  });
});

Deno.test("StreamsGroupDescribe tells which topics' partitions a member's tasks read", () => {
  const [group] = StreamsGroupDescribe.decode(answers.STREAMS_GROUP, 0);
  assertEquals([group?.state, group?.members.map(({ assigned }) => assigned)], [
    "Stable",
    [[{ topic: "t1", partitions: [0, 1, 2] }]],
  ]);
  const [full, gone] = StreamsGroupDescribe.decode(answers.FULL_STREAMS_GROUP, 0);
  assertEquals(full?.members, [{
    ...{ memberId: "m", clientId: "c", clientHost: "/127.0.0.1" },
    assigned: [
      { topic: "app-repartition", partitions: [3] },
      { topic: "t1", partitions: [1] },
    ],
  }]);
  assertEquals([gone?.groupId, gone?.errorCode, gone?.members], ["other", 69, []]);
});
