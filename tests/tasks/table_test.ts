import { assertEquals } from "@std/assert";
import { showDiff } from "../../tasks/_diff.ts";
import { table } from "../../tasks/_table.ts";

Deno.test("table() aligns words left and numbers right", () => {
  assertEquals(
    table(["name", "lag", "size"], [["a", "5", "1 MiB"], ["long", "1200", ""]]),
    ["name   lag   size", "a        5  1 MiB", "long  1200"].join("\n"),
  );
  assertEquals(table(["name"], []), "name");
});

Deno.test("showDiff() shows the lines that go and come", () => {
  const stale = { path: "a/b", before: "x=1\ny=2\n", content: "x=1\ny=3\n" };
  assertEquals(showDiff(stale), "write a/b\n  - y=2\n  + y=3");
  assertEquals(showDiff({ ...stale, before: undefined }), "new   a/b");
  // Also a line that is there elsewhere, and an empty one.
  const moved = { path: "a/b", before: "[a]\nx=1\n[b]\nx=1\n", content: "[a]\n\n[b]\nx=1\n" };
  assertEquals(showDiff(moved), "write a/b\n  - x=1\n  + ");
});

Deno.test("showDiff() shows nothing of a secret", () => {
  const key = { path: "a/key.pem", before: "old key", content: "new key", secret: true } as const;
  assertEquals(showDiff(key), "write a/key.pem (private: not shown)");
  assertEquals(showDiff({ ...key, before: undefined }), "new   a/key.pem");
});
