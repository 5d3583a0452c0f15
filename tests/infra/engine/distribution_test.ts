import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../../infra/engine/host/deno_host.ts";
import { fetchTarball, verifyJars } from "../../../infra/engine/distribution/fetch.ts";
import {
  cacheDir,
  describeDistribution,
  findDistribution,
  madeByUs,
  versionAtHome,
} from "../../../infra/engine/distribution/mod.ts";
import {
  loggingBinding,
  manifestOf,
  parseManifest,
  parseSha512,
} from "../../../infra/engine/distribution/manifest.ts";
import { Failure, KAFKA_VERSIONS } from "../../../infra/spec/mod.ts";
import { machineTest } from "../../_machine.ts";
import { type FakeHost, fakeHost } from "./_fake_host.ts";

const progress = () => {};

/** A host whose files have digests that can be written down. */
function hostWithDigests(): FakeHost {
  const host = fakeHost();
  host.digest = (path) => Promise.resolve(`digest-of-${host.files.get(path)}`);
  return host;
}

/** A port on which nobody listens. */
function closedPort(): number {
  return denoHost.freePort();
}

/** What the stack of these tests needs. */
const WANTED = { mode: "zookeeper", kafkaVersion: "3.9.2" } as const;

Deno.test("manifestOf() names the jars of each version, Kafka's own and a logging library among them", () => {
  const found = KAFKA_VERSIONS.map((version) => {
    const manifest = manifestOf(version)!;
    assert(manifest.has(`kafka_2.13-${version}.jar`) && manifest.has(`kafka-tools-${version}.jar`));
    for (const { digest } of manifest.values()) assert(/^[0-9a-f]{64}$/.test(digest));
    const { group, name, version: itsVersion } = loggingBinding(manifest);
    return [version, manifest.size, `${group}:${name}:${itsVersion}`];
  });
  assertEquals(found, [
    ["3.9.2", 105, "org.slf4j:slf4j-reload4j:1.7.36"],
    ["4.3.1", 92, "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"],
    ["4.4.0", 92, "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5"],
  ]);
  assertEquals(manifestOf("4.2.0"), undefined);
  assertEquals(
    manifestOf("3.9.2")!.get("zookeeper-3.8.4.jar")!.path,
    "org/apache/zookeeper/zookeeper/3.8.4/zookeeper-3.8.4.jar",
  );
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

Deno.test("findDistribution() takes KAFKA_HOME, and refuses one that the mode cannot have", async () => {
  const host = fakeHost();
  host.vars.KAFKA_HOME = "/opt/kafka";
  const find = (mode: "zookeeper" | "kraft", version: string) => {
    host.files.clear();
    if (version) host.files.set(`/opt/kafka/libs/kafka_2.13-${version}.jar`, "");
    return findDistribution(host, { mode, kafkaVersion: "3.9.2" }, { progress });
  };
  await assertRejects(() => find("zookeeper", ""), Failure, "but there is no Kafka");
  for (const [mode, version] of [["zookeeper", "3.9.1"], ["kraft", "3.9.2"], ["kraft", "4.1.0"]]) {
    const found = await find(mode as "kraft", version!);
    assertEquals(found, { version: version!, libs: "/opt/kafka/libs" });
    assertEquals(await versionAtHome(host, mode as "kraft"), version);
  }
  const tooNew = await assertRejects(() => find("zookeeper", "4.1.0"), Failure);
  assertEquals(
    tooNew.message,
    "KAFKA_HOME (/opt/kafka) cannot run this stack: Kafka 4.1.0 has no ZooKeeper, which left with 4.0",
  );
  assertStringIncludes(tooNew.hint!, "or: --mode kraft");
  await assertRejects(() => find("kraft", "3.8.1"), Failure, "Kafka 3.8.1 is older than 3.9");
  delete host.vars.KAFKA_HOME;
  assertEquals(await versionAtHome(host, "kraft"), undefined);
});

Deno.test("findDistribution() fetches no version whose jars it does not know", async () => {
  const wanted = { mode: "kraft", kafkaVersion: "4.2.0" } as const;
  const { message } = await assertRejects(
    () => findDistribution(fakeHost(), wanted, { progress }),
    Failure,
  );
  assertEquals(message, "Kafka 4.2.0 is none of those that are fetched: 3.9.2, 4.3.1, 4.4.0");
});

const CACHE = "/home/u/.cache/kafka-stack";
const LIBS = `${CACHE}/kafka-3.9.2/libs`;
const manifest = parseManifest("digest-of-a  org/a/a.jar\ndigest-of-b  org/b/b.jar\n");

/** A host in whose cache these jars lie, and how to find Kafka there; `fetched` counts. */
function cacheOf(jars: Readonly<Record<string, string>>) {
  const host = hostWithDigests();
  for (const [name, content] of Object.entries(jars)) host.files.set(`${LIBS}/${name}`, content);
  const said: string[] = [];
  const state = { fetched: 0 };
  const fetch = async (_: unknown, _version: string, dir: string) => {
    state.fetched++;
    assertEquals(await host.list(`${dir}/libs`), []);
    for (const name of ["a", "b"]) await host.writeText(`${dir}/libs/${name}.jar`, name);
    await host.writeText(`${dir}/pom.xml`, "");
  };
  const find = () =>
    findDistribution(host, WANTED, { progress, say: (line) => said.push(line), fetch, manifest });
  return { host, said, state, find };
}

Deno.test("findDistribution() fetches once, and never uses what an interrupted fetch left", async () => {
  const { host, said, state, find } = cacheOf({});
  host.files.set(`${CACHE}/fetching/libs/half.jar`, "half");
  const cut = findDistribution(host, WANTED, {
    progress,
    manifest,
    fetch: () => Promise.reject(new Failure("cut")),
  });
  await assertRejects(() => cut, Failure, "cut");
  assertEquals([...host.files.keys()], []);
  assertEquals(await find(), { version: "3.9.2", libs: LIBS });
  await find();
  assertEquals([state.fetched, said], [1, []]);
});

Deno.test("findDistribution() waits for another task that is fetching, and takes what that fetched", async () => {
  const { host, said, state, find } = cacheOf({});
  const other = await host.lock(`${CACHE}/.lock`, "a fetch of Kafka");
  host.onTime = () => {
    for (const name of ["a", "b"]) host.files.set(`${LIBS}/${name}.jar`, name);
    if (typeof other !== "string") other.release();
  };
  assertEquals(await find(), { version: "3.9.2", libs: LIBS });
  assertEquals([state.fetched, said], [0, [
    `waiting: another task is fetching Kafka into ${CACHE}`,
  ]]);
});

Deno.test("findDistribution() mends no jar that it cannot read, and says why", async () => {
  const { host, state, find } = cacheOf({ "a.jar": "a", "b.jar": "b" });
  host.digest = () => Promise.reject(new Error("Too many open files (os error 24)"));
  const { message } = await assertRejects(find, Failure);
  assertEquals(message, `Cannot read ${LIBS}/a.jar (Too many open files (os error 24))`);
  assertEquals([state.fetched, (await host.list(LIBS)).length], [0, 2]);
});

Deno.test("findDistribution() sets aside a jar that does not belong there, and fetches nothing", async () => {
  const { host, said, state, find } = cacheOf({ "a.jar": "a", "b.jar": "b", "aaa-evil.jar": "x" });
  await find();
  assertEquals((await host.list(LIBS)).sort(), ["a.jar", "b.jar"]);
  const [kept] = [...host.files].find(([path]) => path.endsWith("aaa-evil.jar"))!;
  assertEquals(kept, `${CACHE}/kafka-3.9.2/set-aside/${host.now()}/aaa-evil.jar`);
  assertEquals(state.fetched, 0);
  assertEquals(said, [
    `Kafka's jars in ${LIBS} are not as they should be: aaa-evil.jar does not belong to it. ` +
    "They are mended.",
    `What was there is in ${CACHE}/kafka-3.9.2/set-aside/${host.now()}: aaa-evil.jar`,
  ]);
  await find();
  assertEquals(said.length, 2);
});

Deno.test("findDistribution() mends a missing and a changed jar, and drops archives of them", async () => {
  for (const jars of [{ "a.jar": "a" }, { "a.jar": "a", "b.jar": "other" }]) {
    const { host, said, state, find } = cacheOf(jars);
    host.files.set(`${CACHE}/cds-0123456789abcdef/broker.jsa`, "");
    await find();
    assertEquals([host.files.get(`${LIBS}/a.jar`), host.files.get(`${LIBS}/b.jar`)], ["a", "b"]);
    assertEquals(state.fetched, 1);
    assertStringIncludes(said[0]!, "b.jar is");
    assertEquals(await host.list(`${CACHE}/cds-0123456789abcdef`), []);
    assertEquals(await host.list(`${CACHE}/fetching`), []);
  }
});

Deno.test("findDistribution() leaves a directory alone that no fetch has made", async () => {
  const { host, find } = cacheOf({ "a.jar": "a" });
  host.files.set(`${CACHE}/kafka-3.9.2/bin/kafka-topics.sh`, "mine");
  const before = new Map(host.files);
  const error = await assertRejects(find, Failure, "is not what this toolkit has fetched");
  assertStringIncludes(error.hint!, "KAFKA_STACK_CACHE");
  assertEquals(host.files, before);
});

Deno.test("findDistribution() changes nothing in KAFKA_HOME, and says what differs", async () => {
  const host = hostWithDigests();
  host.vars.KAFKA_HOME = "/opt/kafka";
  const jars = { "kafka_2.13-3.9.2.jar": "k", "a.jar": "other", "mine.jar": "m" };
  for (const [name, text] of Object.entries(jars)) host.files.set(`/opt/kafka/libs/${name}`, text);
  const before = new Map(host.files);
  const said: string[] = [];
  await findDistribution(host, WANTED, { progress, manifest, say: (line) => said.push(line) });
  assertEquals(said, [
    "Warning: in KAFKA_HOME (/opt/kafka) a.jar is not the one it should be",
  ]);
  await assertRejects(
    () => describeDistribution(host, WANTED, manifest),
    Failure,
    "KAFKA_HOME is /opt/kafka, Kafka 3.9.2: a.jar is not the one it should be",
  );
  assertEquals(host.files, before);
});

Deno.test("describeDistribution() tells a whole cache from one that is not, and mends nothing", async () => {
  const describe = (host: FakeHost) => describeDistribution(host, WANTED, manifest);
  assertStringIncludes(await describe(cacheOf({}).host), "not fetched yet");
  const { host } = cacheOf({ "a.jar": "a", "b.jar": "b" });
  assertStringIncludes(await describe(host), "2 jars as they should be");
  host.files.set(`${LIBS}/aaa-evil.jar`, "x");
  const before = new Map(host.files);
  const error = await assertRejects(() => describe(host), Failure, "aaa-evil.jar does not belong");
  assertEquals(error.hint, "deno task up mends it");
  assertEquals(host.files, before);
});

Deno.test("madeByUs() leaves out what a user has in the directory of the cache", async () => {
  const { host } = cacheOf({ "a.jar": "a" });
  const theirs = ["notes.txt", "kafka-4.0.0/bin/x", "kafka-mine/libs/a.jar", "cds-of-bach/1.flac"];
  const ours = [".lock", "cds-0123456789abcdef/broker.jsa", "jmx_prometheus_javaagent-1.0.1.jar"];
  for (const path of [...theirs, ...ours]) host.files.set(`${CACHE}/${path}`, "");
  assertEquals((await madeByUs(host, CACHE)).sort(), [
    ".lock",
    "cds-0123456789abcdef",
    "jmx_prometheus_javaagent-1.0.1.jar",
    "kafka-3.9.2",
  ]);
});

Deno.test("verifyJars() refuses a missing, a damaged and an extra jar by name", async () => {
  const host = hostWithDigests();
  const verify = () => verifyJars(host, "/libs", parseManifest("digest-of-a  a.jar\n"));
  await assertRejects(verify, Failure, "a.jar is missing");
  host.files.set("/libs/a.jar", "other");
  await assertRejects(verify, Failure, "a.jar is not the one it should be");
  host.files.set("/libs/a.jar", "a");
  host.files.set("/libs/.DS_Store", "no jar");
  await verify();
  host.files.set("/libs/aaa-evil.jar", "x");
  await assertRejects(verify, Failure, "aaa-evil.jar does not belong to it");
});

machineTest("fetchTarball() from a server: good, wrong checksum, cut, 404, none", async () => {
  const dir = await Deno.makeTempDir();
  const sh = async (script: string) => {
    const result = await denoHost.run("sh", ["-c", script], { cwd: dir });
    assertEquals(result.code, 0, result.stderr);
    return result.stdout;
  };
  // As the release: with jars that are not asked for, without one that is, and one that differs.
  await sh(
    "mkdir -p k/libs k/bin central && cd k/libs && echo jar > kafka.jar && echo x > trogdor.jar && " +
      "echo strange > strange.jar && cd ../.. && tar -czf good.tgz k && " +
      "echo more > central/more.jar && echo right > central/strange.jar",
  );
  const sums = await sh("cd k/libs && sha256sum kafka.jar && cd ../../central && sha256sum *");
  const manifest = parseManifest(sums);
  const good = await Deno.readFile(`${dir}/good.tgz`);
  const sum = await denoHost.digest(`${dir}/good.tgz`, "SHA-512");
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const [, kind, , file] = new URL(request.url).pathname.split("/");
    if (kind === "central") {
      return new Response(Deno.readFileSync(`${dir}${new URL(request.url).pathname}`));
    }
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
  const said: string[] = [];
  const fetch = (kind: string, from = base, central = `${base}/central`) =>
    fetchTarball(denoHost, "3.9.2", `${dir}/${kind}`, manifest, progress, {
      ...{ archive: `${from}/${kind}`, central, say: (line) => said.push(line) },
    });
  try {
    await fetch("good");
    assertEquals(await sh("cd good && ls && cat libs/*"), "libs\njar\nmore\nright\n");
    assertEquals(await sh("ls good/libs"), "kafka.jar\nmore.jar\nstrange.jar\n");
    assertEquals(said, [
      "kafka_2.13-3.9.2.tgz: strange.jar is not the one it should be; Maven Central is asked for it",
    ]);
    // What Maven Central has is held to the manifest too.
    await sh("echo forged > central/more.jar");
    await assertRejects(() => fetch("forged"), Failure, "more.jar is not the one it should be");
    const nowhere = `http://127.0.0.1:${closedPort()}`;
    await assertRejects(
      () => fetch("nowhere", base, nowhere),
      Failure,
      "Cannot download strange.jar: ",
    );
    await assertRejects(() => fetch("wrong"), Failure, "is damaged: its SHA-512 is");
    await assertRejects(
      () => fetch("cut", `http://127.0.0.1:${cutting.addr.port}`),
      Failure,
      `ended after 40 of ${good.length} bytes`,
    );
    await assertRejects(() => fetch("missing"), Failure, "answered 404");
    await server.shutdown();
    const none = await assertRejects(() => fetch("good"), Failure, "Cannot download Kafka 3.9.2");
    assertStringIncludes(none.message, "cannot be reached: connection refused");
    assertStringIncludes(none.hint!, "KAFKA_HOME");
  } finally {
    cutting.close();
    await cut;
    await server.shutdown().catch(() => {});
    await Deno.remove(dir, { recursive: true });
  }
});
