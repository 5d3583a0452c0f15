import { assert, assertEquals } from "@std/assert";
import { toYaml } from "../../infra/render/yaml.ts";
import type { Mode } from "../../infra/spec/mod.ts";
import { alertRules, ALERTS, alertsOf, anchorOf } from "../../monitoring/alerts.ts";
import { machineTest } from "../_machine.ts";
import { type Case, KRAFT_CASES, type Series } from "./_kraft_alerts.ts";

const broker = (metric: string, labels = "") =>
  `${metric}{job="kafka",instance="kafka1"${labels && `,${labels}`}}`;
const zookeeper = (id: number) => `up{job="zookeeper",instance="zookeeper${id}"}`;
const ofBroker = { job: "kafka", instance: "kafka1" };
const CONTROLLER = "kafka_controller_kafkacontroller";
const controllers = (first: string, second: string) => ({
  [`${CONTROLLER}_activecontrollercount{job="kafka",instance="kafka1"}`]: first,
  [`${CONTROLLER}_activecontrollercount{job="kafka",instance="kafka2"}`]: second,
});
const heap = (used: string) => ({
  [broker("jvm_memory_used_bytes", 'area="heap"')]: used,
  [broker("jvm_memory_max_bytes", 'area="heap"')]: "100x20",
});
const ensemble = (...ups: string[]) =>
  Object.fromEntries(ups.map((up, index) => [zookeeper(index + 1), up]));
const lag = (samples: string) => ({
  'kafka_consumergroup_lag{consumergroup="g",topic="t",partition="0"}': samples,
});
/** ZooKeepers, some of which are in a quorum: only those have something to say of requests. */
const quorum = (...serve: string[]) => ({
  ...ensemble(...serve.map(() => "1x20")),
  ...Object.fromEntries(
    serve.map((
      samples,
      index,
    ) => [`zookeeper_outstandingrequests{instance="zookeeper${index + 1}"}`, samples]),
  ),
});
/** A ZooKeeper that answers 100 requests a minute, each within `ms` of the minute. */
const latency = (ms: (minute: number) => number) => {
  const averages: number[] = [ms(0)];
  let total = 0;
  for (let minute = 1; minute <= 20; minute++) {
    total += ms(minute);
    averages.push(total / minute);
  }
  return {
    'zookeeper_avgrequestlatency{instance="zookeeper1"}': averages.join(" "),
    'zookeeper_packetssent{instance="zookeeper1"}': "0+100x20",
  };
};
const elections = (samples: string) => ({
  [broker("kafka_controller_controllerstats_uncleanleaderelections_total")]: samples,
});
const exporter = (up: string, answers: string) => ({
  'up{job="kafka_lag",instance="lag_exporter"}': up,
  'kafka_lag_exporter_up{job="kafka_lag",instance="lag_exporter"}': answers,
});

const CASES: readonly Case[] = [
  ...KRAFT_CASES,
  {
    name: "KafkaBrokerDown",
    severity: "critical",
    fires: { [broker("up")]: "1x5 0x15" },
    labels: ofBroker,
    summary: "kafka1 is down",
    description: "kafka1 has answered no scrape for a minute (up is 0).",
    // The second is a restart: shorter than a minute.
    quiet: [{ [broker("up")]: "1x20" }, { [broker("up")]: "1x14 0" }],
  },
  {
    name: "KafkaControllerCount",
    severity: "critical",
    fires: controllers("1x20", "1x20"),
    labels: {},
    summary: "The cluster has 2 active controllers",
    description: "2 brokers say that they are the controller; it must be exactly one.",
    // One; moved to another broker; for a moment none.
    quiet: [
      controllers("0x20", "1x20"),
      controllers("1x10 stale", "0x10 1x10"),
      controllers("1x14 0", "0x15"),
    ],
  },
  {
    name: "KafkaControllerCount",
    severity: "critical",
    // All brokers are gone, and their series with them.
    fires: controllers("1x3 stale", "0x3 stale"),
    labels: {},
    summary: "The cluster has 0 active controllers",
    description: "0 brokers say that they are the controller; it must be exactly one.",
    quiet: [],
  },
  {
    name: "KafkaOfflinePartitions",
    severity: "critical",
    fires: { [broker(`${CONTROLLER}_offlinepartitionscount`)]: "0x5 3x15" },
    labels: {},
    summary: "3 partitions have no leader",
    description: "3 partitions can be neither written nor read.",
    quiet: [
      { [broker(`${CONTROLLER}_offlinepartitionscount`)]: "0x20" },
      { [broker(`${CONTROLLER}_offlinepartitionscount`)]: "0x14 3" },
    ],
  },
  {
    name: "KafkaUnderMinIsrPartitions",
    severity: "critical",
    fires: { [broker("kafka_server_replicamanager_underminisrpartitioncount")]: "2x20" },
    labels: ofBroker,
    summary: "Producers with acks=all are refused on kafka1",
    description:
      "2 partitions that kafka1 leads have fewer in-sync replicas than min.insync.replicas.",
    quiet: [
      { [broker("kafka_server_replicamanager_underminisrpartitioncount")]: "0x20" },
      { [broker("kafka_server_replicamanager_underminisrpartitioncount")]: "0x14 2" },
    ],
  },
  {
    name: "KafkaUnderReplicatedPartitions",
    severity: "warning",
    fires: { [broker("kafka_server_replicamanager_underreplicatedpartitions")]: "7x20" },
    labels: ofBroker,
    summary: "kafka1 leads under-replicated partitions",
    description: "7 partitions that kafka1 leads lack an in-sync replica.",
    // A broker that is restarted is back before five minutes are over.
    quiet: [{ [broker("kafka_server_replicamanager_underreplicatedpartitions")]: "0x11 7x3" }],
  },
  {
    name: "KafkaUncleanLeaderElection",
    severity: "critical",
    fires: elections("0x12 1x8"),
    labels: ofBroker,
    summary: "A replica that was not in sync became a leader: records are lost",
    description: "kafka1 counted 1 new unclean leader elections.",
    // It clears, though the counter stays; so it does where the counter began above 0.
    quiet: [elections("0x2 1x18"), elections("_x2 1x18"), elections("_x12 0x8")],
  },
  {
    name: "KafkaUncleanLeaderElection",
    severity: "critical",
    // Counted before the first scrape of a broker.
    fires: elections("_x12 2x8"),
    labels: ofBroker,
    summary: "A replica that was not in sync became a leader: records are lost",
    description: "kafka1 counted 2 new unclean leader elections.",
    quiet: [],
  },
  {
    name: "KafkaOfflineLogDirectory",
    severity: "critical",
    fires: { [broker("kafka_log_logmanager_offlinelogdirectorycount")]: "1x20" },
    labels: ofBroker,
    summary: "kafka1 cannot use a log directory",
    description: "1 log directories of kafka1 have failed.",
    quiet: [
      { [broker("kafka_log_logmanager_offlinelogdirectorycount")]: "0x20" },
      { [broker("kafka_log_logmanager_offlinelogdirectorycount")]: "0x14 1" },
    ],
  },
  {
    name: "KafkaRequestHandlersBusy",
    severity: "warning",
    fires: {
      [broker("kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent")]: "0.25x20",
    },
    labels: ofBroker,
    summary: "The request handlers of kafka1 are busy",
    description: "They are idle 25% of the time; below 30 % requests queue up.",
    quiet: [
      { [broker("kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent")]: "0.3x20" },
      // Just started: a rate of a minute that begins at 0.
      { [broker("kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent")]: "_x12 0 1" },
      // Busy for four minutes.
      {
        [broker("kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent")]:
          "1x10 0.25x4",
      },
    ],
  },
  {
    name: "KafkaNetworkProcessorsBusy",
    severity: "warning",
    fires: { [broker("kafka_network_socketserver_networkprocessoravgidlepercent")]: "0.1x20" },
    labels: ofBroker,
    summary: "The network processors of kafka1 are busy",
    description: "They are idle 10% of the time; below 30 % answers queue up.",
    quiet: [
      { [broker("kafka_network_socketserver_networkprocessoravgidlepercent")]: "0.3x20" },
      { [broker("kafka_network_socketserver_networkprocessoravgidlepercent")]: "1x10 0.1x4" },
    ],
  },
  {
    name: "JvmHeapFull",
    severity: "warning",
    fires: heap("95x20"),
    labels: { ...ofBroker, area: "heap" },
    summary: "The heap of kafka1 is almost full",
    description: "95% of the largest heap are used.",
    // At the limit; and full only until the collector comes.
    quiet: [heap("90x20"), heap("95x9 50 95x9")],
  },
  {
    name: "JvmGarbageCollection",
    severity: "warning",
    fires: { [broker("jvm_gc_collection_seconds_sum", 'gc="Copy"')]: "0+30x20" },
    labels: ofBroker,
    summary: "kafka1 spends its time collecting garbage",
    description: "50% of the time go into garbage collection.",
    quiet: [
      { [broker("jvm_gc_collection_seconds_sum", 'gc="Copy"')]: "0+12x20" },
      { [broker("jvm_gc_collection_seconds_sum", 'gc="Copy"')]: "0x11 30+30x3" },
    ],
  },
  {
    name: "ZooKeeperDown",
    severity: "critical",
    fires: ensemble("1x20", "1x20", "0x20"),
    labels: { job: "zookeeper", instance: "zookeeper3" },
    summary: "zookeeper3 is down",
    description: "zookeeper3 has answered no scrape for a minute (up is 0).",
    quiet: [ensemble("1x20", "1x20", "1x14 0")],
  },
  {
    name: "ZooKeeperQuorumLost",
    severity: "critical",
    fires: quorum("0x20", "0x20", "0x5 stale", "0x5 stale", "0x5 stale"),
    labels: {},
    summary: "The ensemble has no majority: topics and leaders cannot change",
    description: "2 ZooKeepers serve requests: no majority.",
    // The last is an election: shorter than half a minute.
    quiet: [
      quorum("0x20", "0x20", "0x5 stale"),
      quorum("0x20"),
      quorum("0x20", "0x14 stale", "0x14 stale"),
    ],
  },
  {
    name: "ZooKeeperQuorumLost",
    severity: "critical",
    // All run and answer scrapes, and none is in a quorum.
    fires: quorum("0x5 stale", "0x5 stale", "0x5 stale"),
    labels: {},
    summary: "The ensemble has no majority: topics and leaders cannot change",
    description: "0 ZooKeepers serve requests: no majority.",
    quiet: [],
  },
  {
    name: "ZooKeeperLatency",
    severity: "warning",
    fires: latency(() => 12.5),
    labels: { instance: "zookeeper1" },
    summary: "zookeeper1 answers slowly",
    description:
      "In 5 minutes a request took 12.5 ms on average; over 10 ms brokers may lose their sessions.",
    // At the limit; slow once, so that the average since the start is high; slow for four minutes;
    // nothing asked.
    quiet: [
      latency(() => 10),
      latency((minute) => minute < 5 ? 100 : 1),
      latency((minute) => minute > 11 ? 100 : 1),
      {
        'zookeeper_avgrequestlatency{instance="zookeeper1"}': "12.5x20",
        'zookeeper_packetssent{instance="zookeeper1"}': "100x20",
      },
    ],
  },
  {
    name: "ZooKeeperLatency",
    severity: "warning",
    // It was quick for long.
    fires: latency((minute) => minute > 6 ? 20 : 1),
    labels: { instance: "zookeeper1" },
    summary: "zookeeper1 answers slowly",
    description:
      "In 5 minutes a request took 20 ms on average; over 10 ms brokers may lose their sessions.",
    quiet: [],
  },
  {
    name: "ZooKeeperOutstandingRequests",
    severity: "warning",
    fires: { 'zookeeper_outstandingrequests{instance="zookeeper1"}': "11x20" },
    labels: { instance: "zookeeper1" },
    summary: "Requests wait at zookeeper1",
    description: "11 requests are outstanding; usual is none.",
    quiet: [
      { 'zookeeper_outstandingrequests{instance="zookeeper1"}': "10x20" },
      { 'zookeeper_outstandingrequests{instance="zookeeper1"}': "0x14 11" },
    ],
  },
  {
    name: "KafkaConsumerLag",
    severity: "warning",
    fires: lag("0+200x40"),
    at: "20m",
    labels: { consumergroup: "g", topic: "t" },
    summary: "g falls behind in t",
    description: "It has 4k records still to read, and they become more.",
    // Little; much, but less and less; much, and the same; much and more, but for four minutes.
    quiet: [lag("0+10x40"), lag("9000-100x40"), lag("9000x40"), lag("9000x15 9200+200x4")],
  },
  {
    name: "KafkaLagUnknown",
    severity: "warning",
    fires: exporter("1x20", "0x20"),
    labels: {},
    summary: "Consumer lag is not known",
    description: "The lag exporter, or what it asks of the brokers, does not answer (up is 0).",
    quiet: [exporter("1x20", "1x20")],
  },
  {
    name: "KafkaLagUnknown",
    severity: "warning",
    fires: exporter("1x5 0x15", "1x5 stale"),
    labels: {},
    summary: "Consumer lag is not known",
    description: "The lag exporter, or what it asks of the brokers, does not answer (up is 0).",
    quiet: [exporter("1x13 0", "1x13 stale")],
  },
  {
    name: "ScrapeSlow",
    severity: "warning",
    fires: { [broker("scrape_duration_seconds")]: "6x20" },
    labels: ofBroker,
    summary: "The metrics of kafka1 come slowly",
    description:
      "A scrape takes 6s; one that takes longer than 10 s, or than the interval, is given up.",
    quiet: [
      { [broker("scrape_duration_seconds")]: "5x20" },
      { [broker("scrape_duration_seconds")]: "1x10 6x4" },
    ],
  },
];

const RUNBOOK = "https://example.org/alerts.md";

/** The cases as `promtool test rules` reads them. */
function testFile(rules: string, mode: Mode): string {
  const test = (series: Series, at: string, name: string, expected: unknown[]) => ({
    interval: "1m",
    input_series: Object.entries(series).map(([series, values]) => ({ series, values })),
    alert_rule_test: [{ eval_time: at, alertname: name, exp_alerts: expected }],
  });
  return toYaml({
    rule_files: [rules],
    evaluation_interval: "15s",
    tests: CASES.filter(({ name }) => alertsOf(mode).some((one) => one.name === name)).flatMap((
      { name, severity, fires, at = "15m", labels, ...words },
    ) => [
      test(fires, at, name, [{
        exp_labels: { ...labels, severity },
        exp_annotations: {
          summary: words.summary,
          description: words.description,
          runbook_url: `${RUNBOOK}#${name.toLowerCase()}`,
        },
      }]),
      ...words.quiet.map((series) => test(series, at, name, [])),
    ]),
  });
}

async function promtool(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command("promtool", { args }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

const there = Deno.permissions.querySync({ name: "run" }).state === "granted" &&
  await promtool("--version").then(() => true, () => false);

for (const mode of there ? ["zookeeper", "kraft"] as const : []) {
  machineTest(
    `promtool: with ${mode} each alert fires when it should, with its words, and not before`,
    async () => {
      const dir = await Deno.makeTempDir();
      try {
        await Deno.writeTextFile(`${dir}/rules.yml`, alertRules(RUNBOOK, mode));
        await Deno.writeTextFile(`${dir}/test.yml`, testFile("rules.yml", mode));
        const checked = await promtool(
          "check",
          "rules",
          "--lint=all",
          "--lint-fatal",
          `${dir}/rules.yml`,
        );
        assertEquals(checked.code, 0, checked.text);
        const tested = await promtool("test", "rules", `${dir}/test.yml`);
        assertEquals(tested.code, 0, tested.text);
      } finally {
        await Deno.remove(dir, { recursive: true });
      }
    },
  );
}

if (!there) {
  Deno.test({
    name: "promtool: each alert fires when it should (ignored: promtool: not found)",
    ignore: true,
    fn: () => {},
  });
}

Deno.test("every alert has a case in which it fires, and one in which it does not", () => {
  for (const { name } of ALERTS) {
    const cases = CASES.filter((one) => one.name === name);
    assert(cases.length > 0 && cases.some(({ quiet }) => quiet.length > 0), name);
  }
  assertEquals(new Set(ALERTS.map(({ name }) => name)).size, ALERTS.length);
});

Deno.test("alertsOf() has the alerts of the mode, in one order", () => {
  const names = (mode: Mode) => alertsOf(mode).map(({ name }) => name);
  const ofOne = /^(ZooKeeper|KRaft|KafkaControllerCount$)/;
  const common = ALERTS.map(({ name }) => name).filter((name) => !ofOne.test(name));
  assertEquals(names("zookeeper").filter((name) => !ofOne.test(name)), common);
  assertEquals(names("kraft").filter((name) => !ofOne.test(name)), common);
  assertEquals(names("zookeeper").filter((name) => name.startsWith("KRaft")), []);
  assertEquals(
    names("kraft").filter((name) => ofOne.test(name)),
    names("kraft").filter((name) => name.startsWith("KRaft")),
  );
  assertEquals([names("zookeeper").length, names("kraft").length], [18, 20]);
});

Deno.test("every alert names its number and its severity's reason to wake somebody", () => {
  for (const { name, description, summary } of ALERTS) {
    assert(description.includes("{{ $value"), name);
    assert(summary.length < 80 && !summary.endsWith("."), name);
  }
});

machineTest("docs/alerts.md has a section for each alert, and for nothing else", async () => {
  const text = await Deno.readTextFile("docs/alerts.md");
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);
  assertEquals(headings, ALERTS.map(({ name }) => name));
  assertEquals(headings.map((heading) => heading.toLowerCase()), ALERTS.map(anchorOf));
});
