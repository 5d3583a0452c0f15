import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { TIMED_REQUESTS } from "../../monitoring/mbeans/broker.ts";
import { wantedMetrics } from "../../monitoring/mbeans/wanted.ts";
import { withProject } from "./_project.ts";
import { e2eTest, engineTest, type TestStack, withStack } from "./_stack.ts";

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

/** The names of the metrics that have series. */
const namesOf = (metrics: string) => [
  ...new Set(metrics.split("\n").flatMap((line) => /^(\w+)[{ ]/.exec(line)?.[1] ?? [])),
];

/** The kinds of request that a metric has series for. */
const labelsOf = (metrics: string, name: string) =>
  [
    ...new Set(
      [...metrics.matchAll(new RegExp(`^${name}\\{.*request="(\\w+)"`, "gm"))].map(([, of]) => of!),
    ),
  ].sort();

const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);

await e2eTest(
  "each ZooKeeper and broker serves its metrics at the original's port; tools do not",
  async (engine) => {
    await withStack({ engine, monitoring: true }, async (stack) => {
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

      // What is asked for is what is read: nothing else is served, and every kind of request that
      // came has its times, but for those of administrators.
      const wanted = wantedMetrics("zookeeper");
      const served = [...brokers, ...ensemble].flatMap(namesOf);
      assertEquals(
        served.filter((name) => /^(kafka|zookeeper)_/.test(name) && !wanted.has(name)),
        [],
      );
      for (const metrics of brokers) {
        const came = labelsOf(metrics, "kafka_network_requestmetrics_requests_total");
        const timed = labelsOf(metrics, "kafka_network_requestmetrics_totaltimems");
        assertEquals(timed, TIMED_REQUESTS.toSorted());
        assert(["Fetch", "Metadata", "UpdateMetadata"].every((request) => came.includes(request)));
      }

      // A tool that inherited the agent would die of the port that is taken.
      await stack.ok(
        ...["shell", "--", "kafka-topics", "--bootstrap-server", stack.shellServers, "--list"],
      );
      assertStringIncludes((await stack.ok("doctor")).stdout, "all 6 answer with metrics");
    });
  },
);

await engineTest(
  "native",
  "with metrics: all a service serves what it serves with used, under the same names, and more",
  async (engine) => {
    await withProject(async ({ root, edit }) => {
      const small = ["--brokers", "1"];
      await edit("count: 3,", "count: 1,");
      await withStack({ engine, root, args: small, monitoring: true }, async (stack) => {
        // Counted per kind of error, request and client: there once the first of it has come.
        const comes = /_(errors|requests)_total$/;
        const names = async () =>
          (await Promise.all([8082, 8180].map((port) => scrape(stack, port)))).flatMap(namesOf)
            .filter((name) => !comes.test(name));
        const used = await names();
        await edit("enabled: true,", 'enabled: true, metrics: "all",');
        const { stderr } = await stack.ok("up", ...small);
        assertStringIncludes(stderr, "restarts");
        const all = await names();
        assertEquals(used.filter((name) => !all.includes(name)), []);
        assert(all.includes("kafka_log_log_logendoffset"));
        assert(all.length > 1.3 * used.length, `${used.length} and ${all.length} metrics`);
      });
    });
  },
);
