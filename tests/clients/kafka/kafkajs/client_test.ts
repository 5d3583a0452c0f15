import { assertEquals } from "@std/assert";
import { createClient } from "../../../../clients/kafka/kafkajs/client.ts";

const options = { connection: { bootstrapServers: ["localhost:9092"] }, clientId: "test" };

Deno.test("createClient() keeps kafkajs's log and its partitioner warning from the console", async () => {
  const { console } = globalThis;
  const lines: unknown[] = [];
  const catcher = (...words: unknown[]) => lines.push(words);
  globalThis.console = { ...console, log: catcher, info: catcher, warn: catcher, error: catcher };
  try {
    const kafka = await createClient(options);
    kafka.producer();
    const logger = kafka.logger().namespace("ConsumerGroup");
    logger.error("The group coordinator is not available");
    logger.warn("a warning");
    logger.info("an information");
  } finally {
    globalThis.console = console;
  }
  assertEquals(lines, []);
});

Deno.test("createClient() shows kafkajs's log in readable form when verbose", async () => {
  const said: string[] = [];
  const kafka = await createClient({ ...options, verbose: true, say: (line) => said.push(line) });
  kafka.logger().namespace("Runner").warn("The group is rebalancing", { groupId: "g" });
  assertEquals(said, ["kafkajs warn [Runner] The group is rebalancing groupId=g"]);
});
