import { assertEquals, assertRejects } from "@std/assert";
import { Rebalancing } from "../../../../clients/kafka/consumer/group_member.ts";
import type { Finder, TopicView } from "../../../../clients/kafka/consumer/topic_view.ts";
import { createTopicWatch, TopicDeleted } from "../../../../clients/kafka/consumer/topic_watch.ts";

const view = (count: number): TopicView => ({
  addresses: new Map([[1, "h:1"]]),
  partitions: count === 0 ? undefined : new Map(
    Array.from({ length: count }, (_, n) => [n, { leader: 1, leaderEpoch: 0, replicas: [1] }]),
  ),
});

Deno.test("createTopicWatch() tells partitions that were added, and a topic that is gone, back or another", async () => {
  const said: string[] = [];
  const views: TopicView[] = [];
  let committedIsGone = false;
  const watch = createTopicWatch({
    topic: "orders",
    finder: {
      view: () => Promise.resolve(views.length > 1 ? views.shift()! : views[0]!),
      skipLast: () => {},
    } as unknown as Finder,
    say: (line) => said.push(line),
    committedIsGone: () => Promise.resolve(committedIsGone),
    hasCommitted: () => true,
    signal: new AbortController().signal,
  });
  const look = async (partitions: number, ...seen: TopicView[]) => {
    views.splice(0, Infinity, ...seen);
    let wake: (unknownTopic: boolean) => void = () => {};
    return await watch.look({
      partitions,
      onView: () => {
        wake(false);
        return Promise.resolve(false);
      },
      onWake: (given) => wake = given,
      signal: new AbortController().signal,
    });
  };
  const added = await assertRejects(() => look(2, view(2), view(3)), Rebalancing);
  assertEquals([added instanceof TopicDeleted, said], [false, []]);
  // A broker that starts knows of no topic and of no broker.
  const starting = { addresses: new Map(), partitions: undefined };
  await assertRejects(() => look(2, starting, view(3)), Rebalancing);
  assertEquals(said, []);
  await assertRejects(() => look(3, view(0)), TopicDeleted);
  assertEquals([watch.isGone(), await watch.countPartitions()], [true, 0]);
  await assertRejects(() => look(0, view(0), view(1)), Rebalancing);
  assertEquals([watch.isGone(), said.splice(0)], [
    ...[false, ["Topic orders was deleted: waiting until there is one of this name again."]],
  ]);
  // Unknown for a moment, and what the group had committed is gone.
  committedIsGone = true;
  await assertRejects(() => look(1, view(0), view(1)), TopicDeleted);
  assertEquals(said.splice(0), [
    "Topic orders was deleted and created again: reading it from its beginning.",
  ]);
  await assertRejects(() => watch.checkMadeAnew(), TopicDeleted);
  committedIsGone = false;
  await watch.checkMadeAnew();
});
