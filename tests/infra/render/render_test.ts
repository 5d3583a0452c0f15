import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { renderDocker, renderNative } from "./_render.ts";
import { GENERATED, propertiesFile } from "../../../infra/services/artifact.ts";
import { defineStack } from "../../../infra/spec/mod.ts";
import { renderDockerGolden, renderGolden } from "./golden.ts";
import one from "./golden/1_brokers.txt" with { type: "text" };
import three from "./golden/3_brokers.txt" with { type: "text" };
import dockerThree from "./golden/docker_3_brokers.txt" with { type: "text" };
import dockerFive from "./golden/docker_5_brokers.txt" with { type: "text" };
import five from "./golden/5_brokers.txt" with { type: "text" };
import kraft from "./golden/kraft.txt" with { type: "text" };
import controllers from "./golden/controllers.txt" with { type: "text" };
import dockerKraft from "./golden/docker_kraft.txt" with { type: "text" };
import dockerControllers from "./golden/docker_controllers.txt" with { type: "text" };

for (const [count, golden] of [[1, one], [3, three], [5, five]] as const) {
  Deno.test(`renderNative() of ${count} brokers gives the golden bytes, twice`, () => {
    assertEquals(renderGolden(count), golden);
    assertEquals(renderGolden(count), golden);
  });
}

for (const [count, golden] of [[3, dockerThree], [5, dockerFive]] as const) {
  Deno.test(`renderDocker() of ${count} brokers gives the golden bytes, twice`, () => {
    assertEquals(renderDockerGolden(count), golden);
    assertEquals(renderDockerGolden(count), golden);
  });
}

for (
  const [name, native, docker] of [
    ["kraft", kraft, dockerKraft],
    ["controllers", controllers, dockerControllers],
  ] as const
) {
  Deno.test(`render() of "${name}" gives the golden bytes for each target, twice`, () => {
    for (let round = 1; round <= 2; round++) {
      assertEquals(renderGolden(name), native);
      assertEquals(renderDockerGolden(name), docker);
    }
  });
}

const rendered = (spec = {}) => {
  const stack = defineStack(spec);
  return renderNative(stack, "/s");
};

Deno.test("renderNative() says in line 1 that a file is generated, but for myid", () => {
  for (const { path, content } of rendered().artifacts) {
    if (!path.endsWith("/myid")) assertEquals(content.split("\n")[0], GENERATED, path);
  }
});

Deno.test("renderNative() writes only below directories that it names", () => {
  const { artifacts, directories } = rendered();
  for (const { path } of artifacts.filter(({ path }) => path.includes("/"))) {
    assert(directories.includes(path.slice(0, path.lastIndexOf("/"))), path);
  }
});

Deno.test("renderBroker() has the original's settings", () => {
  const { content } = rendered().artifacts.find(({ path }) =>
    path === "kafka/config/kafka1/server.properties"
  )!;
  for (
    const line of [
      "num.partitions=10",
      "offsets.topic.replication.factor=3",
      "transaction.state.log.replication.factor=3",
      "transaction.state.log.min.isr=2",
      "log.retention.hours=168",
      "group.initial.rebalance.delay.ms=0",
    ]
  ) assertStringIncludes(content, `\n${line}\n`);
});

Deno.test("renderBroker() lets the user's properties win, each key once", () => {
  const spec = { brokers: { config: { "group.initial.rebalance.delay.ms": 3000, "a.b": "c" } } };
  const { content } = rendered(spec).artifacts.find(({ path }) =>
    path.endsWith("kafka2/server.properties")
  )!;
  const lines = content.split("\n").filter((line) => line.startsWith("group.initial"));
  assertEquals(lines, ["group.initial.rebalance.delay.ms=3000"]);
  assertStringIncludes(content, "\na.b=c\n");
});

Deno.test("propertiesFile() escapes as java.util.Properties reads it", () => {
  assertEquals(
    propertiesFile({ a: "C:\\x", b: " y", c: "ação" }),
    `${GENERATED}\na=C:\\\\x\nb=\\ y\nc=a\\u00e7\\u00e3o\n`,
  );
});

const DOCKER = { user: "1000:1000", clientImage: "kafka-stack-client:1", root: "/src" };

Deno.test("renderDocker() quotes `$`, which Compose would replace", () => {
  const { artifacts } = renderDocker(defineStack({}), "/home/a $b", DOCKER);
  const { content } = artifacts.find(({ path }) => path === "docker-compose.yml")!;
  assertStringIncludes(content, "stack.dir: /home/a $$b\n");
});

Deno.test("renderDocker() changes only the fingerprint of what a change is about", () => {
  const fingerprints = (spec = {}) =>
    renderDocker(defineStack(spec), "/s", DOCKER).services.map((p) => p.fingerprint);
  const [before, after] = [
    fingerprints(),
    fingerprints({ brokers: { each: { 2: { config: { "num.io.threads": 4 } } } } }),
  ];
  assertEquals(before.map((one, index) => one !== after[index]), [
    ...[false, false, false, false],
    true,
    ...[false, false],
  ]);
});
