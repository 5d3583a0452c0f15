import { assertEquals } from "@std/assert";
import readme from "../../../README.md" with { type: "text" };
import { withTables } from "./readme.ts";

Deno.test("README.md has the ports and directories that the descriptors have", () => {
  assertEquals(readme, withTables(readme));
});
