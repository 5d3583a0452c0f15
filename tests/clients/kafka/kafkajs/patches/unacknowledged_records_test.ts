import { assertEquals } from "@std/assert";
import {
  mayBeWritten,
  patchProduce,
} from "../../../../../clients/kafka/kafkajs/patches/unacknowledged_records.ts";

Deno.test("mayBeWritten() is true for what was sent and neither acknowledged nor refused", async () => {
  let answer: Promise<unknown> = Promise.resolve();
  const broker = { produce: () => answer };
  patchProduce(broker);
  const send = async (messages: unknown[], error: Error) => {
    answer = Promise.reject(error);
    const request = { topicData: [{ partitions: [{ messages }] }] };
    await (broker.produce as (request: unknown) => Promise<unknown>)(request).catch(() => {});
    return mayBeWritten(messages);
  };
  const lost = new Error("Closed connection");
  const refused = Object.assign(new Error(), { type: "NOT_LEADER_FOR_PARTITION" });
  assertEquals(mayBeWritten([]), false);
  assertEquals(await send([1], refused), false);
  const messages = [2];
  assertEquals(await send(messages, lost), true);
  // A refusal tells nothing of the attempt before it.
  assertEquals(await send(messages, refused), true);
});
