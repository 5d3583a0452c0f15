import { assertEquals } from "@std/assert";
import { parseDarwin, parseLinux } from "../../../infra/engine/process_table.ts";

const FIELDS = "S 1 4490 4490 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 1 0 170600 7000 8";

Deno.test("parseLinux() reads pid, start time, memory and arguments, whatever the name holds", () => {
  const output = [
    `4490 (java (x) y) ${FIELDS}`,
    "1000 200 50 1 0 100 0",
    "java\x1e-Dstack.dir=/a b\x1ekafka.Kafka\x1e",
    "",
  ].join("\n");
  assertEquals(parseLinux(output), [{
    pid: 4490,
    startTime: "170600",
    memoryBytes: 200 * 4096,
    command: ["java", "-Dstack.dir=/a b", "kafka.Kafka"],
  }]);
});

Deno.test("parseLinux() leaves out zombies and processes that ended while they were read", () => {
  const zombie = `7 (java) ${FIELDS.replace("S", "Z")}\n0 0 0\n\n`;
  const cut = `8 (java) ${FIELDS}\n`;
  assertEquals(parseLinux(zombie + cut), []);
});

Deno.test("parseDarwin() reads the lines that hold the mark", () => {
  const output = [
    "  501 Mon Nov 23 22:05:38 2026  145412 /usr/bin/java -Dstack.dir=/a kafka.Kafka",
    "  502 Mon Nov  2 02:05:38 2026    1412 vi notes",
  ].join("\n");
  assertEquals(parseDarwin(output, "-Dstack.dir="), [{
    pid: 501,
    startTime: "Mon Nov 23 22:05:38 2026",
    memoryBytes: 145412 * 1024,
    command: ["/usr/bin/java", "-Dstack.dir=/a", "kafka.Kafka"],
  }]);
});
