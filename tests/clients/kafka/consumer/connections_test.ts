import { assertEquals } from "@std/assert";
import { sayNoAnswer } from "../../../../clients/kafka/consumer/connections.ts";

Deno.test("sayNoAnswer() names a broker at most once each half minute", () => {
  const said: string[] = [];
  let now = 0;
  const tell = sayNoAnswer((line) => said.push(line), () => now);
  tell("a:1", "connection refused");
  tell("a:1", "connection refused");
  tell("b:1", "no answer in time");
  now = 30_000;
  tell("a:1", "connection refused");
  assertEquals(said, [
    "Broker a:1 does not answer (connection refused): retrying.",
    "Broker b:1 does not answer (no answer in time): retrying.",
    "Broker a:1 does not answer (connection refused): retrying.",
  ]);
});
