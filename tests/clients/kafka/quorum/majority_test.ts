import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import { checkAddition, checkRemoval } from "../../../../clients/kafka/quorum/majority.ts";
import { node, quorumOf } from "./_quorums.ts";

const RUNS = 400;
const DEAD = 60_000;
const three = (...dead: number[]) =>
  [1, 2, 3].map((id) => node(id, dead.includes(id) ? DEAD : RUNS));

function refused(work: () => unknown, text: string, hint: string) {
  const error = assertThrows(work, ClientError);
  assertEquals(error.message, text);
  assertStringIncludes(error.hint ?? "", hint);
}

Deno.test("checkRemoval() lets go who is dead, and keeps who is needed", () => {
  const quorum = quorumOf(three(3));
  assertEquals(checkRemoval(quorum, { nodeId: 3 }).directoryId, "dir-3");
  refused(
    () => checkRemoval(quorum, { nodeId: 2 }),
    "Without controller 2 the majority would be lost: 2 of 2 voters must run, and 3 does not",
    "Nothing was changed",
  );
  assertEquals(checkRemoval(quorumOf(three()), { nodeId: 1 }).nodeId, 1);
  const five = quorumOf([...three(2, 3), node(4, RUNS), node(5, RUNS)]);
  refused(
    () => checkRemoval(five, { nodeId: 4 }),
    "Without controller 4 the majority would be lost: 3 of 4 voters must run, and 2, 3 do not",
    "deno task status",
  );
});

Deno.test("checkRemoval() refuses the only voter, and who is none", () => {
  refused(
    () => checkRemoval(quorumOf([node(1, 0)]), { nodeId: 1 }),
    "Controller 1 is the only voter: without it there is no cluster",
    "deno task quorum:add",
  );
  refused(
    () => checkRemoval(quorumOf(three()), { nodeId: 4 }),
    "Controller 4 is no voter of the quorum",
    "Voters: 1, 2, 3",
  );
  refused(
    () => checkRemoval(quorumOf(three()), { nodeId: 3, directoryId: "other" }),
    "Controller 3 with directory other is no voter of the quorum",
    "Voters: 1, 2, 3",
  );
});

Deno.test("checkAddition() takes an observer that follows, and keeps the majority", () => {
  assertEquals(checkAddition(quorumOf(three(3), [node(4, RUNS)]), { nodeId: 4 }).nodeId, 4);
  refused(
    () => checkAddition(quorumOf(three(2, 3), [node(4, RUNS)]), { nodeId: 4 }),
    "With controller 4 the majority would be lost: 3 of 4 voters must run, and 2, 3 do not",
    "Nothing was changed",
  );
  const gone = quorumOf(three(), [node(4, DEAD), node(5, RUNS)]);
  refused(
    () => checkAddition(gone, { nodeId: 4 }),
    "Controller 4 does not follow the quorum",
    "Observers: 5.",
  );
  refused(
    () => checkAddition(gone, { nodeId: 6 }),
    "Controller 6 does not follow the quorum",
    "Start it first",
  );
});

Deno.test("checkAddition() tells a voter from one whose directory is another now", () => {
  refused(
    () => checkAddition(quorumOf(three()), { nodeId: 3 }),
    "Controller 3 is a voter already",
    "",
  );
  refused(
    () => checkAddition(quorumOf(three(3), [node(3, RUNS, "new")]), { nodeId: 3 }),
    "Controller 3 is a voter with the directory dir-3, which is gone: it runs with new",
    "deno task quorum:remove --controller-id 3 --controller-directory-id dir-3",
  );
});

Deno.test("checkAddition() takes the directory that runs where another is remembered", () => {
  const quorum = quorumOf(three(), [node(4, DEAD, "old"), node(4, RUNS, "new")]);
  assertEquals(checkAddition(quorum, { nodeId: 4 }).directoryId, "new");
  assertEquals(checkAddition(quorum, { nodeId: 4, directoryId: "new" }).directoryId, "new");
  refused(
    () => checkAddition(quorum, { nodeId: 4, directoryId: "old" }),
    "Controller 4 with directory old does not follow the quorum",
    "Start it first",
  );
});
