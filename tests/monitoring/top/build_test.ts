import { assert, assertEquals } from "@std/assert";
import { parseMetrics } from "../../../monitoring/top/metrics.ts";
import { ratesOf } from "../../../monitoring/top/rates.ts";
import { advance, historyKey } from "../../../monitoring/top/state.ts";
import { afterBoth, BEGIN, changed, metricsOf, roundOf } from "./_rounds.ts";

Deno.test("ratesOf() divides what came by the time", () => {
  assertEquals(ratesOf({ a: 10, b: 5 }, { a: 30, b: 5 }, 2), { a: 10, b: 0 });
});

Deno.test("ratesOf() counts from 0 what began anew or is new, and never falls below 0", () => {
  assertEquals(ratesOf<"a" | "b">({ a: 100 }, { a: 30, b: 8 }, 2), { a: 15, b: 4 });
});

Deno.test("ratesOf() knows nothing without readings before, or without time between", () => {
  assertEquals(ratesOf(undefined, { a: 1 }, 2), {});
  assertEquals(ratesOf({ a: 0 }, { a: 1 }, 0), {});
});

Deno.test("the first round has states and sizes, and no rates yet", () => {
  const { view } = advance(undefined, roundOf(1));
  assertEquals(view.at, new Date(BEGIN).toISOString());
  assertEquals(view.cluster, {
    brokersOnline: 3,
    brokers: 3,
    controllers: ["kafka1"],
    underReplicatedPartitions: 0,
    underMinIsrPartitions: 0,
    offlinePartitions: 0,
    topics: 4,
    partitions: 11,
    zookeepersOnline: 3,
    zookeepers: 3,
  });
  const rates = [...view.brokers, ...view.topics, ...view.groups].flatMap((row) =>
    Object.keys(row).filter((field) => /PerSecond|cpu/.test(field))
  );
  assertEquals(rates, []);
});

Deno.test("the second round has rates of brokers, topics and groups, and their sums", () => {
  const { cluster, brokers, topics, groups, zookeepers } = afterBoth().view;
  const count = (name: string, metric: string, round: 1 | 2, topic?: string) =>
    metricsOf(name, round).get(metric)!.find(({ labels }) => labels.topic === topic)!.value;
  const rate = (name: string, metric: string, topic?: string) =>
    (count(name, metric, 2, topic) - count(name, metric, 1, topic)) / 2;
  const messages = "kafka_server_brokertopicmetrics_messagesin_total";
  const names = ["kafka1", "kafka2", "kafka3"];
  assertEquals(
    brokers.map((broker) => broker.messagesInPerSecond),
    names.map((name) => rate(name, messages)),
  );
  assertEquals(
    cluster.messagesInPerSecond,
    names.map((name) => rate(name, messages)).reduce((a, b) => a + b),
  );
  assertEquals(topics.map(({ name }) => name), [
    "top-orders",
    "top-clicks",
    "top-audit",
    "__consumer_offsets",
  ]);
  assertEquals(
    topics[1]!.messagesInPerSecond,
    names.map((name) => rate(name, messages, "top-clicks")).reduce((a, b) => a + b),
  );
  // Nobody reads it: its meter of bytes out is not there, which is no rate but 0.
  assertEquals(topics[2]!.bytesOutPerSecond, 0);
  assertEquals(groups, [
    {
      name: "billing",
      lag: 1650,
      consumedPerSecond: 300,
      members: 2,
      topics: ["top-clicks", "top-orders"],
    },
    // Its offset was reset, from 900 to 300.
    { name: "web", lag: 40, consumedPerSecond: 0, members: 0, topics: ["top-clicks"] },
  ]);
  assertEquals(zookeepers.map(({ state }) => state), ["follower", "follower", "leader"]);
});

Deno.test("a broker that was restarted has rates from 0 on, none of them negative", () => {
  const second = {
    kafka2: changed(
      metricsOf("kafka2", 2),
      (value, name) => name.includes("_total") ? value / 1000 : value,
    ),
  };
  const { view } = afterBoth({ second });
  const rows = [view.cluster, ...view.brokers, ...view.topics];
  for (const row of rows) {
    for (const [field, value] of Object.entries(row)) {
      if (typeof value === "number") assert(value >= 0, `${field}: ${value}`);
    }
  }
  const total = second.kafka2.get("kafka_server_brokertopicmetrics_messagesin_total")!
    .find(({ labels }) => labels.topic === undefined)!.value;
  assertEquals(view.brokers[1]!.messagesInPerSecond, total / 2);
});

Deno.test("a broker that is down is a row without numbers; its topics and the others stay", () => {
  const { cluster, brokers, topics } = afterBoth({ second: { kafka2: "down" } }).view;
  assertEquals(brokers[1], { name: "kafka2", state: "down", online: false });
  assertEquals([cluster.brokersOnline, cluster.brokers], [2, 3]);
  assertEquals(topics.length, 4);
  assert(cluster.messagesInPerSecond! > 0);
});

Deno.test("a broker that comes back has the rate of the time since it last answered", () => {
  const down = advance(advance(undefined, roundOf(1)), roundOf(2, { kafka2: "down" }));
  const later = roundOf(2);
  const { view, history } = advance(down, {
    at: later.at + 2000,
    services: later.services.map((service) => ({ ...service, at: service.at + 2000 })),
  });
  const steady = afterBoth().view.brokers[1]!.messagesInPerSecond!;
  assertEquals(view.brokers[1]!.messagesInPerSecond, steady / 2);
  assertEquals(history.get(historyKey("broker", "kafka2")), [undefined, undefined, steady / 2]);
});

Deno.test("a service that is slow is shown as it was, for ten seconds", () => {
  const state = afterBoth();
  const slow = (seconds: number) => {
    const { services, at } = roundOf(2, { kafka2: "no answer" });
    const later = services.map((service) => ({ ...service, at: service.at + seconds * 1000 }));
    return advance(state, { at: at + seconds * 1000, services: later });
  };
  assertEquals(slow(9).view.brokers[1], state.view.brokers[1]);
  assertEquals(slow(9).answers.get("kafka2"), state.answers.get("kafka2"));
  assertEquals(slow(11).view.brokers[1], { name: "kafka2", state: "no answer", online: false });
});

Deno.test("states of brokers are Kafka's, in words", () => {
  const stateOf = (state: number, controller = 0) => {
    const text = `kafka_server_kafkaserver_brokerstate ${state}\n` +
      `kafka_controller_kafkacontroller_activecontrollercount ${controller}`;
    const broker = afterBoth({ second: { kafka3: parseMetrics(text) } }).view.brokers[2]!;
    return [broker.state, broker.online];
  };
  assertEquals([
    stateOf(0),
    stateOf(1),
    stateOf(2),
    stateOf(3),
    stateOf(3, 1),
    stateOf(6),
    stateOf(7),
  ], [
    ["starting", false],
    ["starting", false],
    ["recovery", false],
    ["running", true],
    ["controller", true],
    ["stopping", false],
    ["stopping", false],
  ]);
});

Deno.test("offline partitions are the controller's count, under-replicated ones the leaders' sum", () => {
  const bad = (name: string) =>
    changed(
      metricsOf(name, 2),
      (value, metric) =>
        /underreplicated|underminisr/.test(metric) || (name === "kafka1" && /offline/.test(metric))
          ? 2
          : value,
    );
  const { cluster } = afterBoth({ second: { kafka1: bad("kafka1"), kafka2: bad("kafka2") } }).view;
  assertEquals(
    [cluster.underReplicatedPartitions, cluster.underMinIsrPartitions, cluster.offlinePartitions],
    [4, 4, 2],
  );
});

Deno.test("topics are in the order of what flows, then of their size, then of their names", () => {
  const broker = (round: 1 | 2) =>
    parseMetrics(
      [
        // name, records, bytes in, bytes out: a second; bytes kept
        ["small-b", 0, 0, 0, 10],
        ["small-a", 0, 0, 0, 10],
        ["large", 0, 0, 0, 90],
        ["read", 0, 0, 5, 1],
        ["written-and-read", 0, 3, 3, 1],
        ["few", 2, 0, 0, 1],
        ["most", 3, 0, 0, 1],
      ].flatMap(([topic, records, bytesIn, bytesOut, size]) => {
        const meter = (name: string, rate: string | number) =>
          `kafka_server_brokertopicmetrics_${name}_total{topic="${topic}"} ${Number(rate) * round}`;
        return [
          meter("messagesin", records!),
          meter("bytesin", bytesIn!),
          meter("bytesout", bytesOut!),
          `kafka_log_log_size{topic="${topic}",partition="0"} ${size}`,
        ];
      }).join("\n"),
    );
  const gone = { kafka2: "down", kafka3: "down" };
  const { view } = afterBoth({
    first: { ...gone, kafka1: broker(1) },
    second: { ...gone, kafka1: broker(2) },
  });
  assertEquals(view.topics.map(({ name }) => name), [
    ...["most", "few", "written-and-read", "read", "large", "small-a", "small-b"],
  ]);
});

Deno.test("groups are in the order of their lag, then of their names", () => {
  const lags = { b: 1, a: 1, late: 7, done: 0 };
  const text = Object.entries(lags).map(([group, lag]) =>
    `kafka_consumergroup_lag{consumergroup="${group}",topic="t",partition="0"} ${lag}`
  );
  const lag_exporter = parseMetrics(["kafka_lag_exporter_up 1", ...text].join("\n"));
  const { groups } = afterBoth({ second: { lag_exporter } }).view;
  assertEquals(groups.map(({ name }) => name), ["late", "a", "b", "done"]);
});

Deno.test("a ZooKeeper without a quorum says so", () => {
  const alone = { zookeeper1: parseMetrics("process_cpu_seconds_total 3") };
  const { zookeepers, cluster } = afterBoth({ second: alone }).view;
  assertEquals([zookeepers[0]!.state, zookeepers[0]!.online], ["no quorum", false]);
  assertEquals(cluster.zookeepersOnline, 2);
});

Deno.test("without its exporter nothing is known about lag, and why", () => {
  const why = (lag: string | undefined, text = "") => {
    const round = roundOf(2, lag ? { lag_exporter: text ? parseMetrics(text) : lag } : {});
    const services = round.services.filter(({ kind }) => lag !== undefined || kind !== "lag");
    const { view } = advance(undefined, { ...round, services });
    return [view.groups, view.groupsUnknown];
  };
  assertEquals(why(undefined), [[], "the stack has no lag exporter"]);
  assertEquals(why("no answer"), [[], "lag_exporter: no answer"]);
  assertEquals(why("up", "kafka_lag_exporter_up 0"), [[], "lag_exporter cannot reach the brokers"]);
  const some = 'kafka_consumergroup_lag{consumergroup="a",topic="t",partition="0"} 3';
  const [groups, told] = why("up", `kafka_lag_exporter_up 0\n${some}`);
  assertEquals([
    (groups as readonly { name: string; lag: number }[]).map((g) => [g.name, g.lag]),
    told,
  ], [
    [["a", 3]],
    "not all brokers answer lag_exporter",
  ]);
});

Deno.test("advance() remembers so many readings, and forgets rows that are gone", () => {
  let state = afterBoth();
  for (let i = 0; i < 310; i++) state = advance(state, roundOf(2));
  assertEquals(state.history.get(historyKey("topic", "top-orders"))!.length, 300);
  const without = Object.fromEntries(["kafka1", "kafka2", "kafka3"].map((name) => [
    name,
    changed(metricsOf(name, 2), (value, _, { topic }) => topic === "top-audit" ? undefined : value),
  ]));
  state = advance(state, roundOf(2, without));
  assertEquals(state.history.has(historyKey("topic", "top-audit")), false);
});
