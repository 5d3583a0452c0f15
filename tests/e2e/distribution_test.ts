import { assertEquals, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { compareJars } from "../../infra/engine/distribution/jars.ts";
import { manifestOf } from "../../infra/engine/distribution/manifest.ts";
import { findDistribution } from "../../infra/engine/distribution/mod.ts";
import { defineStack } from "../../infra/spec/mod.ts";
import { command, engineTest, withStack } from "./_stack.ts";

const whole = { missing: [], changed: [], extra: [] };

await engineTest(
  "native",
  "jars that are not Kafka's own are found, named and mended",
  async () => {
    const options = { progress: () => {} };
    const { libs: source } = await findDistribution(denoHost, defineStack({}), options);
    await withStack({ up: false }, async (stack) => {
      const cache = `${stack.dir}/cache`;
      const libs = `${cache}/kafka-3.9.2/libs`;
      await Deno.mkdir(libs, { recursive: true });
      for (const name of await denoHost.list(source)) {
        await Deno.copyFile(`${source}/${name}`, `${libs}/${name}`);
      }
      const env = { KAFKA_STACK_CACHE: cache };
      const kafka = async () => {
        const { stdout } = await stack.task("doctor", { env });
        return /^\S+ +Kafka .*/m.exec(stdout)?.[0] ?? stdout;
      };
      assertStringIncludes(await kafka(), "105 jars as they should be");

      await Deno.writeTextFile(`${libs}/aaa-evil.jar`, "evil");
      await Deno.remove(`${libs}/zookeeper-3.8.4.jar`);
      await Deno.writeTextFile(`${libs}/kafka-clients-3.9.2.jar`, "damaged", { append: true });
      const differences = "kafka-clients-3.9.2.jar is not the one it should be, " +
        "zookeeper-3.8.4.jar is missing, aaa-evil.jar does not belong to it";
      assertEquals((await kafka()).startsWith("FAIL"), true);
      assertStringIncludes(await kafka(), differences);

      const said: string[] = [];
      const host = {
        ...denoHost,
        env: (name: string) => name === "KAFKA_STACK_CACHE" ? cache : denoHost.env(name),
      };
      const say = (line: string) => said.push(line);
      assertEquals((await findDistribution(host, defineStack({}), { ...options, say })).libs, libs);
      assertStringIncludes(said[0]!, differences);
      assertEquals(await compareJars(denoHost, libs, manifestOf("3.9.2")!), whole);
      const aside = await command("sh", "-c", `cat ${cache}/kafka-3.9.2/set-aside/*/aaa-evil.jar`);
      assertEquals(aside, "evil");
      assertStringIncludes(await kafka(), "105 jars as they should be");
    });
  },
  { programs: ["mvn"] },
);
