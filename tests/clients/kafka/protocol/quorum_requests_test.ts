// The bytes are those of Kafka 4.4.0: requests as its Java client writes them, answers as its brokers
// gave them.
import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { QUORUM_EXCHANGES } from "../../../../clients/kafka/protocol/quorum_requests.ts";
import { OLD_QUORUMS, QUORUM, REFUSAL } from "./_quorum_fixtures.ts";

const { DescribeQuorum, AddRaftVoter, RemoveRaftVoter, DescribeCluster } = QUORUM_EXCHANGES;
const hex = (text: string) => Buffer.from(text, "hex");
const DIRECTORY = "n7jI6Xclz6aJangzJZRIng";

Deno.test("requests about the quorum are the bytes that Kafka's own client writes", () => {
  const listeners = [{ name: "CONTROLLER", host: "localhost", port: 40395 }];
  const voter = { voterId: 4, directoryId: DIRECTORY };
  const written = [
    DescribeQuorum.encode({}, 2),
    AddRaftVoter.encode({ ...voter, listeners }, 0),
    AddRaftVoter.encode({ ...voter, listeners }, 1),
    RemoveRaftVoter.encode(voter, 0),
    DescribeCluster.encode({ endpoints: "brokers" }, 0),
    DescribeCluster.encode({ endpoints: "brokers" }, 2),
    DescribeCluster.encode({ endpoints: "controllers" }, 1),
    DescribeCluster.encode({ endpoints: "controllers" }, 2),
  ];
  const added = "000000003a98000000049fb8c8e97725cfa6896a78332594489e020b434f4e54524f4c4c4552" +
    "0a6c6f63616c686f73749dcb00";
  assertEquals(written.map((bytes) => bytes.toString("hex")), [
    "0002135f5f636c75737465725f6d657461646174610200000000000000",
    `${added}00`,
    `${added}0100`,
    "0000000000049fb8c8e97725cfa6896a78332594489e00",
    "000000",
    "0000010100",
    "00000200",
    "0000020000",
  ]);
});

Deno.test("DescribeQuorum's answer tells of voters, observers and where the voters listen", () => {
  const voter = (replicaId: number, directoryId: string, at: bigint) => ({
    ...{ replicaId, directoryId, logEndOffset: 3366n },
    ...{ lastFetchTimestamp: at, lastCaughtUpTimestamp: at },
  });
  assertEquals(DescribeQuorum.decode(QUORUM, 2), {
    ...{ errorCode: 0, errorMessage: "", leaderId: 3, leaderEpoch: 11, highWatermark: 3366n },
    voters: [
      voter(1, "d1hcdirAAAAAAAAAAAAAAQ", 1795857268616n),
      voter(2, "d2hcdirAAAAAAAAAAAAAAg", 1795857268595n),
      voter(3, "d3hcdirAAAAAAAAAAAAAAw", 1795857268988n),
    ],
    observers: [voter(4, DIRECTORY, 1795857268612n)],
    nodes: [1, 2, 3].map((nodeId) => ({
      nodeId,
      listeners: [{ name: "CONTROLLER", host: "localhost", port: 13391 + nodeId }],
    })),
  });
});

Deno.test("DescribeQuorum's older answers lack times and directories", () => {
  const [first, second] = OLD_QUORUMS.map((bytes, version) =>
    DescribeQuorum.decode(bytes, version)
  );
  const known = { replicaId: 1, directoryId: "AAAAAAAAAAAAAAAAAAAAAA", logEndOffset: 300n };
  const at = (time: bigint) => ({ lastFetchTimestamp: time, lastCaughtUpTimestamp: time });
  const quorum = {
    ...{ errorCode: 0, errorMessage: null, leaderId: 1, leaderEpoch: 7, highWatermark: 299n },
    observers: [{ ...known, replicaId: 2, logEndOffset: -1n, ...at(-1n) }],
    nodes: [],
  };
  assertEquals(first, { ...quorum, voters: [{ ...known, ...at(-1n) }] });
  assertEquals(second, { ...quorum, voters: [{ ...known, ...at(1700000000000n) }] });
});

Deno.test("an error of DescribeQuorum is told, whether the quorum or the cluster has it", () => {
  const { errorCode, errorMessage, leaderId } = DescribeQuorum.decode(hex("00001f036e6f010100"), 2);
  assertEquals([errorCode, errorMessage, leaderId], [31, "no", -1]);
  const partition = "0000000102135f5f636c75737465725f6d6574616461746102" +
    "00000000" + "0006" + "00" + "ffffffff" + "00000000" + "0000000000000000" + "0101" + "00" +
    "00" + "01" + "00";
  const { errorCode: code, voters } = DescribeQuorum.decode(hex(partition), 2);
  assertEquals([code, voters], [6, []]);
});

Deno.test("the answer to a change of the voters says why it is refused", () => {
  assertEquals(RemoveRaftVoter.decode(REFUSAL, 0), {
    errorCode: 127,
    errorMessage:
      "Cannot remove voter ReplicaKey(id=2, directoryId=n7jI6Xclz6aJangzJZRIng) from the set of voters " +
      "[ReplicaKey(id=2, directoryId=d2hcdirAAAAAAAAAAAAAAg), ReplicaKey(id=1, " +
      "directoryId=d1hcdirAAAAAAAAAAAAAAQ), ReplicaKey(id=3, directoryId=d3hcdirAAAAAAAAAAAAAAw)]",
  });
  assertEquals(AddRaftVoter.decode(hex("000000000000000000"), 1), {
    errorCode: 0,
    errorMessage: null,
  });
});

Deno.test("DescribeCluster's answer tells which brokers are fenced", () => {
  const answer =
    "00000000000000000117513278316333526c636b6c6b4c575a766369316f5977000000010400000001" +
    "0a6c6f63616c686f737400003324000000000000020a6c6f63616c686f7374000033250000000000000" +
    "30a6c6f63616c686f7374000033260001008000000000";
  assertEquals(DescribeCluster.decode(hex(answer), 2), {
    ...{ errorCode: 0, errorMessage: null, clusterId: "Q2x1c3RlcklkLWZvci1oYw", controllerId: 1 },
    nodes: [1, 2, 3].map((nodeId) => ({
      ...{ nodeId, host: "localhost", port: 13091 + nodeId, fenced: nodeId === 3 },
    })),
  });
});
