import { assertEquals, assertRejects } from "@std/assert";
import { checkData, type KnownData } from "../../../../infra/engine/data/data.ts";
import { readMetas } from "../../../../infra/engine/data/metas.ts";
import { defineStack, Failure, type StackSpec } from "../../../../infra/spec/mod.ts";
import { type FakeHost, fakeHost } from "../_fake_host.ts";

const meta = (id: number, cluster = "AAA") =>
  `#\nnode.id=${id}\ndirectory.id=dir${id}\nversion=1\ncluster.id=${cluster}\n`;
const placeOf = (name: string) => `/s/kafka/log/${name}/log`;

/** A host with the data of these nodes. */
function hostWith(nodes: Readonly<Record<string, number>>): FakeHost {
  const host = fakeHost();
  for (const [name, id] of Object.entries(nodes)) {
    host.files.set(`${placeOf(name)}/meta.properties`, meta(id));
    host.files.set(`${placeOf(name)}/__cluster_metadata-0/00000000000000000000.log`, "x");
  }
  return host;
}
const THREE = { kafka1: 1, kafka2: 2, kafka3: 3 };
const KRAFT: StackSpec = { mode: "kraft" };
const ISOLATED: StackSpec = { mode: "kraft", controllers: {}, brokers: { count: 2 } };

const check = (host: FakeHost, known?: KnownData, spec = KRAFT) =>
  checkData(host, "/s", defineStack(spec), known);
const refusal = async (...args: Parameters<typeof check>) => {
  const { message, hint } = await assertRejects(() => check(...args), Failure);
  return [message, hint];
};

Deno.test("checkData() is content with KRaft's data that belongs together", async () => {
  await check(fakeHost());
  await check(hostWith(THREE), { clusterId: "AAA" });
  const isolated = { controller1: 101, controller2: 102, controller3: 103, kafka1: 1, kafka2: 2 };
  await check(hostWith(isolated), { clusterId: "AAA" }, ISOLATED);
  // One of three may begin anew.
  await check(hostWith({ kafka1: 1, kafka3: 3 }), { clusterId: "AAA" });
});

Deno.test("readMetas() reads what the nodes say of themselves", async () => {
  const [first] = await readMetas(hostWith(THREE), "/s", defineStack(KRAFT));
  const { node, ...others } = first!;
  assertEquals([node.name, others], ["kafka1", {
    clusterId: "AAA",
    version: "1",
    nodeId: "1",
    directoryId: "dir1",
  }]);
});

Deno.test("checkData() refuses data that was written with ZooKeeper, and says how to go on", async () => {
  const host = hostWith(THREE);
  host.files.set(
    `${placeOf("kafka2")}/meta.properties`,
    "version=0\nbroker.id=2\ncluster.id=AAA\n",
  );
  assertEquals(await refusal(host), [
    "/s/kafka/log/kafka2/log was written by Kafka with ZooKeeper, this stack has none",
    "Start it in that mode: deno task up --mode zookeeper\nOr choose another directory with --dir.",
  ]);
});

Deno.test("checkData() refuses a node of another cluster, and another node's data", async () => {
  const host = hostWith(THREE);
  host.files.set(`${placeOf("kafka2")}/meta.properties`, meta(2, "BBB"));
  const [message, hint] = await refusal(host);
  assertEquals(
    message,
    "kafka2's data says that it belongs to cluster BBB, but the stack's cluster is AAA " +
      "(by the other nodes' data)",
  );
  assertEquals(
    hint!.includes("version=1\n  node.id=2\n  cluster.id=AAA\n  directory.id=dir2\n"),
    true,
    hint,
  );
  host.files.set(`${placeOf("kafka2")}/meta.properties`, meta(3));
  assertEquals(
    (await refusal(host))[0],
    "kafka/log/kafka2/log holds the data of broker 3, not of broker 2",
  );
  const isolated = hostWith({ controller1: 102, controller2: 102, controller3: 103 });
  assertEquals(
    (await refusal(isolated, {}, ISOLATED))[0],
    "kafka/log/controller1/log holds the data of controller 102, not of controller 101",
  );
});

Deno.test("checkData() refuses the data of another cluster than the stack's", async () => {
  assertEquals(
    (await refusal(hostWith(THREE), { clusterId: "CCC" }))[0], //
    "The data in /s/kafka/log belongs to cluster AAA, but this stack is cluster CCC",
  );
});

Deno.test("checkData() refuses to start a quorum whose majority has forgotten all", async () => {
  const one = hostWith({ kafka2: 2 });
  assertEquals(
    (await refusal(one))[0],
    "There is data of cluster AAA, but only 1 of 3 controllers has its own (/s/kafka/log)",
  );
  // The quorum was one of kafka1 alone, or has not begun.
  await check(hostWith({ kafka1: 1 }), { ensemble: [1] });
  await check(one, { ensemble: [] });
  assertEquals(
    (await refusal(hostWith({ kafka1: 1, kafka2: 2 }), {}, ISOLATED))[0],
    "There is data of cluster AAA, but the controllers' is gone (/s/kafka/log)",
  );
});

Deno.test("checkData() refuses brokers as controllers where the controllers have the metadata", async () => {
  assertEquals(
    (await refusal(hostWith({ ...THREE, controller2: 102 })))[0],
    "The cluster's metadata is in /s/kafka/log/controller2/log, but this stack has no controllers " +
      "of their own",
  );
});

Deno.test("checkData() refuses data without meta.properties, which would be formatted", async () => {
  const host = hostWith(THREE);
  host.files.delete(`${placeOf("kafka3")}/meta.properties`);
  const own = "/s/kafka/log/kafka3/log";
  assertEquals(await refusal(host), [
    `kafka3 has data in ${own}, but its meta.properties is gone`,
    `Put ${own}/meta.properties back. Or set the directory aside, and kafka3 begins with what the ` +
    `others have: mv ${own} ${own}.set-aside`,
  ]);
  // What an interrupted format leaves is no data.
  const cut = hostWith({ kafka1: 1, kafka2: 2 });
  cut.files.set(`${own}/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint`, "");
  await check(cut);
});
