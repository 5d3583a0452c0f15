import { assertEquals, assertRejects } from "@std/assert";
import { findJava } from "../../../../infra/engine/native/java.ts";
import { Failure } from "../../../../infra/spec/mod.ts";
import { fakeHost } from "../_fake_host.ts";

const hostWith = (version: string) => {
  const host = fakeHost();
  host.commands = () => ({
    code: 0,
    stdout: "",
    stderr: `openjdk version "${version}" 2025-04-15\n`,
  });
  return host;
};

Deno.test("findJava() reads the version, old spelling and new", async () => {
  assertEquals((await findJava(hostWith("17.0.15"))).major, 17);
  assertEquals((await findJava(hostWith("23"))).major, 23);
});

Deno.test("findJava() asks JAVA_HOME before PATH", async () => {
  const host = hostWith("17.0.15");
  host.vars.JAVA_HOME = "/opt/jdk";
  assertEquals((await findJava(host)).command, "/opt/jdk/bin/java");
});

Deno.test("findJava() refuses no Java, a Java too old and one too new, with the way out", async () => {
  const refusal = (host = fakeHost()) => assertRejects(() => findJava(host), Failure);
  assertEquals((await refusal()).message, "No java on PATH");
  assertEquals(
    (await refusal(hostWith("1.8.0_292"))).message,
    "java is Java 8; Kafka and ZooKeeper here need 11 to 23",
  );
  assertEquals(
    (await refusal(hostWith("25.0.1"))).message,
    "java is Java 25; Kafka and ZooKeeper here need 11 to 23",
  );
  const host = fakeHost();
  host.vars.JAVA_HOME = "/gone";
  assertEquals(
    (await refusal(host)).message,
    "JAVA_HOME is /gone, but /gone/bin/java does not run",
  );
});
