// The monitoring on a real stack: every panel and alert has data, alerts fire and clear, and what
// was seen survives a killed Prometheus.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Mode } from "../../infra/spec/mod.ts";
import { alertsOf } from "../../monitoring/alerts.ts";
import { dashboardsOf } from "../../monitoring/dashboards/all.ts";
import { queriesOf } from "../../monitoring/dashboards/queries.ts";
import { startClient } from "./_client.ts";
import { withProject } from "./_project.ts";
import { e2eTest, type TestStack, until, withStack } from "./_stack.ts";

/** A series with its value now. */
interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

const url = ({ portOffset }: TestStack, path: string) =>
  `http://127.0.0.1:${9090 + portOffset}/api/v1/${path}`;

/** What Prometheus answers to an expression, for a time in seconds since the epoch. */
async function query(
  stack: TestStack,
  expr: string,
  time = Date.now() / 1000,
): Promise<Sample[]> {
  const response = await fetch(url(stack, "query"), {
    method: "POST",
    body: new URLSearchParams({ query: expr, time: String(time) }),
  });
  const { status, data, error } = await response.json();
  assertEquals(status, "success", `${expr}: ${error}`);
  return data.result;
}

/** Alerts that a machine on which all is slow is right to raise, however well the stack is. */
const OF_SLOW_MACHINES = [
  ...["KafkaRequestHandlersBusy", "KafkaNetworkProcessorsBusy", "JvmGarbageCollection"],
  ...["ZooKeeperLatency", "ZooKeeperOutstandingRequests", "ScrapeSlow"],
];

const isOfStack = (alert: string) => !OF_SLOW_MACHINES.includes(alert);

/** The names of the alerts that fire, but for those of a slow machine. */
async function firing(stack: TestStack): Promise<string[]> {
  const alerts = await query(stack, 'ALERTS{alertstate="firing"}');
  return alerts.map(({ metric }) => metric.alertname!).filter(isOfStack);
}

async function nothingFires(stack: TestStack) {
  let names: string[] = [];
  await until("no alert fires", async () => (names = await firing(stack)).length === 0)
    .catch((error: Error) => {
      throw new Error(`${error.message}: ${names.join(", ")}`);
    });
}

/** What each alert's expression compares: the series without which it could never fire. */
const alertSeriesOf = (mode: Mode) =>
  alertsOf(mode)
    // It is about controllers that are no brokers.
    .filter(({ name }) => name !== "KRaftControllerDown")
    .flatMap(({ name, expr }) =>
      [...expr.matchAll(/(?<!["\w])(?:[a-z]+_[a-z_]+|up)(?:\{[^}]*\})?/g)]
        .map(([series]) => ({ from: `alert ${name}`, expr: series }))
    );

const panelsOf = (mode: Mode) =>
  dashboardsOf(mode).flatMap(queriesOf)
    .map(({ dashboard, panel, expr, needs }) => ({ from: `${dashboard}: ${panel}`, expr, needs }));

/** What runs beside brokers and monitoring, and an alert about a broker that is gone. */
const OF_MODE = {
  zookeeper: { services: ["zookeeper1", "zookeeper2", "zookeeper3"], alerts: [] },
  kraft: { services: [], alerts: ["KRaftFencedBroker"] },
} as const;

/** Waits until each expression returns series; fails with those that do not. */
async function haveSeries(
  stack: TestStack,
  all: readonly { readonly from: string; readonly expr: string }[],
) {
  let empty = [...all];
  const look = async () => {
    const answers = await Promise.all(empty.map(({ expr }) => query(stack, expr)));
    empty = empty.filter((_, index) => answers[index]!.length === 0);
    return empty.length === 0;
  };
  await until("every expression returns series", look).catch((error) => {
    throw new Error(
      `${error.message}\n${empty.map(({ from, expr }) => `${from}: ${expr}`).join("\n")}`,
    );
  });
}

for (const mode of ["zookeeper", "kraft"] as const) {
  await e2eTest(
    `with ${mode} every panel and alert has series, alerts fire and clear, and Prometheus keeps its data`,
    async (engine) => {
      const panels = panelsOf(mode);
      await withProject(async ({ root, edit }) => {
        // Shorter than a user's, so that the test is: the same rules, evaluated more often. Long enough
        // for a cold exporter of a busy machine, which is given up after an interval.
        await edit("enabled: true,", "enabled: true, scrapeIntervalSeconds: 5,");
        for (const file of ["alerts.ts", "kraft_alerts.ts"]) {
          const rules = `${root}/monitoring/${file}`;
          const text = await Deno.readTextFile(rules);
          await Deno.writeTextFile(rules, text.replaceAll(/for: "\d+[ms]"/g, 'for: "5s"'));
        }

        const args = ["--mode", mode];
        await withStack({ engine, root, args, monitoring: true }, async (stack) => {
          await stack.ok("topic:create");
          const to = ["--kafka", stack.bootstrapServers];
          const producer = startClient("producer.ts", [...to, "--loop", "--interval", "50ms"]);
          const consumer = startClient("consumer.ts", [...to, "--latest=false"]);
          try {
            // The one panel that an ordinary load does not fill.
            assertEquals((await stack.task("topic:describe", "--topic", "nope")).code, 1);
            await haveSeries(stack, panels.filter(({ needs }) => needs !== "firing alert"));
            await haveSeries(stack, alertSeriesOf(mode));
            // JVMs that have just started collect garbage, and handlers have not been idle yet.
            await nothingFires(stack);
            const services = [
              ...["kafka1", "kafka2", "kafka3", "lag_exporter", "prometheus"],
              ...OF_MODE[mode].services,
            ];
            await until("every target is up, and no other", async () => {
              const up = await query(stack, "up == 1");
              return up.map(({ metric }) => metric.instance).sort().join() === services.join();
            });
            // On a busy machine a look may be late: doctor says so, and finds nothing wrong.
            await until("each last look was in time", async () => {
              const { stdout } = await stack.ok("doctor");
              assertStringIncludes(stdout, `${alertsOf(mode).length} loaded, `);
              const [, names] = / loaded, firing: (.*)/.exec(stdout) ?? [];
              assertEquals(names?.split(", ").filter(isOfStack) ?? [], []);
              return stdout.includes(`${services.length} of ${services.length} answer`);
            });
            // On docker a stand-in answers in Grafana's place (tests/stand_ins/grafana.ts).
            if (engine === "docker") {
              const asked = (await stack.ok("doctor", "--grafana")).stdout;
              assertStringIncludes(asked, `all ${dashboardsOf(mode).length} are loaded`);
              assertStringIncludes(asked, `each of ${panels.length} queries is answered`);
              const path = `${stack.dir}/kafka_monitoring/grafana/conf/admin_password`;
              assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
            }

            await stack.ok("stop", "kafka2");
            const expected = [
              ...["KafkaBrokerDown", "KafkaUnderReplicatedPartitions"],
              ...OF_MODE[mode].alerts,
            ];
            await until("the alerts fire", async () => {
              const names = await firing(stack);
              return expected.every((name) => names.includes(name));
            });
            await haveSeries(stack, panels.filter(({ needs }) => needs === "firing alert"));
            await stack.start("kafka2");
            await nothingFires(stack);

            const before = Date.now() / 1000;
            const seen = 'count(kafka_consumergroup_lag{consumergroup="flinox"})';
            const [{ value: [, then] }] = await query(stack, seen) as [Sample];
            for (const service of ["prometheus", "lag_exporter"]) {
              await stack.kill(service, "SIGKILL");
            }
            const stopped = await stack.task("status");
            assertEquals(stopped.code, 3, stopped.stdout + stopped.stderr);
            assertStringIncludes(stopped.stderr, "prometheus: not running");
            await stack.ok("up");
            const [{ value: [, now] }] = await query(stack, seen, before) as [Sample];
            assertEquals(now, then);
            await until("lag is watched again", async () => (await query(stack, seen)).length > 0);
            assertEquals((await stack.ok("status")).code, 0);
          } finally {
            for (const client of [producer, consumer]) client.kill("SIGTERM");
            await Promise.all([producer.ended, consumer.ended]);
          }
        });
      });
    },
  );
}

await e2eTest(
  "up --without monitoring runs the cluster alone, until --with monitoring",
  async (engine) => {
    await withStack({ engine, up: false }, async (stack) => {
      await stack.ok("up", "--without", "monitoring");
      const names = async () => {
        const { services } = JSON.parse((await stack.ok("status", "--json")).stdout);
        return services.map(({ name }: { name: string }) => name);
      };
      assert(!(await names()).includes("prometheus"));
      await fetch(url(stack, "query?query=up")).then(
        () => assert(false, "Prometheus answers"),
        () => {},
      );
      await stack.ok("up", "--with", "monitoring");
      assert((await names()).includes("prometheus"));
      assertEquals((await query(stack, "vector(1)")).length, 1);
    });
  },
);
