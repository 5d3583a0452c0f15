import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { checkVoters, matchVoters } from "../../../../infra/engine/data/voters.ts";
import { Failure, type StackSpec } from "../../../../infra/spec/mod.ts";
import { contextOf, DIR, newHost } from "../_fake_stack.ts";

/** A stack in KRaft mode whose quorum was proven with these voters. */
async function kraft(proven: readonly number[], spec: StackSpec = {}) {
  const host = newHost();
  for (const id of [1, 2, 3]) {
    host.files.set(`${DIR}/kafka/log/kafka${id}/log/meta.properties`, `directory.id=d${id}\n`);
  }
  const context = await contextOf(host, { mode: "kraft", ...spec });
  const ports = Object.fromEntries(proven.map((id) => [id, 9391 + id]));
  const asked: (readonly (readonly [number, string])[])[] = [];
  let failures = 0;
  const changeVoters = (
    voters: ReadonlyMap<number, string>,
    changed: (line: string) => void,
  ) => {
    if (asked.push([...voters]) === 1) {
      changed("controller 2 no longer votes from its lost directory");
    }
    if (failures-- > 0) return Promise.reject(new Failure("no leader is elected"));
    changed("controller 2 votes now");
    return Promise.resolve();
  };
  const fail = (times: number) => failures = times;
  const storage = { clusterId: "CCC", ports };
  const kraft = { storage, changeVoters, renderWith: () => context.rendered };
  return { host, asked, fail, context: { ...context, kraft } };
}

Deno.test("matchVoters() wants each controller with its directory, and says what was changed", async () => {
  const { host, context, asked, fail } = await kraft([1, 2, 3]);
  fail(2);
  await matchVoters(context, 10_000);
  assertEquals(asked[2], [[1, "d1"], [2, "d2"], [3, "d3"]]);
  assertEquals(host.log.filter((line) => line.startsWith("say")), [
    "say controller 2 no longer votes from its lost directory",
    "say controller 2 votes now",
  ]);
});

Deno.test("matchVoters() says at its time-out what the quorum said last", async () => {
  const { context, fail } = await kraft([1, 2, 3]);
  fail(Infinity);
  const { message } = await assertRejects(() => matchVoters(context, 1000), Failure);
  assertEquals(
    message,
    "The controllers that vote are not those of the stack: no leader is elected",
  );
});

Deno.test("checkVoters() lets voters leave only while something runs that they can tell", async () => {
  const { context } = await kraft([1, 2, 3], { brokers: { count: 1 } });
  checkVoters(context, true);
  const { message, hint } = assertThrows(() => checkVoters(context, false), Failure);
  assertEquals(
    message,
    "kafka2, kafka3 vote in the quorum of this cluster, and would leave while nothing runs",
  );
  assertEquals(hint!.includes("(brokers.count)"), true);
});

Deno.test("checkVoters() refuses controllers of their own for combined nodes with data", async () => {
  const { context } = await kraft([1, 2, 3], { controllers: { count: 1 } });
  const { message } = assertThrows(() => checkVoters(context, true), Failure);
  assertEquals(
    message,
    "kafka1, kafka2, kafka3 vote in the quorum of this cluster, and would be brokers only",
  );
  checkVoters((await kraft([], { controllers: { count: 1 } })).context, false);
});
