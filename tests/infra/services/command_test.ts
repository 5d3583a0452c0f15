import { assertEquals } from "@std/assert";
import { commandOf, crashReport, IMAGE_PLACES, type Program } from "../../../infra/services/mod.ts";

const PLACES = {
  java: { command: "/opt/java/bin/java", libs: "/kafka/libs" },
  deno: { command: "/usr/bin/deno", root: "/src" },
};

const PROGRAMS: Record<string, Program> = {
  java: {
    ...{ type: "java", kafkaVersion: "3.9.2", mainClass: "kafka.Kafka", heapMiB: 64 },
    ...{ jvmFlags: ["-Xmx64m"], args: ["/s/server.properties"] },
  },
  deno: { type: "deno", script: "clients/x.ts", flags: ["--allow-net"], args: ["--port", "1"] },
  command: { type: "command", command: "prometheus", args: ["--x"] },
};

Deno.test("commandOf() is one command for both, but for where things lie", () => {
  const lines = (places: typeof PLACES) =>
    Object.values(PROGRAMS).map((program) => commandOf(program, places).join(" "));
  assertEquals(lines(PLACES), [
    "/opt/java/bin/java -Xmx64m -cp /kafka/libs/* kafka.Kafka /s/server.properties",
    "/usr/bin/deno run --allow-net /src/clients/x.ts --port 1",
    "prometheus --x",
  ]);
  assertEquals(lines(IMAGE_PLACES), [
    "java -Xmx64m -cp /opt/kafka/libs/* kafka.Kafka /s/server.properties",
    "deno run --allow-net /kafka_client/clients/x.ts --port 1",
    "prometheus --x",
  ]);
});

Deno.test("commandOf() puts a runtime's own flags before a JVM's", () => {
  assertEquals(
    commandOf(PROGRAMS.java!, PLACES, ["-Dmark=1"]).slice(1, 3),
    ["-Dmark=1", "-Xmx64m"],
  );
});

Deno.test("crashReport() says where to, also in a directory with a per cent sign", () => {
  assertEquals(
    crashReport({ log: "kafka/log/kafka1" }, "/my%20stack"),
    "-XX:ErrorFile=/my%%20stack/kafka/log/kafka1/hs_err_pid%p.log",
  );
});
