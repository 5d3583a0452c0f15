import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../../infra/engine/deno_host.ts";
import { fetchTarball, verifyJars } from "../../../infra/engine/distribution/fetch.ts";
import { cacheDir, findDistribution } from "../../../infra/engine/distribution/mod.ts";
import {
  MANIFEST,
  parseManifest,
  parseSha512,
} from "../../../infra/engine/distribution/manifest.ts";
import { Failure } from "../../../infra/spec/mod.ts";
import { machineTest } from "../../_machine.ts";
import { fakeHost } from "./_fake_host.ts";

const progress = () => {};

Deno.test("MANIFEST names 105 jars by SHA-256, Kafka's and ZooKeeper's among them", () => {
  assertEquals(MANIFEST.size, 105);
  assert(MANIFEST.has("kafka_2.13-3.9.2.jar") && MANIFEST.has("zookeeper-3.8.4.jar"));
  for (const digest of MANIFEST.values()) assertEquals(/^[0-9a-f]{64}$/.test(digest), true);
});

Deno.test("parseSha512() reads both formats in which Apache publishes", () => {
  const hex = "0123456789abcdef".repeat(8);
  const grouped = hex.toUpperCase().replace(/(.{8})/g, " $1").replace(/(.{54})/g, "$1\n  ");
  assertEquals(parseSha512(`kafka_2.13-3.9.2.tgz:${grouped}\n`), hex);
  assertEquals(parseSha512(`${hex}  kafka_2.13-3.9.2.tgz\n`), hex);
  assertEquals(parseSha512("<html>not found</html>"), undefined);
});

Deno.test("cacheDir() follows KAFKA_STACK_CACHE, then the system's rule", () => {
  const host = fakeHost();
  assertEquals(cacheDir(host), "/home/u/.cache/kafka-stack");
  host.vars.XDG_CACHE_HOME = "/x";
  assertEquals(cacheDir(host), "/x/kafka-stack");
  host.vars.KAFKA_STACK_CACHE = "/mine";
  assertEquals(cacheDir(host), "/mine");
});

Deno.test("findDistribution() takes KAFKA_HOME, and refuses one that is not this Kafka", async () => {
  const host = fakeHost();
  host.vars.KAFKA_HOME = "/opt/kafka";
  const find = () => findDistribution(host, "3.9.2", { progress });
  assertStringIncludes((await assertRejects(find, Failure)).message, "but there is no Kafka");
  host.files.set("/opt/kafka/libs/kafka_2.13-4.1.0.jar", "");
  assertStringIncludes((await assertRejects(find, Failure)).message, "KAFKA_HOME is Kafka 4.1.0");
  await host.remove("/opt/kafka/libs");
  host.files.set("/opt/kafka/libs/kafka_2.13-3.9.1.jar", "");
  assertEquals(await find(), { version: "3.9.1", libs: "/opt/kafka/libs" });
});

Deno.test("findDistribution() fetches once, and never uses what an interrupted fetch left", async () => {
  const host = fakeHost();
  const cache = "/home/u/.cache/kafka-stack";
  host.files.set(`${cache}/fetching/libs/half.jar`, "half");
  let fetched = 0;
  const fetch = async (_: unknown, _version: string, dir: string) => {
    fetched++;
    assertEquals(await host.list(`${dir}/libs`), []);
    if (fetched === 1) throw new Failure("cut");
    await host.writeText(`${dir}/libs/kafka.jar`, "whole");
  };
  const find = () => findDistribution(host, "3.9.2", { progress, fetch });
  await assertRejects(find, Failure, "cut");
  assertEquals([...host.files.keys()], []);
  assertEquals(await find(), { version: "3.9.2", libs: `${cache}/kafka-3.9.2/libs` });
  await find();
  assertEquals(fetched, 2);
});

Deno.test("verifyJars() refuses a missing and a damaged jar", async () => {
  const host = fakeHost();
  const manifest = parseManifest("digest-of-a  a.jar\n");
  host.digest = (path) => Promise.resolve(host.files.get(path)!);
  const verify = () => verifyJars(host, "/libs", manifest);
  await assertRejects(verify, Failure, "found no file");
  host.files.set("/libs/a.jar", "other");
  await assertRejects(verify, Failure, "a.jar is not the jar it should be");
  host.files.set("/libs/a.jar", "digest-of-a");
  await verify();
});

machineTest("fetchTarball() from a server: good, wrong checksum, cut, 404, none", async () => {
  const dir = await Deno.makeTempDir();
  const sh = async (script: string) => {
    const result = await denoHost.run("sh", ["-c", script], { cwd: dir });
    assertEquals(result.code, 0, result.stderr);
    return result.stdout;
  };
  await sh("mkdir -p k/libs && echo jar > k/libs/kafka.jar && tar -czf good.tgz k");
  const good = await Deno.readFile(`${dir}/good.tgz`);
  const sum = await denoHost.digest(`${dir}/good.tgz`, "SHA-512");
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const [, kind, , file] = new URL(request.url).pathname.split("/");
    if (kind === "missing") return new Response("no", { status: 404 });
    if (file!.endsWith(".sha512")) {
      return new Response(kind === "wrong" ? "0".repeat(128) : `kafka.tgz: ${sum}`);
    }
    return new Response(good);
  });
  // Promises more than it sends, then closes the connection.
  const cutting = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const cut = (async () => {
    for await (const connection of cutting) {
      await connection.read(new Uint8Array(4096));
      const head = `HTTP/1.1 200 OK\r\ncontent-length: ${good.length}\r\n\r\n`;
      await connection.write(new TextEncoder().encode(head));
      await connection.write(good.subarray(0, 40));
      connection.close();
    }
  })();
  const base = `http://127.0.0.1:${server.addr.port}`;
  const fetch = (kind: string, from = base) =>
    fetchTarball(denoHost, "3.9.2", `${dir}/${kind}`, progress, `${from}/${kind}`);
  try {
    await fetch("good");
    assertEquals(await Deno.readTextFile(`${dir}/good/libs/kafka.jar`), "jar\n");
    await assertRejects(() => fetch("wrong"), Failure, "is damaged: its SHA-512 is");
    await assertRejects(
      () => fetch("cut", `http://127.0.0.1:${cutting.addr.port}`),
      Failure,
      "Cannot download Kafka 3.9.2",
    );
    await assertRejects(() => fetch("missing"), Failure, "answered 404");
    await server.shutdown();
    const none = await assertRejects(() => fetch("good"), Failure, "Cannot download Kafka 3.9.2");
    assertStringIncludes(none.hint!, "KAFKA_HOME");
  } finally {
    cutting.close();
    await cut;
    await server.shutdown().catch(() => {});
    await Deno.remove(dir, { recursive: true });
  }
});
