import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { parse, stringify } from "@std/yaml";

Deno.test("parseArgs() keeps the last of a repeated flag and collects where asked", () => {
  const parsed = parseArgs(["--topic", "a", "--topic", "b", "--header", "k=v"], {
    string: ["topic", "header"],
    collect: ["header"],
  });
  assertEquals(parsed.topic, "b");
  assertEquals(parsed.header, ["k=v"]);
});

Deno.test("parseArgs() negates only the flags that are named negatable", () => {
  const options = { boolean: ["latest", "loop"], negatable: ["latest"] };
  assertEquals(parseArgs(["--no-latest"], options).latest, false);
  assertEquals("no-loop" in parseArgs(["--no-loop"], options), true);
});

Deno.test("parseArgs() keeps what follows -- apart", () => {
  const parsed = parseArgs(["kafka1", "--", "--list", "--no-x"], { "--": true });
  assertEquals(parsed._, ["kafka1"]);
  assertEquals(parsed["--"], ["--list", "--no-x"]);
});

Deno.test("stringify() quotes what YAML 1.1 would read as another type, and parse() reads it back", () => {
  const value = { a: "yes", b: ["8080:53", "1.10"], c: { d: null } };
  assertEquals(stringify(value), `a: 'yes'\nb:\n  - '8080:53'\n  - '1.10'\nc:\n  d: null\n`);
  assertEquals(parse(stringify(value)), value);
});
