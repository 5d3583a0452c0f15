import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../clients/cli/flags.ts";
import { cell, count, parseConfigs, toJson } from "../../tasks/_admin.ts";
import { table } from "../../tasks/_table.ts";

Deno.test("parseConfigs() reads key=value, of which the value may have another =", () => {
  assertEquals(parseConfigs(["a=1", "b=x=y", "c=", "a=2"]), { a: "2", b: "x=y", c: "" });
  for (const text of ["a", "=1", ""]) assertThrows(() => parseConfigs([text]), UsageError);
});

Deno.test("toJson() writes 64-bit offsets as strings", () => {
  assertEquals(JSON.parse(toJson({ offset: 2n ** 62n, lag: undefined })), {
    offset: "4611686018427387904",
  });
});

Deno.test("cell() and count() read well", () => {
  assertEquals([undefined, "", 0, 5n].map(cell), ["-", "-", "0", "5"]);
  assertEquals([0, 1, 2n].map((n) => count(n, "partition")), [
    "0 partitions",
    "1 partition",
    "2 partitions",
  ]);
});

Deno.test("table() aligns what is missing among numbers right, and addresses left", () => {
  assertEquals(
    table(["LAG", "HOST"], [["-", "127.0.0.1"], ["10", "-"]]),
    ["LAG  HOST", "  -  127.0.0.1", " 10  -"].join("\n"),
  );
});
