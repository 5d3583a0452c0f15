import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../clients/cli/flags.ts";
import { checkTopicName } from "../../../clients/cli/topic_name.ts";

Deno.test("checkTopicName() takes what brokers take", () => {
  for (const good of ["a", "test-topic", "a.b_c-D9", "x".repeat(249), "..."]) {
    assertEquals(checkTopicName(good), good);
  }
  for (const bad of ["", " ", ".", "..", "a b", "a/b", "é", "x".repeat(250), "a:b"]) {
    assertEquals(assertThrows(() => checkTopicName(bad), UsageError).exitCode, 2, bad);
  }
});
