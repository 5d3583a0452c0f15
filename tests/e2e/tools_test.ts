import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { sharedTest } from "./_shared.ts";
import { deno, oldest } from "./_stack.ts";

const lines = (text: string) => text.trim().split("\n");

await sharedTest("the tools", {
  "shell runs the commands of the original's page, with and without .sh": async (stack) => {
    const names = stack.shellServers;
    const tool = (stdin: string | undefined, ...command: string[]) =>
      stack.ok("shell", "--", ...command, ...(stdin === undefined ? [] : [{ stdin }]));
    const topic = ["--topic", "test-topic"];

    await tool(
      undefined,
      "kafka-topics",
      "--bootstrap-server",
      names,
      "--create",
      ...topic,
      "--partitions",
      "3",
      "--replication-factor",
      "3",
    );
    const list = await tool(undefined, "kafka-topics.sh", "--bootstrap-server", names, "--list");
    assertEquals(lines(list.stdout).filter((name) => !name.startsWith("__consumer")), [
      "test-topic",
    ]);

    await tool(
      undefined,
      "kafka-configs",
      "--bootstrap-server",
      names,
      "--entity-type",
      "topics",
      "--entity-name",
      "test-topic",
      "--alter",
      "--add-config",
      "cleanup.policy=compact",
    );
    const described = await stack.ok("topic:describe", ...topic);
    assertStringIncludes(described.stdout, "cleanup.policy=compact");

    await tool(
      "k1:from-java\n",
      "kafka-console-producer",
      "--broker-list",
      names,
      ...topic,
      "--timeout",
      "30000",
      "--property",
      "client.id=flinox",
      "--property",
      "parse.key=true",
      "--property",
      "key.separator=:",
    );
    await stack.ok("produce", { stdin: "k2:from-deno\n" }, "--key-separator", ":");

    const java = await stack.ok(
      "shell",
      "--",
      "kafka-console-consumer",
      "--bootstrap-server",
      names,
      ...topic,
      "--timeout-ms",
      "60000",
      "--max-messages",
      "2",
      "--property",
      "group.id=flinox",
      "--from-beginning",
    );
    assertEquals(lines(java.stdout).sort(), ["from-deno", "from-java"]);
    const ours = await stack.ok(
      "consume",
      ...oldest(2),
      "--format",
      "%k=%v",
    );
    assertEquals(lines(ours.stdout).sort(), ["k1=from-java", "k2=from-deno"]);

    await tool(undefined, "kafka-topics", "--bootstrap-server", names, "--delete", ...topic);
    assertEquals(JSON.parse((await stack.ok("topic:list", "--json")).stdout), []);
    assertEquals((await stack.task("shell", "--", "sh", "-c", "exit 7")).code, 7);
  },
  "kcat reads what produce wrote and writes what consume reads": {
    programs: ["kcat"],
    run: async (stack) => {
      const [broker] = stack.bootstrapServers.split(",");
      const kcat = async (...args: string[]) => {
        const { code, stdout, stderr } = await denoHost.run("kcat", ["-b", broker!, ...args]);
        assertEquals(code, 0, stderr);
        return stdout;
      };
      const to = ["--topic", "kcat"];
      await stack.ok("topic:create", ...to);
      await stack.ok("produce", ...to, { stdin: "from-deno\n" });
      const read = await kcat("-C", "-t", "kcat", "-o", "beginning", "-e", "-q");
      assertEquals(read, "from-deno\n");
      const file = `${stack.dir}/lines`;
      await Deno.writeTextFile(file, "from-kcat\n");
      await kcat("-P", "-t", "kcat", "-l", file);
      const ours = await stack.ok(
        "consume",
        ...to,
        ...oldest(2),
        "--format",
        "%v",
      );
      assertEquals(lines(ours.stdout).sort(), ["from-deno", "from-kcat"]);
    },
  },
  "the clients alone find the brokers that KAFKA_HOST or --kafka names": async (stack) => {
    const servers = stack.bootstrapServers.split(",")[0]!;
    const client = (
      name: string,
      args: string[],
      options: { stdin?: string; env?: Record<string, string> },
    ) =>
      deno(
        [
          "run",
          "--allow-net",
          "--allow-env=KAFKA_HOST",
          `clients/${name}.ts`,
          "-topic",
          "alone",
          ...args,
        ],
        options,
      );
    const byVariable = await client("producer", [], {
      stdin: "one\n",
      env: { KAFKA_HOST: servers },
    });
    assertEquals(byVariable.code, 0, byVariable.stderr);
    const env = { KAFKA_HOST: "localhost:1" };
    const byFlag = await client(
      "producer",
      ["-kafka", servers.replace("127.0.0.1", "localhost")],
      {
        stdin: "two\n",
        env,
      },
    );
    assertEquals(byFlag.code, 0, byFlag.stderr);
    const read = await client("consumer", [
      "-kafka",
      servers,
      "-latest=false",
      "--max-messages",
      "2",
      "--timeout-ms",
      "20000",
      "--format",
      "%v",
    ], {});
    assertEquals(lines(read.stdout).sort(), ["one", "two"]);
    const nobody = await client("producer", [], { stdin: "three\n", env });
    assertEquals(nobody.code, 1, nobody.stdout + nobody.stderr);
    assertStringIncludes(nobody.stderr, "localhost:1");
    assert(!nobody.stderr.includes("    at "), nobody.stderr);
  },
});
