import { assertEquals, assertThrows } from "@std/assert";
import { parseConnection } from "../../../../clients/kafka/connection/connection.ts";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";

Deno.test("parseConnection() splits addresses and refuses what is none", () => {
  assertEquals(parseConnection("a:1, b.c:9092,"), { bootstrapServers: ["a:1", "b.c:9092"] });
  assertEquals(parseConnection("[::1]:9092,a:1"), { bootstrapServers: ["[::1]:9092", "a:1"] });
  for (
    const bad of [
      "",
      ",",
      "a",
      "a:",
      "a:x",
      "a:0",
      "a:70000",
      "http://a:1",
      "a:1:2",
      "a b:1",
      "::1:9",
      "[a]:1",
    ]
  ) {
    const error = assertThrows(() => parseConnection(bad), ClientError);
    assertEquals(error.exitCode, 2, bad);
  }
});
