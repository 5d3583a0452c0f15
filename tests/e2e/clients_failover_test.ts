import { assertEquals } from "@std/assert";
import { withAdmin } from "../../clients/_kafka.ts";
import { startClient } from "./_client.ts";
import { deno, e2eTest, until, withStack } from "./_stack.ts";

await e2eTest(
  "leaders stopped and killed amid a load: every acknowledged record is there, once",
  async (engine) => {
    await withStack({ engine }, async (stack) => {
      const to = ["--kafka", stack.bootstrapServers, "--topic", "load"];
      await withAdmin(
        { bootstrapServers: stack.bootstrapServers, clientId: "test" },
        (admin) =>
          admin.createTopics({
            topics: [{
              topic: "load",
              numPartitions: 9,
              replicationFactor: 3,
            }],
          }),
      );
      const producer = startClient("producer.ts", [...to, "--verbose"], { stdin: "piped" });
      let loaded = 0;
      let enough = false;
      const input = new ReadableStream<string>({
        async pull(controller) {
          if (enough) return controller.close();
          const lines = Array.from({ length: 500 }, () => `record ${loaded++} ${"x".repeat(80)}\n`);
          controller.enqueue(lines.join(""));
          // A load that goes on while brokers come and go, not one of millions.
          await new Promise((resolve) => setTimeout(resolve, 20));
        },
      }).pipeThrough(new TextEncoderStream()).pipeTo(producer.stdin!);
      const moreIsAcknowledged = async () => {
        const start = producer.seen.stdout.length;
        await until(
          "some 5,000 more records are acknowledged",
          () => Promise.resolve(producer.seen.stdout.length > start + 650_000),
        );
      };

      await moreIsAcknowledged();
      // Its leaders move at once: a send that spanned brokers would lose its records here.
      await stack.kill("kafka3", "SIGTERM");
      await moreIsAcknowledged();
      await stack.start("kafka3");
      await stack.kill("kafka2", "SIGKILL");
      await moreIsAcknowledged();
      enough = true;
      await input;
      const { code, stdout, stderr } = await producer.ended;
      assertEquals(code, 0, stderr);
      const written = stdout.split("\n").filter((line) => line.startsWith(">>> "))
        .map((line) => line.slice(line.indexOf("Message: ") + 9));
      assertEquals(written.length, loaded);

      const read = await deno([
        ...["run", "--allow-net", "clients/consumer.ts", ...to, "--from-beginning"],
        ...["--format", "%v", "--timeout-ms", "5000"],
      ]);
      assertEquals(read.code, 0, read.stderr);
      const found = read.stdout.trimEnd().split("\n");
      const there = new Set(found);
      assertEquals(written.filter((record) => !there.has(record)), [], "are missing");
      assertEquals(found.length, loaded, "no record is there twice");
    });
  },
);
