import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import { lagText } from "../../clients/lag_exporter/text.ts";
import type { MetricsChoice, Mode } from "../../infra/spec/mod.ts";
import { exporterConfigs } from "../../monitoring/exporter.ts";
import { BROKER_FAMILIES, TIMED_REQUESTS } from "../../monitoring/mbeans/broker.ts";
import { KRAFT_FAMILIES } from "../../monitoring/mbeans/kraft.ts";
import type { Asked, Family } from "../../monitoring/mbeans/family.ts";
import {
  FOR_OWN_DASHBOARDS,
  readersOf,
  wantedMetrics,
  wordsOf,
} from "../../monitoring/mbeans/wanted.ts";
import { ZOOKEEPER_FAMILIES } from "../../monitoring/mbeans/zookeeper.ts";
import { machineTest } from "../_machine.ts";

interface Rule {
  readonly pattern: string;
  readonly name: string;
  readonly cache: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A ZooKeeper, a broker of its cluster, and a node of KRaft. */
type Kind = "zookeeper" | "broker" | "node";
const KINDS = ["zookeeper", "broker", "node"] as const;
const FAMILIES = {
  zookeeper: ZOOKEEPER_FAMILIES,
  broker: BROKER_FAMILIES,
  node: [...BROKER_FAMILIES, ...KRAFT_FAMILIES],
};
const MODES = ["zookeeper", "kraft"] as const;
const modeOf = (kind: Kind): Mode => kind === "node" ? "kraft" : "zookeeper";

const configOf = (kind: Kind, metrics: MetricsChoice) =>
  parse(exporterConfigs(metrics, modeOf(kind))[kind === "node" ? "broker" : kind]) as {
    readonly rules: readonly Rule[];
    readonly includeObjectNames?: readonly string[];
    readonly excludeObjectNameAttributes?: Readonly<Record<string, readonly string[]>>;
  };

const rulesOf = (kind: Kind, metrics: MetricsChoice) => configOf(kind, metrics).rules;

/** The series that a rule makes of an attribute, as the agent does it; none: it does not match. */
function seriesOf({ pattern, name, labels = {} }: Rule, attribute: string): string | undefined {
  const groups = new RegExp(`^.*?${pattern}.*$`).exec(`${attribute}: `);
  if (!groups) return undefined;
  const fill = (text: string) => text.replace(/\$(\d)/g, (_, n) => groups[Number(n)]!);
  const all = Object.entries(labels).map(([key, value]) => `${fill(key)}=${fill(value)}`);
  return `${fill(name)}{${all.join()}}`.toLowerCase();
}

/** The series of the first rule that matches, which is the same whichever metrics are asked for. */
function series(kind: Kind, attribute: string): string | undefined {
  const [used, all] = (["used", "all"] as const).map((metrics) =>
    rulesOf(kind, metrics).map((rule) => seriesOf(rule, attribute)).find((one) => one !== undefined)
  );
  if (used !== undefined) assertEquals(used, all);
  return all;
}

Deno.test("exporterConfigs() caches every rule: a scrape without takes half a minute", () => {
  for (const kind of KINDS) {
    for (const metrics of ["used", "all"] as const) {
      assert(rulesOf(kind, metrics).length > 0);
      assertEquals(rulesOf(kind, metrics).filter(({ cache }) => !cache), []);
    }
  }
});

Deno.test("exporterConfigs() asks for every metric that dashboards, alerts and top read", async () => {
  const metricsOf = (families: readonly Family[]) => families.flatMap(({ metrics }) => metrics);
  const known = {
    zookeeper: new Set(metricsOf([...FAMILIES.zookeeper, ...FAMILIES.broker])),
    kraft: new Set(metricsOf(FAMILIES.node)),
  };
  const ofLag = new Set((await lagText(undefined, 0)).match(/(?<=# TYPE )\w+/g));
  for (const mode of MODES) {
    const isKnown = (word: string) => known[mode].has(word) || ofLag.has(word);
    const unknown = readersOf(mode).flatMap(({ from, expr }) =>
      wordsOf(expr)
        .filter((word) => /^(kafka|zookeeper)_/.test(word) && !isKnown(word))
        .map((word) => `${from}: ${word}`)
    );
    assertEquals(unknown, []);
    assert(readersOf(mode).length > 200);
  }
  // Neither is anything asked for that nobody reads.
  const wanted = wantedMetrics("zookeeper");
  assertEquals([...known.zookeeper].filter((metric) => !wanted.has(metric)), []);
  const wantedInKRaft = wantedMetrics("kraft");
  assertEquals(metricsOf(KRAFT_FAMILIES).filter((metric) => !wantedInKRaft.has(metric)), []);
  assertEquals(FOR_OWN_DASHBOARDS.filter((metric) => !known.zookeeper.has(metric)), []);
  const read = new Set(readersOf("zookeeper").flatMap(({ expr }) => wordsOf(expr)));
  assertEquals(FOR_OWN_DASHBOARDS.filter((metric) => read.has(metric)), []);
});

Deno.test("wordsOf() finds metrics, not what stands in quotes", () => {
  assertEquals(
    wordsOf('sum by (job) (rate(a_total{topic=~"b_c|\\"d"}[1m])) / on (x) e:f'),
    ["sum", "by", "job", "rate", "a_total", "topic", "m", "on", "x", "e:f"],
  );
});

/** Attributes, as rules see them, that the rule of `asked` is for. */
function attributesOf({ include: [bean], rules: [rule] }: Asked): string[] {
  const [domain, keys] = bean!.replaceAll("*", "1").split(":");
  const place = `${domain}<${keys!.replaceAll(",", ", ")}><>`;
  const [, choices, rest] = /><>(?:\(([^)]+)\))?(.*)$/.exec(rule!.pattern)!;
  return (choices ?? "").split("|").map((choice) => `${place}${choice}${rest}`);
}

Deno.test("every metric is made of an MBean that is asked, by one rule, and named as all are", () => {
  for (const kind of KINDS) {
    const { rules, includeObjectNames } = configOf(kind, "used");
    const wanted = wantedMetrics(modeOf(kind));
    const each = FAMILIES[kind].flatMap((family: Family) =>
      family.metrics.filter((metric) => wanted.has(metric)).map((metric) => ({
        metric,
        asked: family.ask(new Set([metric])),
      }))
    );
    for (const { metric, asked } of each) {
      assertEquals(asked.include.filter((bean) => !includeObjectNames!.includes(bean)), []);
      for (const attribute of attributesOf(asked)) {
        const made = rules.flatMap((rule) => seriesOf(rule, attribute) ?? []);
        assertEquals(made.length, 1, attribute);
        const [name] = made[0]!.split("{");
        // As the agent writes it: `-` is none of a name's letters, `_total` is a counter's ending.
        const plain = name!.replaceAll("-", "_");
        assert([plain, plain.replace(/_total$/, "")].includes(metric), `${attribute}: ${made}`);
        assertEquals(series(kind, attribute), made[0]);
      }
    }
  }
});

Deno.test("an MBean that no wanted metric is made of is not asked", () => {
  const [family] = BROKER_FAMILIES;
  assertEquals(family!.ask(new Set(["kafka_cluster_partition_underminisr"])).include, [
    "kafka.cluster:type=Partition,name=UnderMinIsr,topic=*,partition=*",
  ]);
  assertEquals(family!.ask(new Set(["up"])), { include: [], exclude: {}, rules: [] });
  const { includeObjectNames: asked } = configOf("broker", "used");
  const exact = "kafka.server:type=ReplicaManager,name=LeaderCount";
  assert(asked!.includes(exact));
  assertEquals(asked!.filter((bean) => bean.includes("LogEndOffset")), []);
});

Deno.test("of a histogram only the percentiles that are read are asked for, of each kind of request", () => {
  const { excludeObjectNameAttributes: left, includeObjectNames } = configOf("broker", "used");
  const bean = (name: string, request: string) =>
    `kafka.network:type=RequestMetrics,name=${name},request=${request}`;
  assertEquals(left![bean("TotalTimeMs", "Produce")], [
    ...["Count", "Min", "Max", "Mean", "StdDev"],
    ...["75thPercentile", "95thPercentile", "98thPercentile"],
  ]);
  assertEquals(left![bean("LocalTimeMs", "FetchFollower")]!.includes("99thPercentile"), false);
  assertEquals(left![bean("LocalTimeMs", "FetchFollower")]!.length, 10);
  // Left out by the names by which they are asked.
  const asked = includeObjectNames!.filter((one) => /RequestMetrics,name=\w+(Ms|Bytes),/.test(one));
  assertEquals(Object.keys(left!).sort(), asked.toSorted());
  assertEquals(asked.length, 8 * TIMED_REQUESTS.length);
});

machineTest("monitoring/README.md lists the metrics for dashboards of people's own", async () => {
  const text = await Deno.readTextFile(new URL("../../monitoring/README.md", import.meta.url));
  const [, list = ""] = /^## Metrics\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(text) ?? [];
  const listed = [...list.matchAll(/^- `(\w+)`/gm)].map(([, name]) => name);
  assertEquals(listed, [...FOR_OWN_DASHBOARDS]);
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

Deno.test("exporterConfigs() names the quorum's metrics, with KRaft only", () => {
  const epoch = "kafka.server<type=raft-metrics><>current-epoch";
  assertEquals(series("node", epoch), "kafka_server_raft_current-epoch{}");
  assertEquals(series("broker", epoch), undefined);
  assertEquals(
    series("node", "kafka.server<type=broker-metadata-metrics><>last-applied-record-lag-ms"),
    "kafka_server_broker_metadata_last-applied-record-lag-ms{}",
  );
  assertEquals(
    series("node", "kafka.server<type=SnapshotEmitter, name=LatestSnapshotGeneratedBytes><>Value"),
    "kafka_server_snapshotemitter_latestsnapshotgeneratedbytes{}",
  );
  // Of what only ZooKeeper's brokers have nothing is asked.
  const asked = configOf("node", "used").includeObjectNames!;
  assertEquals(asked.filter((bean) => /ZooKeeper|ChannelManager/.test(bean)), []);
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
