import { assert, assertEquals } from "@std/assert";
import process from "node:process";
import { createClient } from "../../../../../clients/kafka/kafkajs/client.ts";

const options = { connection: { bootstrapServers: ["localhost:9092"] }, clientId: "test" };

Deno.test("createClient() needs no permission, whatever kafkajs reads from the environment", async () => {
  // Without the fixed environment its import throws NotCapable under plain `deno test`.
  const kafka = await createClient(options);
  assertEquals(process.env.KAFKAJS_LOG_LEVEL, undefined);
  assertEquals(process.env.NODE_ENV, undefined);
  assert(kafka.producer() && kafka.consumer({ groupId: "g" }) && kafka.admin());
});
