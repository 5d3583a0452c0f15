import { assertEquals } from "@std/assert";
import { proveQuorum } from "../../../../clients/kafka/proof/prove_quorum.ts";
import { openWatch } from "../../../../clients/kafka/proof/watch.ts";
import type { Quorum } from "../../../../clients/kafka/quorum/quorum.ts";
import { node, quorumOf } from "../quorum/_quorums.ts";

const at = (nodeId: number, logEndOffset: bigint) => ({ ...node(nodeId, 0), logEndOffset });

async function prove(looks: (Quorum | Error)[]) {
  const said: string[] = [];
  const watch = openWatch({
    connection: { bootstrapServers: [] },
    onWait: (text) => said.push(text),
    signal: new AbortController().signal,
  });
  const quorum = () => {
    const look = looks.shift()!;
    return look instanceof Error ? Promise.reject(look) : Promise.resolve(look);
  };
  const { leaderId } = await proveQuorum({ ...watch, quorum }, undefined);
  watch.close();
  return { leaderId, said, left: looks.length };
}

Deno.test("proveQuorum() waits until all have what the leader had at first, and no longer", async () => {
  assertEquals(
    await prove([
      new Error("no leader"),
      quorumOf([at(1, 50n), at(2, 40n)]),
      // The leader goes on writing.
      quorumOf([at(1, 60n), at(2, 50n)]),
      quorumOf([at(1, 70n), at(2, 70n)]),
    ]),
    {
      leaderId: 1,
      said: ["no leader", "controller 2 has not caught up with the quorum (offset 40 of 50)"],
      left: 1,
    },
  );
});

Deno.test("proveQuorum() goes by what the leader of now has: it may be less", async () => {
  const next = { ...quorumOf([at(1, 45n), at(2, 45n)]), leaderId: 2, epoch: 4 };
  const { leaderId, left } = await prove([quorumOf([at(1, 50n), at(2, 40n)]), next]);
  assertEquals([leaderId, left], [2, 0]);
});
