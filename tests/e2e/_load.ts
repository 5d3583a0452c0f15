// A load on a stack that goes on while brokers come and go, and a count of what it left.
import { assertEquals } from "@std/assert";
import { withAdmin } from "./_kafkajs_admin.ts";
import { startClient } from "./_client.ts";
import { deno, type TestStack, until } from "./_stack.ts";

/** A producer under way. */
export interface Load {
  /** Waits until some thousand more records are acknowledged. */
  moreIsAcknowledged(): Promise<void>;
  /** Ends it; fails unless all that it was given was acknowledged, and is in the topic once. */
  endAndCount(): Promise<void>;
}

/** Makes a topic of nine partitions, three replicas each, and begins to fill it. */
export async function startLoad({ bootstrapServers }: TestStack): Promise<Load> {
  const topic = { topic: "load", numPartitions: 9, replicationFactor: 3 };
  await withAdmin(
    { bootstrapServers, clientId: "test" },
    (admin) => admin.createTopics({ topics: [topic] }),
  );
  const to = ["--kafka", bootstrapServers, "--topic", "load"];
  const producer = startClient("producer.ts", [...to, "--verbose"], { stdin: "piped" });
  let loaded = 0;
  let enough = false;
  const input = new ReadableStream<string>({
    async pull(controller) {
      if (enough) return controller.close();
      const lines = Array.from({ length: 500 }, () => `record ${loaded++} ${"x".repeat(80)}\n`);
      controller.enqueue(lines.join(""));
      // A load that goes on while brokers come and go, not one of millions.
      await new Promise((resolve) => setTimeout(resolve, 100));
    },
  }).pipeThrough(new TextEncoderStream()).pipeTo(producer.stdin!);

  return {
    async moreIsAcknowledged() {
      const start = producer.seen.stdout.length;
      await until(
        "some 5,000 more records are acknowledged",
        () => Promise.resolve(producer.seen.stdout.length > start + 650_000),
      );
    },
    async endAndCount() {
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
    },
  };
}
