import { assertEquals } from "@std/assert";
import type { Metadata, Partition } from "../../../../clients/kafka/cluster/metadata.ts";
import {
  missingBrokers,
  missingControllers,
  missingReplicas,
  unreachablePartitions,
} from "../../../../clients/kafka/proof/not_ready.ts";
import { node, quorumOf } from "../quorum/_quorums.ts";

function view(address: string, ids: number[], partitions: Partition[] = [], controllerId = 1) {
  const metadata: Metadata = {
    clusterId: "c",
    controllerId,
    brokers: ids.map((id) => ({ id, host: "h", port: id })),
    topics: [{ topic: "t", internal: false, partitions }],
    errors: [],
  };
  return { address, metadata };
}
const all = () => true;
const p = (partition: number, leader: number, replicas: number[], isr: number[]): Partition => ({
  partition,
  leader,
  replicas,
  isr,
});

Deno.test("missingBrokers() names the brokers that are not registered, and those that are", () => {
  const views = [view("a:1", [1, 3]), view("a:3", [1, 3])];
  assertEquals(missingBrokers(views, [1, 3]), undefined);
  assertEquals(
    missingBrokers(views, [1, 2, 3]),
    "broker 2 is not registered (registered: 1, 3)",
  );
  assertEquals(
    missingBrokers([view("a:1", [])], [1, 2]),
    "brokers 1, 2 are not registered (registered: none)",
  );
});

Deno.test("missingBrokers() says which broker has not heard of another yet", () => {
  assertEquals(
    missingBrokers([view("a:1", [1, 2]), view("a:2", [2])], [1, 2]),
    "broker 1 is not registered at a:2 (registered: 2)",
  );
});

Deno.test("missingBrokers() wants a controller in every view", () => {
  assertEquals(
    missingBrokers([view("a:1", [1]), view("a:2", [1], [], -1)], [1]),
    "no controller is elected (asked a:2)",
  );
});

Deno.test("missingBrokers() tells a fenced broker from one that has not registered", () => {
  const views = [view("a:1", [1])];
  assertEquals(
    missingBrokers(views, [1, 2], [2]),
    "broker 2 is fenced: not caught up yet, or frozen",
  );
  assertEquals(
    missingBrokers(views, [1, 2, 3, 4], [2, 3, 5]),
    "brokers 2, 3 are fenced: not caught up yet, or frozen",
  );
  assertEquals(missingBrokers(views, [1], [2]), undefined);
});

Deno.test("missingControllers() names who does not follow, and who lacks what the leader had", () => {
  const behind = { ...node(2, 400), logEndOffset: 99n };
  const look = (wanted: number[] | undefined, ...others: ReturnType<typeof node>[]) =>
    missingControllers(quorumOf([node(1, 0), ...others], [node(4, 400)]), {
      controllerIds: wanted,
      offset: 100n,
    });
  assertEquals(look(undefined, node(2, 400), node(3, 400)), undefined);
  assertEquals(
    look(undefined, node(2, 400), node(3, 60_000)),
    "controller 3 does not follow the quorum, which 1 leads",
  );
  assertEquals(
    look(undefined, behind),
    "controller 2 has not caught up with the quorum (offset 99 of 100)",
  );
  // One that is stopped on purpose is not waited for; one that does not vote has to follow too.
  assertEquals(look([1, 2, 4], node(2, 400), node(3, 60_000)), undefined);
  assertEquals(look([5], node(2, 400)), "controller 5 does not follow the quorum, which 1 leads");
  // Its disk is another now, and the vote is with the old one.
  assertEquals(
    look([4], node(4, 60_000, "gone")),
    "controller 4 votes with the directory gone, and runs with dir-4",
  );
});

Deno.test("missingReplicas() names partitions without a leader or out of sync", () => {
  const look = (...partitions: Partition[]) =>
    missingReplicas([view("a:1", [], partitions)], [1, 2, 3], all);
  assertEquals(look(p(0, 1, [1, 2, 3], [3, 2, 1])), undefined);
  assertEquals(look(p(0, -1, [1, 2], [])), "t-0 has no leader (replicas: 1, 2)");
  assertEquals(
    look(p(0, 1, [1, 2, 3], [1, 3]), p(1, 1, [1, 2], [1])),
    "t-0 is not in sync (in sync: 1, 3 of 1, 2, 3), and 1 more",
  );
});

Deno.test("missingReplicas() does not wait for a broker that is not to run", () => {
  const views = [view("a:1", [], [p(0, 1, [1, 2], [1]), p(1, -1, [2], [])])];
  assertEquals(missingReplicas(views, [1, 3], all), undefined);
});

Deno.test("missingReplicas() looks at every view, and only at the topics that are asked for", () => {
  const views = [view("a:1", [], []), view("a:2", [], [p(0, -1, [1], [])])];
  assertEquals(missingReplicas(views, [1], all), "t-0 has no leader (replicas: 1)");
  assertEquals(missingReplicas(views, [1], ({ topic }) => topic !== "t"), undefined);
});

Deno.test("unreachablePartitions() names those that are on none of the brokers, whichever lead", () => {
  const look = (...partitions: Partition[]) =>
    unreachablePartitions(view("a:1", [], partitions).metadata, [1, 2, 3]);
  assertEquals(look(p(0, 1, [1, 4], [1]), p(1, -1, [3], [])), undefined);
  assertEquals(
    look(p(0, 1, [1], [1]), p(1, -1, [4], [4]), p(2, -1, [5, 4], [])),
    "t-1 (replicas: 4), t-2 (replicas: 5, 4)",
  );
  const many = Array.from({ length: 8 }, (_, id) => p(id, -1, [4], []));
  assertEquals(look(...many)!.split(", ").at(-1), "t-4 (replicas: 4) and 3 more");
});

Deno.test("missingReplicas() waits for a topic that a broker cannot describe: it is not absent", () => {
  const { address, metadata } = view("a:1", [1]);
  const views = [{ address, metadata: { ...metadata, errors: [{ topic: "u", errorCode: 5 }] } }];
  assertEquals(missingReplicas(views, [1], all), "u cannot be described yet (error code 5)");
  assertEquals(missingReplicas(views, [1], ({ topic }) => topic !== "u"), undefined);
});
