import { assertEquals } from "@std/assert";
import { isJava, kafkaUuid, newStorage, type Storage } from "../../../infra/render/mod.ts";
import { defineStack, type StackSpec } from "../../../infra/spec/mod.ts";
import { renderDocker, renderNative } from "../render/_render.ts";

const bytes = (first: number, others = 0) =>
  Uint8Array.from({ length: 16 }, (_, i) => i ? others : first);

Deno.test("kafkaUuid() is a version 4 in 22 letters, and never begins with a dash", () => {
  assertEquals(kafkaUuid(bytes(0)), "AAAAAAAAQACAAAAAAAAAAA");
  assertEquals(kafkaUuid(bytes(0xff, 0xff)), "________T_-__________w");
  // 62 in the first six bits would be "-".
  assertEquals(kafkaUuid(bytes(0xfb, 0xff))[0], "e");
  for (let first = 0; first < 256; first++) {
    assertEquals(/^[\w][\w-]{21}$/.test(kafkaUuid(bytes(first))), true, `${first}`);
  }
});

Deno.test("newStorage() has an id for the cluster, and one for each voter", () => {
  const of = (spec: StackSpec) => {
    let count = 0;
    return newStorage(defineStack({ mode: "kraft", ...spec }), (length) => {
      return new Uint8Array(length).fill(count++);
    });
  };
  assertEquals(of({ brokers: { count: 2 } }), {
    clusterId: kafkaUuid(new Uint8Array(16)),
    voters: { 1: kafkaUuid(bytes(1, 1)) },
  });
  assertEquals(Object.keys(of({ brokers: { count: 5 } }).voters!), ["1", "2", "3"]);
  assertEquals(Object.keys(of({ controllers: {} }).voters!), ["101", "102", "103"]);
});

const STORAGE: Storage = { clusterId: "cluster", voters: { 1: "one", 2: "two", 3: "three" } };
const FOUR: StackSpec = { mode: "kraft", brokers: { count: 4 } };

/** What is formatted, by service: the last arguments. */
const formats = (spec: StackSpec, storage?: Storage) =>
  Object.fromEntries(
    renderNative(defineStack(spec), "/s", undefined, undefined, storage).services
      .map(({ name, format }) => [name, format?.program.args.slice(5).join(" ")]),
  );

Deno.test("a node is formatted as one of the first voters, or to join those that are there", () => {
  const voters = "--initial-controllers 1@kafka1:9392:one,2@kafka2:9393:two,3@kafka3:9394:three";
  assertEquals(formats(FOUR, STORAGE), {
    kafka1: `--ignore-formatted ${voters}`,
    kafka2: `--ignore-formatted ${voters}`,
    kafka3: `--ignore-formatted ${voters}`,
    kafka4: "--ignore-formatted --no-initial-controllers",
  });
  assertEquals(
    new Set(Object.values(formats(FOUR, { clusterId: "cluster" }))),
    new Set(["--ignore-formatted --no-initial-controllers"]),
  );
  assertEquals(formats(FOUR).kafka1, undefined);
  assertEquals(formats({}, STORAGE).kafka1, undefined);
});

Deno.test("what formats a node says by which file one sees that it is done", () => {
  const { services } = renderNative(defineStack(FOUR), "/s", undefined, undefined, STORAGE);
  const { program, done } = services[3]!.format!;
  assertEquals([program.mainClass, program.kafkaVersion], ["kafka.tools.StorageTool", "4.4.0"]);
  assertEquals(program.args.slice(0, 5), [
    ...["format", "--config", "/s/kafka/config/kafka4/server.properties"],
    ...["--cluster-id", "cluster"],
  ]);
  assertEquals(done, "kafka/log/kafka4/log/meta.properties");
});

const DOCKER = { user: "1:1", clientImage: "c", root: "/src" };

Deno.test("the quorum knows its voters by the same names and ports on both targets", () => {
  const spec: StackSpec = { ...FOUR, portOffset: 40 };
  const advertised = (services: ReturnType<typeof renderNative>["services"]) =>
    services.filter(isJava).map(({ files }) =>
      /CONTROLLER:\/\/kafka\d:\d+$/m.exec(/^advertised.*$/m.exec(files[0]!.content)![0])?.[0]
    );
  const stack = defineStack(spec);
  const native = advertised(renderNative(stack, "/s").services);
  assertEquals(native, [
    "CONTROLLER://kafka1:9432",
    "CONTROLLER://kafka2:9433",
    "CONTROLLER://kafka3:9434",
    undefined,
  ]);
  assertEquals(advertised(renderDocker(stack, "/s", DOCKER).services), native);
});

Deno.test("a voter listens at its former port too while the quorum knows it by that", () => {
  const ports = (formerPorts: Record<number, number>) => {
    const { services } = renderNative(defineStack(FOUR), "/s", undefined, undefined, {
      clusterId: "cluster",
      formerPorts,
    });
    return services.slice(0, 2).map((one) => Object.values(one.ports).map(({ port }) => port));
  };
  assertEquals(ports({ 1: 9362, 2: 9393 }), [[9092, 9392, 9362], [9093, 9393]]);
});

Deno.test("how a node is formatted is no part of its fingerprint", () => {
  const stack = defineStack(FOUR);
  const of = (storage: Storage) =>
    renderDocker(stack, "/s", DOCKER, undefined, undefined, storage).services
      .map(({ fingerprint }) => fingerprint);
  assertEquals(of(STORAGE), of({ clusterId: "cluster" }));
});
