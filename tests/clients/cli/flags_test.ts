import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Command, helpText, parseCommand, UsageError } from "../../../clients/cli/flags.ts";

const FLAGS = {
  kafka: {
    type: "string",
    help: "bootstrap servers",
    env: "KAFKA_HOST",
    default: "localhost:9092",
  },
  latest: { type: "boolean", help: "only new records", default: true },
  loop: { type: "boolean", help: "produce for ever" },
  count: { type: "integer", help: "how many", min: 1 },
  interval: { type: "duration", help: "pause", default: 3000 },
  header: { type: "list", help: "a header", value: "k=v" },
  "key-separator": { type: "string", help: "splits key and value" },
  compression: { type: "string", help: "codec", oneOf: ["none", "gzip", "zstd"], default: "none" },
  follow: { type: "boolean", help: "follow", short: "f" },
  consumer: { type: "string", help: "a group", env: "GROUP", alias: "group" },
} as const;
const command: Command<typeof FLAGS> = {
  name: "deno task x",
  summary: "Tries.",
  flags: FLAGS,
  examples: ["deno task x --loop"],
};
const parse = (args: string[], env: Record<string, string> = {}) =>
  parseCommand(command, args, (name) => env[name]).flags;

Deno.test("parseCommand() takes a flag before its environment variable before the default", () => {
  assertEquals(parse([]).kafka, "localhost:9092");
  assertEquals(parse([], { KAFKA_HOST: "a:1" }).kafka, "a:1");
  assertEquals(parse([], { KAFKA_HOST: "" }).kafka, "localhost:9092");
  assertEquals(parse(["--kafka", "b:1"], { KAFKA_HOST: "a:1" }).kafka, "b:1");
});

Deno.test("parseCommand() takes Go's spelling of flags", () => {
  assertEquals(parse(["-kafka", "b:1"]).kafka, "b:1");
  assertEquals(parse(["-kafka=b:1", "-loop"]), { ...parse([]), kafka: "b:1", loop: true });
  for (const off of ["-latest=false", "--latest=false", "--no-latest", "-latest=0"]) {
    assertEquals(parse([off]).latest, false, off);
  }
  assertEquals(parse(["--latest=true"]).latest, true);
  assertEquals(parse(["-latest"]).latest, true);
});

Deno.test("parseCommand() takes a flag by the name that Kafka's tools have for it", () => {
  for (const args of [["--group", "g"], ["--group=g"], ["-group", "g"], ["--consumer", "g"]]) {
    assertEquals(parse(args, { GROUP: "other" }).consumer, "g", args.join(" "));
  }
  assertEquals(parse(["--group", "a", "--consumer", "b"]).consumer, "b");
  assertEquals(parse(["--header", "group", "--group=g"]).header, ["group"]);
  const refused = (args: string[]) => assertThrows(() => parse(args), UsageError);
  assertEquals(refused(["--group"]).message, "--group needs a value");
  assertEquals(refused(["--gruop", "g"]).hint, "Did you mean --group?");
  assertStringIncludes(helpText(command), "a group (also --group, env GROUP)");
});

Deno.test("parseCommand() reads durations in ms, s and m", () => {
  assertEquals(parse(["--interval", "300ms"]).interval, 300);
  assertEquals(parse(["--interval=5s"]).interval, 5000);
  assertEquals(parse(["-interval", "2m"]).interval, 120_000);
  assertEquals(parse(["--interval", "250"]).interval, 250);
});

Deno.test("parseCommand() collects lists and keeps dashes in values", () => {
  assertEquals(parse(["--header", "a=1", "--header=b=2"]).header, ["a=1", "b=2"]);
  assertEquals(parse(["--key-separator", "-"])["key-separator"], "-");
  assertEquals(parse(["--key-separator", ":"])["key-separator"], ":");
  assertEquals(parse(["-f"]).follow, true);
});

Deno.test("parseCommand() refuses what it does not know and names the nearest flag", () => {
  const refused = (args: string[]) => assertThrows(() => parse(args), UsageError);
  assertEquals(refused(["--kafak", "x"]).hint, "Did you mean --kafka?");
  assertEquals(refused(["--no-loopy"]).message, "Unknown flag --no-loopy");
  assertEquals(refused(["-latset=false"]).exitCode, 2);
  assertEquals(refused(["--count", "many"]).message, '--count takes a whole number, not "many"');
  assertEquals(refused(["--count", "0"]).message, "--count must be at least 1, not 0");
  assertEquals(refused(["--count", "5s"]).message, '--count takes a whole number, not "5s"');
  assertEquals(
    refused(["--interval", "soon"]).message,
    '--interval takes a time like 300ms, 5s or 2m, not "soon"',
  );
  assertEquals(refused(["--latest=maybe"]).message, '--latest takes true or false, not "maybe"');
  assertEquals(refused(["--kafka"]).message, "--kafka needs a value");
  assertEquals(refused(["--kafka", "--loop"]).message, "--kafka needs a value");
  assertEquals(refused(["--kafka="]).message, "--kafka needs a value");
  assertEquals(refused(["--compression", "gzp"]).hint, "Did you mean gzip?");
  assertEquals(refused(["extra"]).message, 'Unexpected argument "extra"');
  assertEquals(refused(["--", "extra"]).message, "Unexpected arguments after --: extra");
});

Deno.test("parseCommand() names the environment variable whose value is wrong", () => {
  const flags = { count: { type: "integer", help: "n", env: "COUNT" } } as const;
  const error = assertThrows(
    () => parseCommand({ name: "x", summary: "", flags, examples: [] }, [], () => "a"),
    UsageError,
  );
  assertEquals(error.message, 'COUNT (environment) takes a whole number, not "a"');
});

Deno.test("helpText() shows every flag with its variable, default and an example", () => {
  const text = helpText(command);
  assertStringIncludes(text, "Usage: deno task x [flags]");
  assertStringIncludes(text, "--kafka <kafka>");
  assertStringIncludes(text, "bootstrap servers (env KAFKA_HOST, default localhost:9092)");
  assertStringIncludes(text, "-f, --follow");
  assertStringIncludes(text, "pause (default 3s)");
  assertStringIncludes(text, "a header (may be repeated)");
  assertStringIncludes(text, "Examples:\n  deno task x --loop");
});
