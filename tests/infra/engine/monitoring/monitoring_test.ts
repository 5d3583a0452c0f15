import { assertEquals, assertRejects } from "@std/assert";
import { ensurePassword } from "../../../../infra/engine/secrets.ts";
import { grafanaQuestions } from "../../../../infra/engine/monitoring/grafana.ts";
import { diskShare, monitoringQuestions } from "../../../../infra/engine/monitoring/monitoring.ts";
import { stopInOrder } from "../../../../infra/engine/stop.ts";
import { Failure } from "../../../../infra/spec/mod.ts";
import { fakeHost } from "../_fake_host.ts";
import { contextOf, DIR, newHost, up } from "../_fake_stack.ts";

const JVMS = ["zookeeper1", "zookeeper2", "zookeeper3", "kafka1", "kafka2", "kafka3"];
const MONITORS = ["lag_exporter", "prometheus", "grafana"];
const SPEC = { monitoring: {} };
const spawned = (log: readonly string[]) =>
  log.filter((line) => line.startsWith("spawn ")).map((line) => line.slice(6));

Deno.test("bringUp() starts monitoring services after the cluster, and once", async () => {
  const host = newHost();
  const { started } = await up(host, SPEC);
  assertEquals(started, [...JVMS, ...MONITORS]);
  assertEquals(spawned(host.log), [...JVMS, ...MONITORS]);
  host.log.length = 0;
  assertEquals((await up(host, SPEC)).kept, [...JVMS, ...MONITORS]);
  assertEquals(spawned(host.log), []);
});

Deno.test("bringUp() restarts only Prometheus when its settings change", async () => {
  const host = newHost();
  await up(host, SPEC);
  host.log.length = 0;
  const { started } = await up(host, { monitoring: { retention: "1d" } });
  assertEquals(started, ["prometheus"]);
  assertEquals(spawned(host.log), ["prometheus"]);
});

Deno.test("bringUp() of Prometheus alone asks nothing of the cluster", async () => {
  const host = newHost();
  assertEquals(await up(host, SPEC, ["prometheus"]), {
    started: ["prometheus"],
    kept: [],
    cluster: undefined,
  });
});

Deno.test("stopInOrder() stops monitoring services first", async () => {
  const host = newHost();
  await up(host, SPEC);
  const context = await contextOf(host, SPEC);
  host.log.length = 0;
  await stopInOrder(context, [...(await context.engine.observe()).values()]);
  const pids = host.log.filter((line) => line.startsWith("SIGTERM")).map((line) =>
    Number(line.slice(8))
  );
  const groups = [pids.slice(0, 3), pids.slice(3, 6), pids.slice(6)];
  // Pids are given in the order of starting: ensemble, brokers, monitoring services.
  assertEquals(groups.map((group) => Math.min(...group)), [106, 103, 100]);
});

/** A Prometheus that answers as given, and what it says to each question. */
async function ask(answers: Readonly<Record<string, unknown>>) {
  const host = newHost();
  await up(host, SPEC);
  const { answer } = host;
  host.answer = (port, question) => {
    const path = /^GET \/api\/v1\/(\w+)/.exec(question ?? "")?.[1];
    if (port !== 9090 || !path) return answer(port, question);
    return path in answers
      ? `HTTP/1.0 200 OK\r\n\r\n${JSON.stringify({ data: answers[path] })}`
      : "HTTP/1.0 500 Oops\r\n\r\n";
  };
  const context = await contextOf(host, SPEC);
  const questions = monitoringQuestions(context, await context.engine.observe());
  return Object.fromEntries(
    await Promise.all(questions.map(async ([what, ask]) => {
      const said = await ask().catch((error: Failure) => `FAIL ${error.message}`);
      return [what, said] as const;
    })),
  );
}

/** When a service was started, as the record says. */
async function started(service: string) {
  const host = newHost();
  await up(host, SPEC);
  return (await contextOf(host, SPEC)).record?.services[service]?.since;
}

const target = (instance: string, more: object) => ({
  ...{ labels: { instance }, health: "up", lastError: "", lastScrape: "2030-01-01T00:00:00Z" },
  lastScrapeDuration: 0.25,
  ...more,
});
const GOOD = {
  targets: {
    activeTargets: [
      target("kafka1", {}),
      target("prometheus", { lastScrapeDuration: 0.5 }),
      // Not looked at yet.
      target("kafka2", { health: "unknown", lastScrape: "0001-01-01T00:00:00Z" }),
    ],
  },
  rules: { groups: [{ rules: [{ name: "A", health: "ok", state: "inactive" }] }] },
  query: { result: [1000, "1000"] },
};

Deno.test("monitoringQuestions() tells that all is well", async () => {
  assertEquals(await ask(GOOD), {
    targets: "2 of 3 answer, the slowest in 500 ms",
    "alert rules": "1 loaded, none fires",
    clock: "Prometheus' is this machine's",
  });
});

Deno.test("monitoringQuestions() names a target that is down, or slow, while its service runs", async () => {
  const down = target("kafka2", { health: "down", lastError: "connection refused" });
  const targets = async (one: object) =>
    (await ask({ ...GOOD, targets: { activeTargets: [one] } })).targets;
  assertEquals(
    await targets(down),
    "FAIL Prometheus gets no metrics of kafka2: connection refused",
  );
  assertEquals(
    await targets(target("kafka2", { lastScrapeDuration: 7.25 })),
    "FAIL the metrics of kafka2 took 7.3 s",
  );
  assertEquals(
    await targets(target("kafka2", { lastScrapeDuration: 5 })),
    "1 of 1 answer, the slowest in 5000 ms",
  );
  const late = { health: "down", lastError: 'Get "http://…": context deadline exceeded' };
  assertEquals(
    await targets(target("kafka2", { ...late, lastScrapeDuration: 2 })),
    "FAIL Prometheus gets no metrics of kafka2: it gave up after 2.0 s",
  );
  // One look among others that were in time is no fault.
  const others = { result: [{ metric: {}, value: [1000, "1"] }] };
  const once = async (one: object) =>
    (await ask({ ...GOOD, query: others, targets: { activeTargets: [one] } })).targets;
  assertEquals(
    await once(target("kafka2", { ...late, lastScrapeDuration: 2 })),
    "0 of 1 answer, the slowest in 2000 ms; late just now: kafka2",
  );
  assertEquals(
    await once(target("kafka2", { lastScrapeDuration: 7.25 })),
    "1 of 1 answer, the slowest in 7250 ms; late just now: kafka2",
  );
  assertEquals(await once(down), "FAIL Prometheus gets no metrics of kafka2: connection refused");
  // Looked at less than 5 s after the service was started: says nothing of it.
  const since = Date.parse((await started("kafka2"))!);
  const at = (seconds: number) => ({
    ...down,
    lastScrape: new Date(since + seconds * 1000).toISOString(),
  });
  assertEquals(await targets(at(5)), "Prometheus has not looked yet");
  assertEquals(
    await targets(at(5.001)),
    "FAIL Prometheus gets no metrics of kafka2: connection refused",
  );
  // A JVM that is cold is not judged by its time; one that answers nothing at all is.
  const slowAt = (seconds: number, more: object) =>
    targets({ ...at(seconds), ...more, lastScrapeDuration: 7.25 });
  assertEquals(
    await slowAt(59.999, late),
    "0 of 1 answer, the slowest in 7250 ms; too early to judge, started a moment ago: kafka2",
  );
  assertEquals(
    await slowAt(59.999, { health: "up" }),
    "1 of 1 answer, the slowest in 7250 ms; too early to judge, started a moment ago: kafka2",
  );
  assertEquals(await slowAt(60, { health: "up" }), "FAIL the metrics of kafka2 took 7.3 s");
  assertEquals(
    await slowAt(60, late),
    "FAIL Prometheus gets no metrics of kafka2: it gave up after 7.3 s",
  );
  // Does not run: reported as such.
  assertEquals(
    await targets({ ...down, labels: { instance: "kafka9" } }),
    "Prometheus has not looked yet",
  );
});

Deno.test("monitoringQuestions() names rules that are refused, or missing, and those that fire", async () => {
  const rules = async (rules: object[]) =>
    (await ask({ ...GOOD, rules: { groups: [{ rules }] } }))["alert rules"];
  assertEquals(await rules([]), "FAIL Prometheus has loaded no alert rules");
  assertEquals(
    await rules([{ name: "A", health: "err", lastError: "bad" }]),
    "FAIL Prometheus cannot evaluate A: bad",
  );
  assertEquals(
    await rules([{ name: "A", health: "ok", state: "firing" }]),
    "1 loaded, firing: A",
  );
});

Deno.test("monitoringQuestions() names a clock that is off, and a Prometheus that fails", async () => {
  assertEquals(
    (await ask({ ...GOOD, query: { result: [1006, ""] } })).clock,
    "FAIL Prometheus' clock is 6 s off this machine's",
  );
  const fiveBehind = { ...GOOD, query: { result: [995, ""] } };
  assertEquals((await ask(fiveBehind)).clock, "Prometheus' is this machine's");
  assertEquals((await ask({})).clock, "FAIL Prometheus on 127.0.0.1:9090 answers 500");
});

Deno.test("diskShare() tells what is free, and fails below 15 %", async () => {
  const host = newHost();
  const context = await contextOf(host, SPEC);
  host.commands = () => ({ code: 0, stdout: `2048\t${DIR}\n`, stderr: "" });
  assertEquals(
    await diskShare(context),
    "100 GiB (50 %) free for /s, Prometheus has 2 MiB of it",
  );
  // Before its first start Prometheus has nothing.
  host.commands = () => ({ code: 1, stdout: "", stderr: "du: no such directory" });
  host.freeBytes = 30 * 1024 ** 3;
  assertEquals(await diskShare(context), "30 GiB (15 %) free for /s");
  host.freeBytes--;
  await assertRejects(() => diskShare(context), Failure, "only 29 GiB (15 %) free for /s");
});

Deno.test("ensurePassword() makes one password, and keeps it private", async () => {
  const host = fakeHost();
  const path = `${DIR}/kafka_monitoring/grafana/conf/admin_password`;
  const modes: unknown[] = [];
  const { writeText } = host;
  host.writeText = (path, content, mode) => {
    modes.push(mode);
    return writeText(path, content, mode);
  };
  const password = await ensurePassword(host, path);
  assertEquals(/^[a-zA-Z2-9]{24}$/.test(password!), true);
  assertEquals(host.files.get(path), password);
  assertEquals(modes, [0o600]);
  assertEquals(await ensurePassword(host, path), undefined);
  assertEquals(modes.length, 1);
});

Deno.test("grafanaQuestions() names a data source, dashboards and panels that show nothing", async () => {
  const host = newHost();
  await up(host, SPEC);
  host.files.set(`${DIR}/kafka_monitoring/grafana/conf/admin_password`, "secret\n");
  const context = await contextOf(host, SPEC);
  const questions = grafanaQuestions(context, {
    dataSource: "p",
    dashboards: [{ uid: "a", title: "A" }, { uid: "b", title: "B" }],
    queries: [
      { dashboard: "a", panel: "Up", expr: "up" },
      { dashboard: "a", panel: "Gone", expr: "gone" },
      { dashboard: "a", panel: "Alerts", expr: "ALERTS", needs: "firing alert" },
    ],
  });
  const said = async () =>
    await Promise.all(
      questions.map(([, ask]) => ask().catch((error: Failure) => `FAIL ${error.message}`)),
    );
  const asked: string[] = [];
  let password = "secret";
  host.answer = (_, question) => {
    asked.push(question!.split(" ")[1]!);
    const json = (body: unknown) => `HTTP/1.0 200 OK\r\n\r\n${JSON.stringify(body)}`;
    if (!question!.includes(btoa(`admin:${password}`))) return "HTTP/1.0 401 No\r\n\r\n";
    if (question!.includes("/health ")) return json({ status: "OK" });
    if (question!.includes("/api/search")) return json([{ uid: "a" }]);
    return json({ data: { result: question!.includes("query=up ") ? [{}] : [] } });
  };
  assertEquals(await said(), [
    "Grafana reaches Prometheus",
    "FAIL Grafana does not have B",
    "FAIL 1 of 3 queries return no data:\na: Gone",
  ]);
  assertEquals(asked.includes("/api/datasources/proxy/uid/p/api/v1/query?query=up"), true);
  password = "another";
  assertEquals(new Set(await said()).size, 1);
  host.answer = () => undefined;
  assertEquals((await said())[0], "FAIL Grafana on 127.0.0.1:3000 does not answer");
});
