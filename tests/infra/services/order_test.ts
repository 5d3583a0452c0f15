import { assertEquals } from "@std/assert";
import {
  type After,
  DESCRIPTORS,
  type Role,
  rolesOf,
  startPhases,
  stopPhases,
} from "../../../infra/services/mod.ts";

const one = (name: string, roles: Role[], after: After[] = []) => ({ name, roles, after });
const names = (phases: readonly { readonly name: string }[][]) =>
  phases.map((phase) => phase.map(({ name }) => name).join());

Deno.test("startPhases() puts each service after all that it needs", () => {
  const afterBrokers: After[] = [{ role: "broker", until: "ready" }];
  assertEquals(
    names(startPhases([
      one("watcher", ["monitor"], afterBrokers),
      one("kafka1", ["broker"], [{ role: "zookeeper", until: "alive" }]),
      one("lonely", []),
      one("zookeeper1", ["zookeeper"]),
    ])),
    ["lonely,zookeeper1", "kafka1", "watcher"],
  );
  // What is not in the stack is not waited for.
  assertEquals(names(startPhases([one("watcher", ["monitor"], afterBrokers)])), ["watcher"]);
});

Deno.test("startPhases() starts nodes with two roles together, though one needs the other", () => {
  const after: After[] = [{ role: "controller", until: "alive" }];
  assertEquals(
    names(startPhases([
      one("kafka1", ["broker", "controller"], after),
      one("kafka2", ["broker", "controller"], after),
      one("kafka3", ["broker"], after),
    ])),
    ["kafka1,kafka2", "kafka3"],
  );
});

Deno.test("stopPhases() stops each service before what it needs, also of stacks that were larger", () => {
  const running = ["zookeeper5", "grafana", "kafka9", "zookeeper1", "unknown", "kafka_client"];
  assertEquals(names(stopPhases(DESCRIPTORS, running.map((name) => ({ name })))), [
    "unknown",
    "grafana,kafka_client",
    "kafka9",
    "zookeeper5,zookeeper1",
  ]);
  const isolated = ["controller1", "kafka1", "kafka2", "controller3"].map((name) => ({ name }));
  assertEquals(names(stopPhases(DESCRIPTORS, isolated)), [
    "kafka1,kafka2",
    "controller1,controller3",
  ]);
});

Deno.test("rolesOf() knows the services of any stack by their names", () => {
  assertEquals(
    ["kafka7", "zookeeper4", "grafana", "kafka_client", "nobody", "xkafka1"].map((name) =>
      rolesOf(DESCRIPTORS, name).join()
    ),
    ["broker,controller", "zookeeper", "monitor", "client", "", ""],
  );
});
