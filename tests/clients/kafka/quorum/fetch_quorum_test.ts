import { assertEquals, assertRejects } from "@std/assert";
import type { Broker } from "../../../../clients/kafka/connection/broker.ts";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import { fetchQuorum, NoQuorum } from "../../../../clients/kafka/quorum/fetch_quorum.ts";

const NOT_LEADER = 6;

/** What an address answers: who leads, an error code, or nothing. */
type Node = { readonly leaderId?: number; readonly errorCode?: number; readonly kraft?: false };

/** Connects to nodes by address. Controllers know each other as c:1 and c:2. */
function connector(nodes: Readonly<Record<string, Node>>) {
  return (address: string): Promise<Broker> => {
    const node = nodes[address];
    if (!node) {
      const refused = { name: "KafkaJSConnectionError", broker: address };
      return Promise.reject(Object.assign(new Error("connect ECONNREFUSED"), refused));
    }
    const { leaderId = -1, errorCode = 0, kraft = true } = node;
    const replica = { replicaId: leaderId, directoryId: "d", logEndOffset: 5n };
    const quorum = {
      ...{ errorCode, errorMessage: null, leaderId, leaderEpoch: 1, highWatermark: 5n },
      voters: [{ ...replica, lastFetchTimestamp: 9n, lastCaughtUpTimestamp: 9n }],
      observers: [],
      nodes: [],
    };
    const cluster = {
      ...{ errorCode: 0, errorMessage: null, clusterId: "c", controllerId: leaderId },
      nodes: [1, 2].map((id) => ({ nodeId: id, host: "c", port: id, fenced: false })),
    };
    return Promise.resolve({
      address,
      supports: () => kraft,
      request: (name: string) => Promise.resolve(name === "DescribeQuorum" ? quorum : cluster),
      error: (code: number) => new Error(`code ${code}`),
    } as unknown as Broker);
  };
}

const ask = (addresses: string[], nodes: Record<string, Node>) =>
  fetchQuorum(addresses, connector(nodes));

Deno.test("fetchQuorum() takes the answer of whoever tells, and says who that was", async () => {
  const { quorum, broker } = await ask(["b:1", "b:2"], { "b:2": { leaderId: 2 } });
  assertEquals([quorum.leaderId, broker.address], [2, "b:2"]);
});

Deno.test("fetchQuorum() is led from a controller that does not lead to the one that does", async () => {
  const { quorum, broker } = await ask(["c:1"], {
    "c:1": { leaderId: 2, errorCode: NOT_LEADER },
    "c:2": { leaderId: 2 },
  });
  assertEquals([quorum.leaderId, broker.address], [2, "c:2"]);
});

Deno.test("fetchQuorum() finds a leader whose name means nothing here at the same machine", async () => {
  const { broker } = await ask(["localhost:1"], {
    "localhost:1": { leaderId: 2, errorCode: NOT_LEADER },
    "localhost:2": { leaderId: 2 },
  });
  assertEquals(broker.address, "localhost:2");
});

Deno.test("fetchQuorum() tells of each whom it asked why there is no answer: exit code 3", async () => {
  const error = await assertRejects(
    () => ask(["b:1", "c:1", "b:2"], { "c:1": { errorCode: NOT_LEADER }, "b:2": { errorCode: 7 } }),
    ClientError,
  );
  assertEquals(error.exitCode, 3);
  assertEquals(
    error.message,
    "The leader of the quorum of controllers does not answer (b:1: connection refused; " +
      "c:1: no leader is elected; b:2: code 7)",
  );
});

Deno.test("fetchQuorum() says that a cluster in ZooKeeper mode has no quorum", async () => {
  await assertRejects(() => ask(["b:1", "b:2"], { "b:2": { kraft: false } }), NoQuorum);
  // While brokers are moved to KRaft one by one, those tell that are there.
  const both = { "b:1": { kraft: false as const }, "b:2": { leaderId: 3 } };
  assertEquals((await ask(["b:1", "b:2"], both)).quorum.leaderId, 3);
});
