import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import { exporterConfigs } from "../../monitoring/exporter.ts";

interface Rule {
  readonly pattern: string;
  readonly name: string;
  readonly cache: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

const rulesOf = (kind: "zookeeper" | "broker") =>
  (parse(exporterConfigs()[kind]) as { rules: Rule[] }).rules;

/** The series that the first rule which matches makes of an attribute, as the agent does it. */
function series(kind: "zookeeper" | "broker", attribute: string): string | undefined {
  for (const { pattern, name, labels = {} } of rulesOf(kind)) {
    const groups = new RegExp(`^.*?${pattern}.*$`).exec(`${attribute}: `);
    if (!groups) continue;
    const fill = (text: string) => text.replace(/\$(\d)/g, (_, n) => groups[Number(n)]!);
    const all = Object.entries(labels).map(([key, value]) => `${fill(key)}=${fill(value)}`);
    return `${fill(name)}{${all.join()}}`.toLowerCase();
  }
}

Deno.test("exporterConfigs() caches every rule: a scrape without takes half a minute", () => {
  for (const kind of ["zookeeper", "broker"] as const) {
    assert(rulesOf(kind).length > 0);
    assertEquals(rulesOf(kind).filter(({ cache }) => !cache), []);
  }
});

Deno.test("exporterConfigs() names Kafka's metrics after their MBeans", () => {
  const of = (attribute: string) => series("broker", attribute);
  assertEquals(
    of("kafka.server<type=BrokerTopicMetrics, name=MessagesInPerSec><>Count"),
    "kafka_server_brokertopicmetrics_messagesin_total{}",
  );
  assertEquals(
    of("kafka.server<type=BrokerTopicMetrics, name=BytesInPerSec, topic=a-b><>Count"),
    "kafka_server_brokertopicmetrics_bytesin_total{topic=a-b}",
  );
  assertEquals(
    of("kafka.server<type=BrokerTopicMetrics, name=BytesInPerSec><>MeanRate"),
    undefined,
  );
  assertEquals(
    of("kafka.log<type=Log, name=Size, topic=t, partition=0><>Value"),
    "kafka_log_log_size{topic=t,partition=0}",
  );
  assertEquals(
    of("kafka.network<type=RequestMetrics, name=TotalTimeMs, request=Fetch><>999thPercentile"),
    "kafka_network_requestmetrics_totaltimems{request=fetch,quantile=0.999}",
  );
  assertEquals(
    of("kafka.network<type=RequestMetrics, name=TotalTimeMs, request=Fetch><>75thPercentile"),
    undefined,
  );
  assertEquals(
    of(
      "kafka.server<type=FetcherLagMetrics, name=ConsumerLag, clientId=R-0, topic=t, partition=1><>Value",
    ),
    "kafka_server_fetcherlagmetrics_consumerlag{clientid=r-0,topic=t,partition=1}",
  );
});

Deno.test("exporterConfigs() names what group coordinators count", () => {
  const of = (attribute: string) => series("broker", attribute);
  assertEquals(
    of("kafka.coordinator.group<type=GroupMetadataManager, name=NumGroupsStable><>Value"),
    "kafka_coordinator_group_numgroupsstable{}",
  );
  assertEquals(
    of("kafka.server<type=group-coordinator-metrics><>group-completed-rebalance-count"),
    "kafka_server_groupcoordinator_group-completed-rebalance_total{}",
  );
  assertEquals(
    of("kafka.server<type=group-coordinator-metrics><>group-completed-rebalance-rate"),
    undefined,
  );
});

Deno.test("exporterConfigs() names ZooKeeper's metrics, of an ensemble and of one alone", () => {
  const of = (attribute: string) => series("zookeeper", attribute);
  const bean = "org.apache.ZooKeeperService<name0=ReplicatedServer_id2";
  assertEquals(
    of(`${bean}, name1=replica.2, name2=Follower><>AvgRequestLatency`),
    "zookeeper_avgrequestlatency{server_id=2,member_type=follower}",
  );
  assertEquals(
    of(`${bean}, name1=replica.2, name2=Leader, name3=InMemoryDataTree><>NodeCount`),
    "zookeeper_inmemorydatatree_nodecount{server_id=2,member_type=leader}",
  );
  assertEquals(of(`${bean}><>QuorumSize`), "zookeeper_quorumsize{server_id=2}");
  assertEquals(
    of("org.apache.ZooKeeperService<name0=StandaloneServer_port2181><>OutstandingRequests"),
    "zookeeper_outstandingrequests{member_type=standalone}",
  );
});
