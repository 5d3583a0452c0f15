import { assertEquals } from "@std/assert";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { renderNative } from "../infra/render/_render.ts";
import { defineStack } from "../../infra/spec/mod.ts";
import { exporterConfigs } from "../../monitoring/exporter.ts";
import { advance } from "../../monitoring/top/state.ts";
import { scraper, type Target, targetsOf } from "../../tasks/_top_scrape.ts";
import { machineTest } from "../_machine.ts";

const MONITORING = {
  content: { exporters: exporterConfigs, prometheus: () => [], grafana: () => [] },
  programs: { deno: { command: "deno", root: "/src" } },
};
const processes = (monitoring = true) =>
  renderNative(defineStack({}), "/s", monitoring ? MONITORING : undefined).services;

Deno.test("targetsOf() finds the exporters of all JVMs and of lag, and none without monitoring", () => {
  assertEquals(targetsOf(processes()).map(({ name, exporter }) => `${name} ${exporter.port}`), [
    ...["zookeeper1 8180", "zookeeper2 8280", "zookeeper3 8380"],
    ...["kafka1 8082", "kafka2 8083", "kafka3 8084"],
    "lag_exporter 9308",
  ]);
  assertEquals(targetsOf(processes(false)), []);
});

Deno.test("targetsOf() finds those of KRaft's controllers", () => {
  const stack = defineStack({ mode: "kraft", controllers: { count: 3 }, brokers: { count: 1 } });
  const { services } = renderNative(stack, "/s", MONITORING);
  assertEquals(targetsOf(services).map(({ name, kind }) => `${name} ${kind}`), [
    ...["controller1 controller", "controller2 controller", "controller3 controller"],
    ...["kafka1 broker", "lag_exporter lag"],
  ]);
});

/** Serves answers by path, until the test is over. */
async function withServer(
  answer: (request: Request) => Response | Promise<Response>,
  test: (exporter: Target["exporter"]) => Promise<void>,
) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  try {
    await test({ host: "127.0.0.1", port: server.addr.port });
  } finally {
    await server.shutdown();
  }
}

machineTest("scraper() asks a broker for what it wants, and the lag exporter for all", async () => {
  const asked: string[] = [];
  await withServer((request) => {
    const { pathname, searchParams } = new URL(request.url);
    const names = searchParams.getAll("name[]");
    asked.push(`${pathname} ${names.length > 10} ${names[0]}`);
    return new Response(
      'kafka_consumergroup_lag{consumergroup="g",topic="t",partition="0"} 7\n' +
        'kafka_consumergroup_members{consumergroup="g"} 1\n' +
        "kafka_lag_exporter_up 1\nkafka_server_kafkaserver_brokerstate 3\n",
    );
  }, async (exporter) => {
    const look = scraper(denoHost, [
      { name: "kafka1", kind: "broker", exporter },
      { name: "lag_exporter", kind: "lag", exporter },
    ]);
    const { brokers, groups } = advance(undefined, await look(5000)).view;
    assertEquals(brokers.map(({ state }) => state), ["running"]);
    assertEquals(groups, [{ name: "g", lag: 7, members: 1, topics: ["t"] }]);
  });
  assertEquals(asked.sort(), [
    "/metrics false undefined",
    "/metrics true kafka_server_brokertopicmetrics_messagesin_total",
  ]);
});

machineTest("scraper() tells a service that is down from one that talks nonsense", async () => {
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const exporter = { host: "127.0.0.1", port: closed.addr.port };
  closed.close();
  const failure = async (exporter: Target["exporter"]) => {
    const { services } = await scraper(denoHost, [{ name: "x", kind: "lag", exporter }])(5000);
    return services[0]!.failure;
  };
  assertEquals(await failure(exporter), "down");
  const answers = [() => new Response("<html>"), () => new Response("a 1", { status: 500 })];
  for (const answer of answers) {
    await withServer(answer, async (exporter) => {
      assertEquals(await failure(exporter), "unreadable");
    });
  }
});

machineTest("scraper() waits no longer than told, and takes a late answer later", async () => {
  const mayAnswer = Promise.withResolvers<void>();
  let requests = 0;
  await withServer(async () => {
    requests++;
    await mayAnswer.promise;
    return new Response("kafka_lag_exporter_up 1");
  }, async (exporter) => {
    const look = scraper(denoHost, [{ name: "x", kind: "lag", exporter }]);
    assertEquals((await look(50)).services[0]!.failure, "no answer");
    assertEquals((await look(50)).services[0]!.failure, "no answer");
    mayAnswer.resolve();
    const { services } = await look(5000);
    assertEquals([services[0]!.sample?.kind, requests], ["lag", 1]);
  });
});
