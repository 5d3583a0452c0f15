import { assertEquals, assertRejects } from "@std/assert";
import { deleteStack } from "../../../infra/engine/deletion.ts";
import { prepareFiles } from "../../../infra/engine/files.ts";
import {
  checkFiles,
  claimDirectory,
  isGenerated,
  ownershipOf,
} from "../../../infra/engine/ownership.ts";
import { GENERATED } from "../../../infra/render/mod.ts";
import { defineStack, Failure } from "../../../infra/spec/mod.ts";
import { renderTools } from "../../../infra/render/mod.ts";
import { renderDocker, renderNative } from "../render/_render.ts";
import { alertRules } from "../../../monitoring/alerts.ts";
import { exporterConfigs } from "../../../monitoring/exporter.ts";
import { grafanaFiles } from "../../../monitoring/grafana.ts";
import { prometheusFiles } from "../../../monitoring/prometheus.ts";
import { type FakeHost, fakeHost } from "./_fake_host.ts";
import { contextOf, DIR, newHost, up } from "./_fake_stack.ts";

/** A host with these files in the stack's directory. */
function withFiles(files: Readonly<Record<string, string>>): FakeHost {
  const host = fakeHost();
  for (const [path, text] of Object.entries(files)) host.files.set(`${DIR}/${path}`, text);
  return host;
}

const content = () => ({
  exporters: exporterConfigs,
  prometheus: (options: Parameters<typeof prometheusFiles>[0]) =>
    prometheusFiles(options, alertRules("file:///docs/alerts.md", "zookeeper")),
  grafana: (options: Parameters<typeof grafanaFiles>[0]) =>
    grafanaFiles(options, {
      dataSource: "uid",
      dashboards: [{ file: "kafka-overview.json", content: "{}" }],
      home: "kafka-overview.json",
    }),
});

Deno.test("claimDirectory() refuses a directory with other files, names them, and writes nothing", async () => {
  const files = {
    ".env": "A=1\n",
    "bin/x": "mine",
    "docker-compose.yml": "x:\n",
    "kafka/y": "mine",
  };
  const host = withFiles(files);
  const error = await assertRejects(() => claimDirectory(host, DIR), Failure);
  assertEquals(
    error.message,
    "/s is no directory of a stack: it holds .env, bin, docker-compose.yml, kafka",
  );
  assertEquals(host.log, []);
  const many = withFiles(Object.fromEntries("abcdefg".split("").map((name) => [name, ""])));
  const { message } = await assertRejects(() => claimDirectory(many, DIR), Failure);
  assertEquals(message, "/s is no directory of a stack: it holds a, b, c, d, e, …");
});

Deno.test("claimDirectory() marks an empty directory, and takes it again whatever is in it then", async () => {
  const host = withFiles({ "lost+found/x": "" });
  assertEquals(await ownershipOf(host, DIR), "empty");
  await claimDirectory(host, DIR);
  host.files.set(`${DIR}/notes`, "mine");
  assertEquals(await ownershipOf(host, DIR), "ours");
  host.log.length = 0;
  await claimDirectory(host, DIR);
  assertEquals(host.log, []);
});

Deno.test("ownershipOf() knows what versions without a mark made, by what they wrote", async () => {
  const made = newHost();
  await up(made);
  const record = made.files.get(`${DIR}/stack.json`)!;
  const ours: Record<string, string>[] = [
    { "stack.json": record },
    { "stack.json": '{"version": 99}' },
    { "stack.json": record.slice(0, 40), "client.properties": `${GENERATED}\n` },
    { "bin/hosts": `${GENERATED}\n` },
    { ".lock": "deno task up (process 1)\n", "kafka_monitoring/exporter/x.jar": "" },
  ];
  for (const files of ours) {
    const host = withFiles(files);
    assertEquals(await ownershipOf(host, DIR), "ours", JSON.stringify(files));
    await claimDirectory(host, DIR);
    assertEquals(host.log, [`write ${DIR}/.kafka-stack`]);
  }
  const others: Record<string, string>[] = [
    { "stack.json": "{}" },
    { "client.properties": "bootstrap.servers=a:1\n" },
    { ".kafka-stack": "mine\n" },
    // What an `up` of a version before left in a directory that it had to give up.
    { ".lock": "deno task up (process 1)\n", "bin/x": "" },
    { ".lock": "mine\n" },
  ];
  for (const files of others) {
    await assertRejects(() => ownershipOf(withFiles(files), DIR), Failure, "no directory of a");
  }
});

Deno.test("isGenerated() knows each file that is rendered", () => {
  const stack = defineStack({});
  const programs = { deno: { command: "deno", root: "/src" }, prometheus: "p", grafana: undefined };
  const docker = { user: "1:1", clientImage: "c", root: "/src" };
  const artifacts = [
    ...renderNative(stack, DIR, { content: content(), programs }).artifacts,
    ...renderDocker(stack, DIR, docker, content()).artifacts,
    ...renderTools(stack, { os: "linux", java: "java", libs: "/libs", dir: DIR }),
  ];
  const unknown = artifacts.filter(({ path, content }) => !isGenerated(path, content));
  assertEquals(unknown.map(({ path }) => path), []);
});

Deno.test("checkFiles() refuses what we did not write, in a marked directory too", async () => {
  const host = withFiles({
    ".env": "A=1\n",
    "docker-compose.yml": `${GENERATED}\nold\n`,
    "client.properties": "",
    "kafka/config/kafka1/server.properties": "broker.id=7\n",
    "zookeeper/data/zookeeper1/myid": "1\n",
  });
  const { artifacts, directories } = renderDocker(defineStack({}), DIR, {
    ...{ user: "1:1", clientImage: "c", root: "/src" },
  });
  const refusal = "Not written by this toolkit, and would be overwritten: " +
    "/s/.env, /s/kafka/config/kafka1/server.properties";
  for (
    const refused of [
      () => checkFiles(host, DIR, artifacts),
      () => prepareFiles(host, DIR, { artifacts, directories }),
    ]
  ) {
    assertEquals((await assertRejects(refused, Failure)).message, refusal);
  }
  assertEquals(host.log, []);
});

Deno.test("bringUp() starts and writes nothing where it would overwrite a file of the user's", async () => {
  const host = newHost();
  host.files.set(`${DIR}/client.properties`, "mine\n");
  await assertRejects(() => up(host), Failure, "/s/client.properties");
  assertEquals(host.log.filter((line) => /^(write|spawn)/.test(line)), []);
});

Deno.test("deleteStack() deletes what the stack and its services made, of services that left too", async () => {
  const host = newHost();
  await up(host, { brokers: { count: 5 } });
  await claimDirectory(host, DIR);
  const { stack } = await contextOf(host);
  const made = renderDocker(stack, DIR, { user: "1:1", clientImage: "c", root: "/" }, content());
  const tools = renderTools(stack, { os: "linux", java: "java", libs: "/libs", dir: DIR });
  for (const { path, content } of [...made.artifacts, ...tools]) {
    host.files.set(`${DIR}/${path}`, content);
  }
  const more = [
    ...["kafka/log/kafka5/log/t-0/0.log", "kafka/log/kafka5/server.log.1", ".lock"],
    ...["zookeeper/data/zookeeper5/version-2/log.1", "zookeeper/data/zookeeper4.set-aside-1/x"],
    "zookeeper/data/ensemble.json",
    ...["kafka_monitoring/grafana.log", "kafka_monitoring/grafana/conf/admin_password"],
    ...["kafka_monitoring/prometheus/data/wal/1", "kafka_monitoring/grafana/data/grafana.db"],
    ...["kafka_monitoring/exporter/jmx_prometheus_javaagent-1.0.1.jar", "stack.json.7.tmp"],
  ];
  for (const path of more) host.files.set(`${DIR}/${path}`, "x");
  assertEquals(await deleteStack(host, DIR), []);
  assertEquals([...host.files.keys()], []);
});

Deno.test("deleteStack() leaves what it did not make, and says what", async () => {
  const mine = {
    ".env": "A=1\n",
    "bin/x": "#!/bin/sh\necho mine\n",
    "docker-compose.yml": "services: {}\n",
    "kafka/config/kafka1/notes": "mine\n",
    "kafka/log/kafka1.backup/log/t-0/0.log": "mine\n",
    "kafka/y": "mine\n",
    "kafka_monitoring/grafana/conf/dashboards/mine.json": "{}",
    "src/app.ts": "mine\n",
  };
  const host = withFiles({
    ...mine,
    "kafka/config/kafka1/server.properties": `${GENERATED}\n`,
    "kafka/log/kafka1/log/t-0/0.log": "x",
  });
  host.files.set(`${DIR}/.kafka-stack`, "mark");
  // Data that somebody keeps on another disk.
  host.files.set("/big/kafka2/log/t-0/0.log", "x");
  host.links.set(`${DIR}/kafka/log/kafka2`, "/big/kafka2");
  host.files.set(`${DIR}/kafka/log/kafka2/log/t-0/0.log`, "x");
  const left = await deleteStack(host, DIR);
  assertEquals(left, [
    ...[".env", "bin/x", "docker-compose.yml", "kafka/config/kafka1/notes"],
    ...["kafka/log/kafka1.backup", "kafka/log/kafka2", "kafka/y"],
    ...["kafka_monitoring/grafana/conf/dashboards/mine.json", "src"],
  ]);
  for (const [path, text] of Object.entries(mine)) {
    assertEquals(host.files.get(`${DIR}/${path}`), text, path);
  }
  assertEquals(host.files.get("/big/kafka2/log/t-0/0.log"), "x");
  assertEquals(host.files.has(`${DIR}/kafka/log/kafka1/log/t-0/0.log`), false);
  assertEquals(host.files.has(`${DIR}/.kafka-stack`), true);
});
