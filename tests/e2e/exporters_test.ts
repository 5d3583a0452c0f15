import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { e2eTest, type TestStack, withStack } from "./_stack.ts";

/** The metrics of a service, by its exporter's port before the offset. */
async function scrape({ portOffset }: TestStack, port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port + portOffset}/metrics`);
  assertEquals(response.status, 200);
  return await response.text();
}

/** The value of the one series that begins so. */
function value(metrics: string, series: string): number {
  const found = metrics.split("\n").filter((line) => line.startsWith(series));
  assertEquals(found.length, 1, `${series}: ${found.join("\n")}`);
  return Number(found[0]!.split(" ").pop());
}

const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);

await e2eTest(
  "each ZooKeeper and broker serves its metrics at the original's port; tools do not",
  async (engine) => {
    await withStack({ engine }, async (stack) => {
      await stack.ok("topic:create");
      await stack.ok("produce", { stdin: "a\nb\nc\n" });
      const brokers = await Promise.all([8082, 8083, 8084].map((port) => scrape(stack, port)));
      const ensemble = await Promise.all([8180, 8280, 8380].map((port) => scrape(stack, port)));
      const ofAll = (series: string) => sum(brokers.map((metrics) => value(metrics, series)));

      assertEquals(ofAll("kafka_controller_kafkacontroller_activecontrollercount"), 1);
      assertEquals(ofAll("kafka_server_replicamanager_underreplicatedpartitions"), 0);
      const records = brokers.flatMap((metrics) =>
        metrics.split("\n").filter((line) =>
          line.startsWith('kafka_server_brokertopicmetrics_messagesin_total{topic="test-topic"')
        ).map((line) => Number(line.split(" ").pop()))
      );
      assertEquals(sum(records), 3);
      for (const metrics of brokers) {
        assert(value(metrics, "kafka_server_replicamanager_leadercount") > 0);
        assertEquals(value(metrics, "kafka_server_kafkaserver_brokerstate"), 3);
        assert(value(metrics, 'jvm_memory_used_bytes{area="heap"}') > 0);
        assert(value(metrics, "process_cpu_seconds_total") > 0);
        assertStringIncludes(
          metrics,
          'kafka_network_requestmetrics_totaltimems{quantile="0.99",request="Metadata"}',
        );
        const idle = "kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent ";
        // A rate of a minute: 0 for a start.
        assert(value(metrics, idle) >= 0);
      }
      const roles = ensemble.map((metrics) =>
        /zookeeper_numaliveconnections\{member_type="(\w+)"/.exec(metrics)?.[1]
      );
      assertEquals(roles.sort(), ["Follower", "Follower", "Leader"]);
      for (const metrics of ensemble) {
        assertEquals(value(metrics, "zookeeper_quorumsize"), 3);
        assert(/^zookeeper_inmemorydatatree_nodecount\{\S+ [1-9]/m.test(metrics));
      }

      // A tool that inherited the agent would die of the port that is taken.
      await stack.ok(
        ...["shell", "--", "kafka-topics", "--bootstrap-server", stack.shellServers, "--list"],
      );
      assertStringIncludes((await stack.ok("doctor")).stdout, "all 6 answer with metrics");
    });
  },
);
