import { assertEquals } from "@std/assert";
import { marksOf, readMarks } from "../../../../infra/engine/native/marks.ts";
import {
  MARKS,
  MARKS_SEPARATOR,
  parseDarwin,
  parseLinux,
} from "../../../../infra/engine/host/process_table.ts";
import { renderNative } from "../../render/_render.ts";
import { defineStack } from "../../../../infra/spec/mod.ts";

const FIELDS = "S 1 4490 4490 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 1 0 170600 7000 8";

/** What the script prints on Linux of a process with these arguments. */
const onLinux = (args: readonly string[], name = "java") =>
  `4490 (${name}) ${FIELDS}\n1000 200 50 1 0 100 0\n${
    args.map((arg) => `${arg.replaceAll("\n", "\x1f")}\x1e`).join("")
  }\n`;
/** What `ps` prints on macOS of it. */
const onDarwin = (args: readonly string[]) =>
  `  501 Mon Nov 23 22:05:38 2026  145412 ${args.join(" ")}\n`;
/** What each system's way of listing makes of them. */
const listed = (args: readonly string[]) => ({
  linux: parseLinux(onLinux(args))[0]!.command,
  darwin: parseDarwin(onDarwin(args), "-Dstack.service=")[0]?.command ?? [],
});

const [zookeeper1] = renderNative(defineStack({}), "/s").services;
const FINGERPRINT = zookeeper1!.fingerprint;

Deno.test("parseLinux() reads pid, start time, memory and arguments, whatever the name holds", () => {
  assertEquals(parseLinux(onLinux(["java", "-Da=/a b\nc", "kafka.Kafka"], "java (x) y")), [{
    pid: 4490,
    startTime: "170600",
    memoryBytes: 200 * 4096,
    command: ["java", "-Da=/a b\nc", "kafka.Kafka"],
  }]);
});

Deno.test("parseLinux() leaves out zombies and processes that ended while they were read", () => {
  const zombie = `7 (java) ${FIELDS.replace("S", "Z")}\n0 0 0\n\n`;
  const cut = `8 (java) ${FIELDS}\n`;
  assertEquals(parseLinux(zombie + cut), []);
});

Deno.test("parseDarwin() reads the lines that hold the mark", () => {
  const output = [
    "  501 Mon Nov 23 22:05:38 2026  145412 /usr/bin/java -Dstack.service=a kafka.Kafka",
    "  502 Mon Nov  2 02:05:38 2026    1412 vi notes",
  ].join("\n");
  assertEquals(parseDarwin(output, "-Dstack.service="), [{
    pid: 501,
    startTime: "Mon Nov 23 22:05:38 2026",
    memoryBytes: 145412 * 1024,
    command: ["/usr/bin/java", "-Dstack.service=a", "kafka.Kafka"],
  }]);
});

Deno.test("readMarks() reads back the very directory, on each system, as argument and from the environment", () => {
  const dirs = [
    ...["/x/my", "/x/my stack", "/x/my%20stack", "/x/a\nb", "/x/a\x1eb", "/x/a=b", "/x/'\"\\"],
    ...["/x/(.*)+[a]", "/x/ä ö", "/x/-Dstack.service=kafka9 b", "/"],
  ];
  for (const dir of dirs) {
    const marks = marksOf(dir, zookeeper1!);
    const expected = { dir, service: "zookeeper1", fingerprint: FINGERPRINT };
    const environment = `${MARKS}=${["", ...marks].join(MARKS_SEPARATOR)}`;
    for (const args of [["java", ...marks, "-cp"], ["grafana", "server", environment]]) {
      const { linux, darwin } = listed(args);
      assertEquals(readMarks(linux), expected);
      assertEquals(readMarks(darwin), expected);
    }
  }
});

Deno.test("readMarks() reads what the versions before wrote, on each system", () => {
  const plain = (dir: string) => [
    `-Dstack.dir=${dir}`,
    "-Dstack.service=kafka1",
    "-Dstack.fingerprint=abc",
  ];
  for (const dir of ["/x/my", "/x/my stack", "/x/a=b"]) {
    const expected = { dir, service: "kafka1", fingerprint: "abc" };
    const environment = `${MARKS}=${["", ...plain(dir)].join("\x1e")}`;
    for (const args of [["java", ...plain(dir), "-cp"], ["grafana", environment]]) {
      const { linux, darwin } = listed(args);
      assertEquals(readMarks(linux), expected);
      assertEquals(readMarks(darwin), expected);
    }
  }
});

Deno.test("readMarks() takes no part of an argument for a mark", () => {
  const { linux } = listed(["sh", "-c", "grep -Dstack.url=file:///x -Dstack.service=kafka1"]);
  assertEquals(readMarks(linux), undefined);
  assertEquals(readMarks(["java", "-Dstack.url=file:///x", "-Dstack.service=kafka1 x"]), undefined);
  assertEquals(readMarks(["java", "-Dstack.url=file://%zz", "-Dstack.service=kafka1"]), undefined);
  assertEquals(readMarks(["java", "-Dstack.service=kafka1"]), undefined);
});
