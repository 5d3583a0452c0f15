import { assertEquals } from "@std/assert";
import { QUORUM_EXCHANGES } from "../../../../clients/kafka/protocol/quorum_requests.ts";
import {
  hasLostMajority,
  majorityOf,
  type Quorum,
  silentVoters,
  toQuorum,
} from "../../../../clients/kafka/quorum/quorum.ts";
import { OLD_QUORUMS, QUORUM } from "../protocol/_quorum_fixtures.ts";
import { node, quorumOf } from "./_quorums.ts";

const { DescribeQuorum } = QUORUM_EXCHANGES;
const describe = ({ voters, observers }: Quorum) =>
  [...voters, ...observers].map((
    { nodeId, lag, lastFetchMsAgo, lastCaughtUpMsAgo },
  ) => [nodeId, lag, lastFetchMsAgo, lastCaughtUpMsAgo]);

Deno.test("toQuorum() tells lag and times by what the leader has, not by our clock", () => {
  const quorum = toQuorum(DescribeQuorum.decode(QUORUM, 2));
  const { leaderId, epoch, highWatermark } = quorum;
  assertEquals([leaderId, epoch, highWatermark], [3, 11, 3366n]);
  assertEquals(describe(quorum), [
    [1, 0n, 372, 372],
    [2, 0n, 393, 393],
    [3, 0n, 0, 0],
    [4, 0n, 376, 376],
  ]);
  assertEquals(
    quorum.voters.map(({ directoryId, listeners }) => [directoryId, listeners[0]?.port]),
    [
      ["d1hcdirAAAAAAAAAAAAAAQ", 13392],
      ["d2hcdirAAAAAAAAAAAAAAg", 13393],
      ["d3hcdirAAAAAAAAAAAAAAw", 13394],
    ],
  );
});

Deno.test("toQuorum() says nothing of what the leader does not know", () => {
  const quorum = toQuorum(DescribeQuorum.decode(OLD_QUORUMS[1]!, 1));
  assertEquals(describe(quorum), [[1, 0n, 0, 0], [2, undefined, undefined, undefined]]);
  const [observer] = quorum.observers;
  assertEquals([observer?.logEndOffset, observer?.directoryId], [undefined, undefined]);
});

Deno.test("a quorum has lost its majority when too few voters ask its leader", () => {
  const three = (...silent: number[]) =>
    quorumOf([1, 2, 3].map((id) => node(id, silent.includes(id) ? 9000 : 400)));
  const lost = (quorum: Quorum) => [
    silentVoters(quorum).map(({ nodeId }) => nodeId),
    hasLostMajority(quorum),
  ];
  assertEquals(lost(three()), [[], false]);
  assertEquals(lost(three(2)), [[2], false]);
  assertEquals(lost(three(2, 3)), [[2, 3], true]);
  // Of itself a leader has no news.
  assertEquals(lost(three(1)), [[], false]);
  assertEquals([1, 2, 3, 4, 5].map(majorityOf), [1, 2, 2, 3, 3]);
});
