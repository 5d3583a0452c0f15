import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { placeExporter } from "../../../infra/engine/distribution/exporter.ts";
import { EXPORTER_JAR } from "../../../infra/render/mod.ts";
import { Failure } from "../../../infra/spec/mod.ts";
import { type FakeHost, fakeHost } from "./_fake_host.ts";

const SHA256 = "7d61f737fd661610ccc14aea79764faa1ea94a340cbc8f0029b3d2edea3d80c1";
const NAME = EXPORTER_JAR.slice(EXPORTER_JAR.lastIndexOf("/") + 1);
const place = (host: FakeHost) =>
  placeExporter(host, { dir: "/s", cache: "/c", progress: () => {} });

/** A host whose Maven delivers `content`; "jar" has the right digest. */
function hostWith(content: string | undefined): FakeHost {
  const host = fakeHost();
  host.digest = (path) => Promise.resolve(host.files.get(path) === "jar" ? SHA256 : "another");
  host.commands = (command, args) => {
    if (command === "cp") host.files.set(args[1]!, host.files.get(args[0]!)!);
    const to = args.find((arg) => arg.startsWith("-DoutputDirectory="))?.slice(18);
    if (to !== undefined && content !== undefined) host.files.set(`${to}/${NAME}`, content);
    const failed = to !== undefined && content === undefined;
    return { code: failed ? 1 : 0, stdout: failed ? "[ERROR] no network\n" : "", stderr: "" };
  };
  host.rename = (from, to) => {
    host.files.set(to, host.files.get(from)!);
    host.files.delete(from);
    return Promise.resolve();
  };
  return host;
}
const fetches = (host: FakeHost) => host.log.filter((line) => line.includes("-Dartifact")).length;

Deno.test("placeExporter() fetches once for a user, and copies once for a stack", async () => {
  const host = hostWith("jar");
  await place(host);
  assertEquals(host.files.get(`/s/${EXPORTER_JAR}`), "jar");
  await place(host);
  await host.remove(`/s/${EXPORTER_JAR}`);
  await place(host);
  assertEquals([host.files.get(`/s/${EXPORTER_JAR}`), fetches(host)], ["jar", 1]);
  assertEquals([...host.files.keys()].sort(), [`/c/${NAME}`, `/s/${EXPORTER_JAR}`]);
});

Deno.test("placeExporter() replaces a jar that is damaged", async () => {
  const host = hostWith("jar");
  host.files.set(`/s/${EXPORTER_JAR}`, "cut sh");
  await place(host);
  assertEquals(host.files.get(`/s/${EXPORTER_JAR}`), "jar");
});

Deno.test("placeExporter() refuses another jar, and says how to go on without one", async () => {
  const wrong = hostWith("changed on the way");
  const error = await assertRejects(() => place(wrong), Failure);
  assertStringIncludes(error.message, `${NAME} is not the jar it should be`);
  assertEquals([...wrong.files.keys()], []);
  const none = await assertRejects(() => place(hostWith(undefined)), Failure);
  assertEquals(
    none.message,
    "Cannot fetch the JMX exporter 1.0.1: Maven ended with exit code 1: [ERROR] no network",
  );
  assertStringIncludes(none.hint!, "--without monitoring");
});
