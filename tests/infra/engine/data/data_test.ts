import { assertEquals, assertRejects } from "@std/assert";
import { checkData } from "../../../../infra/engine/data/data.ts";
import { defineStack, Failure } from "../../../../infra/spec/mod.ts";
import { type FakeHost, fakeHost } from "../_fake_host.ts";

const stack = defineStack({});
const meta = (id: number, cluster = "AAA", version = 0) =>
  `#\nversion=${version}\nbroker.id=${id}\ncluster.id=${cluster}\n`;

/** A host with data of all brokers and ZooKeepers. */
function hostWithData(): FakeHost {
  const host = fakeHost();
  for (const id of [1, 2, 3]) {
    host.files.set(`/s/kafka/log/kafka${id}/log/meta.properties`, meta(id));
    host.files.set(`/s/zookeeper/data/zookeeper${id}/version-2/log.1`, "x");
  }
  return host;
}
const refusal = async (host: FakeHost, clusterId?: string) =>
  (await assertRejects(() => checkData(host, "/s", stack, { clusterId }), Failure)).message;

Deno.test("checkData() is content with no data, and with data that belongs together", async () => {
  await checkData(fakeHost(), "/s", stack);
  await checkData(hostWithData(), "/s", stack, { clusterId: "AAA" });
});

Deno.test("checkData() lets one broker or one ZooKeeper begin anew", async () => {
  const host = hostWithData();
  await host.remove("/s/kafka/log/kafka2");
  await host.remove("/s/zookeeper/data/zookeeper3");
  await checkData(host, "/s", stack, { clusterId: "AAA" });
});

Deno.test("checkData() refuses when the ZooKeepers' data is gone", async () => {
  const host = hostWithData();
  await host.remove("/s/zookeeper/data");
  assertEquals(
    await refusal(host),
    "The brokers have data of cluster AAA, but the ZooKeepers' data is gone (/s/zookeeper/data)",
  );
});

Deno.test("checkData() refuses when a majority of the ZooKeepers would begin anew", async () => {
  const host = hostWithData();
  await host.remove("/s/zookeeper/data/zookeeper1");
  await host.remove("/s/zookeeper/data/zookeeper2");
  assertEquals(
    await refusal(host),
    "The brokers have data of cluster AAA, but only 1 of 3 ZooKeepers has data (/s/zookeeper/data)",
  );
});

Deno.test("checkData() refuses when all brokers' data is gone from a cluster that was proven", async () => {
  const host = hostWithData();
  await host.remove("/s/kafka/log");
  assertEquals(
    await refusal(host, "AAA"),
    "ZooKeeper knows the topics of cluster AAA, but the brokers' data is gone (/s/kafka/log)",
  );
  // A first `up` that was interrupted looks the same, but was never proven.
  await checkData(host, "/s", stack);
});

Deno.test("checkData() refuses another cluster's, another broker's and KRaft's data", async () => {
  const host = hostWithData();
  host.files.set("/s/kafka/log/kafka2/log/meta.properties", meta(2, "BBB"));
  assertEquals(
    await refusal(host),
    "kafka2's data says that it belongs to cluster BBB, but the stack's cluster is AAA (by the other brokers' data)",
  );
  host.files.set("/s/kafka/log/kafka2/log/meta.properties", meta(3));
  assertEquals(
    await refusal(host),
    "kafka/log/kafka2/log holds the data of broker 3, not of broker 2",
  );
  host.files.set(
    "/s/kafka/log/kafka2/log/meta.properties",
    "version=1\nnode.id=2\ncluster.id=AAA\n",
  );
  assertEquals(
    await refusal(host),
    "/s/kafka/log/kafka2/log was written by Kafka in KRaft mode, this stack has ZooKeepers",
  );
});

Deno.test("checkData() refuses data of another cluster than the last proven one", async () => {
  assertEquals(
    await refusal(hostWithData(), "CCC"),
    "The data in /s/kafka belongs to cluster AAA, but /s/zookeeper to CCC",
  );
});

const hint = async (host: FakeHost, clusterId?: string) =>
  (await assertRejects(() => checkData(host, "/s", stack, { clusterId }), Failure)).hint;

Deno.test("checkData() names the odd broker by the record, and what only it has", async () => {
  const host = hostWithData();
  host.files.set("/s/kafka/log/kafka1/log/meta.properties", meta(1, "BBB"));
  for (const [id, names] of [[1, ["t-0", "t-1", "t-2.ab-delete"]], [2, ["t-1"]]] as const) {
    for (const name of names) host.files.set(`/s/kafka/log/kafka${id}/log/${name}/0.log`, "");
  }
  assertEquals(
    await refusal(host, "AAA"),
    "kafka1's data says that it belongs to cluster BBB, but the stack's cluster is AAA (by stack.json)",
  );
  assertEquals(
    await hint(host, "AAA"),
    "Is it another stack's? Put kafka1's own data back. Is it this stack's, and only the id is wrong?\n" +
      "/s/kafka/log/kafka1/log/meta.properties must say:\n  version=0\n  broker.id=1\n  cluster.id=AAA\n" +
      "Do not delete kafka/log/kafka1/log: only there are the records of 1 partition: t-0.",
  );
});

Deno.test("checkData() says what a damaged meta.properties must say", async () => {
  const host = hostWithData();
  for (const [text, lack] of [["", "cluster.id"], ["cluster.id=AAA\nversion=0\n", "broker.id"]]) {
    host.files.set("/s/kafka/log/kafka3/log/meta.properties", text!);
    assertEquals(
      await refusal(host),
      `kafka3's /s/kafka/log/kafka3/log/meta.properties is damaged: it has no ${lack}`,
    );
    assertEquals(
      await hint(host),
      "It must say:\n  version=0\n  broker.id=3\n  cluster.id=AAA\n" +
        "Each partition in kafka/log/kafka3/log has a replica on another broker.",
    );
  }
});

Deno.test("checkData() takes no side where two brokers differ and nobody knows", async () => {
  const host = hostWithData();
  await host.remove("/s/kafka/log/kafka3");
  host.files.set("/s/kafka/log/kafka1/log/meta.properties", meta(1, "BBB"));
  assertEquals(
    await refusal(host),
    "The brokers' data in /s/kafka/log belongs to several clusters (kafka1: BBB, kafka2: AAA)",
  );
});

Deno.test("checkData() counts the ZooKeepers of the ensemble that there was", async () => {
  const host = hostWithData();
  for (const id of [2, 3]) await host.remove(`/s/zookeeper/data/zookeeper${id}`);
  await checkData(host, "/s", stack, { ensemble: [1] });
  // What an empty server writes at its first start is no data.
  await host.remove("/s/zookeeper/data/zookeeper1/version-2/log.1");
  for (const name of ["snapshot.0", "currentEpoch", "acceptedEpoch"]) {
    host.files.set(`/s/zookeeper/data/zookeeper1/version-2/${name}`, "");
  }
  await assertRejects(() => checkData(host, "/s", stack, { ensemble: [1] }), Failure);
});
