import { assertEquals } from "@std/assert";
import { nameStack } from "../../tasks/_hints.ts";

Deno.test("nameStack() completes each command that a message names, so that it can be pasted", () => {
  const at = "--dir '/x/my stack'";
  const cases: [string, string][] = [
    ["Start it: deno task up", `Start it: deno task up ${at}`],
    [
      "deno task logs kafka2 shows more; deno task restart kafka2 helps",
      [
        `deno task logs kafka2 ${at} shows more; deno task restart kafka2 ${at} helps`,
      ][0]!,
    ],
    ["deno task render --dry-run shows how", `deno task render --dry-run ${at} shows how`],
    [
      "Without it: deno task up --engine native.",
      `Without it: deno task up --engine native ${at}.`,
    ],
    ["deno task down, deno task up", `deno task down ${at}, deno task up ${at}`],
    ["(deno task status)", `(deno task status ${at})`],
    [
      "deno task topic:create --topic t-1 makes it",
      `deno task topic:create --topic t-1 ${at} makes it`,
    ],
    ["deno task start kafka1 kafka2", `deno task start kafka1 kafka2 ${at}`],
    ["deno task topic:create    a topic", `deno task topic:create ${at}    a topic`],
    ["deno task down --dir /other", "deno task down --dir /other"],
    ["deno task clean-cache, deno task bench", "deno task clean-cache, deno task bench"],
  ];
  for (const [text, expected] of cases) assertEquals(nameStack(text, "/x/my stack"), expected);
  assertEquals(nameStack("deno task up", "/x/it's"), "deno task up --dir '/x/it'\\''s'");
  assertEquals(nameStack("deno task up", "/x/a"), "deno task up --dir /x/a");
});
