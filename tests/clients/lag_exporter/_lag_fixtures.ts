// A lag as a collection finds it.
import type { Lag } from "../../../clients/kafka/groups/lag.ts";
import type { GroupDescription, GroupMember } from "../../../clients/kafka/groups/groups.ts";

export const member: GroupMember = {
  memberId: "m-1",
  clientId: "consumer",
  host: "127.0.0.1",
  partitions: [{ topic: "orders", partition: 0 }, { topic: "orders", partition: 1 }],
};

export const readers: GroupDescription = {
  group: "readers",
  type: "consumer",
  state: "Stable",
  coordinator: { id: 1, host: "kafka1", port: 9092 },
  members: [member],
  offsets: [
    {
      topic: "orders",
      partition: 0,
      ...{ committed: 7n, logStart: 2n, logEnd: 10n, lag: 3n, position: "inside" },
      member,
    },
    // Read, but nothing is committed.
    {
      topic: "orders",
      partition: 1,
      ...{ committed: undefined, logStart: 0n, logEnd: 4n, lag: undefined, position: undefined },
      member,
    },
    // Without a leader.
    {
      topic: "orders",
      partition: 2,
      committed: 5n,
      logStart: undefined,
      logEnd: undefined,
      position: "no-leader",
      lag: undefined,
      member: undefined,
    },
  ],
};

export const lag: Lag = {
  gaps: [],
  groups: [readers],
  topics: [{
    topic: "orders",
    partitions: [
      { topic: "orders", partition: 0, oldest: 2n, logEnd: 10n },
      { topic: "orders", partition: 1, oldest: 0n, logEnd: 4n },
      { topic: "orders", partition: 2, oldest: undefined, logEnd: undefined },
    ],
  }],
};
