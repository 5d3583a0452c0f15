import { assertEquals, assertRejects } from "@std/assert";
import type { Broker } from "../../../../clients/kafka/connection/broker.ts";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import type { VoterAnswer } from "../../../../clients/kafka/protocol/quorum_requests.ts";
import {
  addVoter,
  findListener,
  removeVoter,
} from "../../../../clients/kafka/quorum/change_voters.ts";
import { node, quorumOf } from "./_quorums.ts";

const [TIMED_OUT, NOT_LEADER, DUPLICATE_VOTER] = [7, 6, 126];
const LISTENER = { name: "CONTROLLER", host: "kafka4", port: 9395 };
const quorum = quorumOf([node(1, 0), node(2, 400)], [node(4, 400)]);

/** A broker that gives these answers, one after another, and what it was asked. */
function answering(...answers: (Partial<VoterAnswer> | Error)[]) {
  const asked: string[] = [];
  const broker = {
    address: "localhost:9092",
    supports: () => true,
    request: (name: string, { voterId, directoryId }: { voterId: number; directoryId: string }) => {
      asked.push(`${name} ${voterId} ${directoryId}`);
      const answer = answers.shift()!;
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ errorCode: 0, errorMessage: null, ...answer });
    },
    error: (code: number, message: string | null) => new Error(message ?? `code ${code}`),
  } as unknown as Broker;
  return { asked, fetched: { quorum, broker } };
}

const add = ({ fetched }: ReturnType<typeof answering>) =>
  addVoter(fetched, node(4, 400), LISTENER);

Deno.test("addVoter() asks again while the leader has not connected to the newcomer yet", async () => {
  const unreached = {
    errorCode: TIMED_OUT,
    errorMessage: "Aborted add voter operation for since API_VERSIONS returned an error " +
      "BROKER_NOT_AVAILABLE",
  };
  const quorum = answering(unreached, unreached, {});
  await add(quorum);
  assertEquals(quorum.asked, Array(3).fill("AddRaftVoter 4 dir-4"));
});

Deno.test("a change that may be committed later is told as not confirmed, others as refused", async () => {
  const gone = Object.assign(new Error("closed"), { name: "KafkaJSConnectionError" });
  const cases: [Partial<VoterAnswer> | Error, string][] = [
    [gone, "The quorum has not confirmed to add controller 4: no answer"],
    [
      { errorCode: NOT_LEADER },
      "The quorum has not confirmed to add controller 4: its leader has resigned meanwhile",
    ],
    [
      { errorCode: TIMED_OUT, errorMessage: "late" },
      "The quorum has not confirmed to add controller 4: late",
    ],
    [
      { errorCode: DUPLICATE_VOTER, errorMessage: "it votes" },
      "The quorum does not add controller 4: it votes",
    ],
  ];
  for (const [answer, message] of cases) {
    const error = await assertRejects(() => add(answering(answer)), ClientError);
    assertEquals(error.message, message);
  }
});

Deno.test("removeVoter() names the directory that votes, and asks once", async () => {
  const quorum = answering({});
  await removeVoter(quorum.fetched, node(2, 400, "lost"));
  assertEquals(quorum.asked, ["RemoveRaftVoter 2 lost"]);
});

Deno.test("findListener() asks the voters by their own addresses, and on the brokers' machine", async () => {
  const { fetched } = answering();
  const asked: string[] = [];
  const cluster = { errorCode: 0, nodes: [{ nodeId: 4, host: "kafka4", port: 9395 }] };
  const connect = (address: string) => {
    asked.push(address);
    if (address !== "localhost:2") return Promise.reject(new Error("unknown host"));
    return Promise.resolve({ request: () => Promise.resolve(cluster) } as unknown as Broker);
  };
  assertEquals(await findListener(fetched, node(4, 400), connect), LISTENER);
  assertEquals(asked, ["h:1", "localhost:1", "h:2", "localhost:2"]);
  const error = await assertRejects(
    () => findListener(fetched, node(5, 400), connect),
    ClientError,
  );
  assertEquals([error.message, error.hint], ["Node 5 is no controller", "Controllers: 4"]);
});
