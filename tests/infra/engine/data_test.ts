import { assertEquals, assertRejects } from "@std/assert";
import { checkData } from "../../../infra/engine/data.ts";
import { defineStack, Failure } from "../../../infra/spec/mod.ts";
import { type FakeHost, fakeHost } from "./_fake_host.ts";

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
  (await assertRejects(() => checkData(host, "/s", stack, clusterId), Failure)).message;

Deno.test("checkData() is content with no data, and with data that belongs together", async () => {
  await checkData(fakeHost(), "/s", stack, undefined);
  await checkData(hostWithData(), "/s", stack, "AAA");
});

Deno.test("checkData() lets one broker or one ZooKeeper begin anew", async () => {
  const host = hostWithData();
  await host.remove("/s/kafka/log/kafka2");
  await host.remove("/s/zookeeper/data/zookeeper3");
  await checkData(host, "/s", stack, "AAA");
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
    "The brokers have data of cluster AAA, but only 1 ZooKeeper has data (/s/zookeeper/data)",
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
  await checkData(host, "/s", stack, undefined);
});

Deno.test("checkData() refuses another cluster's, another broker's and KRaft's data", async () => {
  const host = hostWithData();
  host.files.set("/s/kafka/log/kafka2/log/meta.properties", meta(2, "BBB"));
  assertEquals(
    await refusal(host),
    "kafka/log/kafka2/log belongs to cluster BBB, but kafka1's data to AAA",
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
