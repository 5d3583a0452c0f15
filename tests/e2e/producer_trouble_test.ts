// What the producer delivers is what it says, whatever becomes of its output, of one record, of one
// partition, or of the topic; and what it writes is what other clients read.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withAdmin } from "./_kafkajs_admin.ts";
import { startClient } from "./_client.ts";
import { sharedTest } from "./_shared.ts";
import { command, deno, type TestStack, until } from "./_stack.ts";

const lines = (text: string) => text === "" ? [] : text.trimEnd().split("\n");

/** Clients on a stack. */
function clientsOf({ bootstrapServers }: TestStack) {
  const to = (topic: string) => ["--bootstrap-server", bootstrapServers, "--topic", topic];
  const run = (script: string, topic: string, args: string[], stdin?: string) =>
    deno(
      ["run", "--allow-net", `clients/${script}`, ...to(topic), ...args],
      stdin === undefined ? {} : { stdin },
    );
  return {
    produce: (topic: string, input: string, ...args: string[]) =>
      run("producer.ts", topic, args, input),
    consume: (topic: string, count: number, ...args: string[]) =>
      run("consumer.ts", topic, [
        ...["--from-beginning", "--max-messages", String(count), "--timeout-ms", "60000"],
        ...args,
      ]),
    start: (topic: string, ...args: string[]) =>
      startClient("producer.ts", [...to(topic), ...args]),
    /** Runs the producer in bash, as `$PRODUCE`. Its exit code is that of the line. */
    bash: async (topic: string, line: string) => {
      const { code, stderr } = await new Deno.Command("bash", {
        args: ["-c", line],
        cwd: new URL("../..", import.meta.url),
        env: {
          NO_COLOR: "1",
          PRODUCE: [
            ...[Deno.execPath(), "run", "--allow-net", "clients/producer.ts"],
            ...to(topic),
          ].join(" "),
        },
        stdin: "null",
        stdout: "null",
      }).output();
      return { code, stderr: new TextDecoder().decode(stderr) };
    },
    /** What kcat reads of a topic. */
    kcat: async (topic: string, format: string) =>
      lines(
        await command(
          "kcat",
          ...["-b", bootstrapServers, "-C", "-t", topic, "-e", "-q", "-Z", "-f", `${format}\\n`],
        ),
      ),
  };
}

const numbered = (count: number) => Array.from({ length: count }, (_, n) => `record ${n}`);

await sharedTest("a producer in trouble", {
  "acknowledged is what the brokers say, and every byte is as others read it": {
    programs: ["kcat"],
    run: async (stack) => {
      const { produce, consume, bash, kcat } = clientsOf(stack);

      // The output's trouble is the output's.
      const mute = await bash("mute", "seq 1 5000 | $PRODUCE --verbose 2> >(head -c 0)");
      assertEquals([mute.code, (await kcat("mute", "%s")).length], [0, 5000]);
      const full = await bash("full", "seq 1 500 | $PRODUCE > /dev/full");
      assertEquals([full.code, (await kcat("full", "%s")).length], [1, 500]);
      assertStringIncludes(full.stderr, "Error: Cannot write to stdout: no space left on device");
      assertStringIncludes(full.stderr, "500 records acknowledged by topic full");
      const unread = await bash(
        "unread",
        "seq 1 5000 | $PRODUCE --verbose | head -1; exit ${PIPESTATUS[1]}",
      );
      assertEquals([unread.code, (await kcat("unread", "%s")).length], [0, 5000]);
      assertEquals(unread.stderr.includes("Error:"), false, unread.stderr);

      // What does not exist is said to be made, with the name that may have been meant.
      const created = await produce("ful", "a\n");
      assertEquals(
        created.stderr,
        "Topic ful did not exist: it is being created, with 10 partitions. Did you mean full?\n",
      );

      // Headers in order, any name, repeated or without a value.
      const names = ["z=1", "2=x", "a=1", "z=2", "__proto__=p", "constructor=c", "n=NULL", "e="];
      const headers = await produce(
        "headers",
        "v\n",
        "--null-value",
        "NULL",
        ...names.flatMap((header) => ["--header", header]),
      );
      assertEquals(headers.code, 0, headers.stderr);
      assertEquals(await kcat("headers", "%h"), [names.join()]);

      const own = JSON.parse((await consume("headers", 1, "--format", "json")).stdout);
      assertEquals(
        own.headers.map(({ key, value }: Record<string, string | null>) =>
          `${key}=${value ?? "NULL"}`
        ),
        names,
      );

      // Tombstones and empty values, both ways; a tab as it is written in --format.
      const nulls = await produce(
        "nulls",
        "t\tNULL\ne\t\nv\tv\nNULL\tk\n",
        "--key-separator",
        "\\t",
        "--null-value",
        "NULL",
        "--partition",
        "0",
      );
      assertEquals(nulls.code, 0, nulls.stderr);
      // %K and %S are lengths, −1 of what is null.
      assertEquals(await kcat("nulls", "%K %S"), ["1 -1", "1 0", "1 1", "-1 1"]);
      const text = await consume("nulls", 4, "--group", "text", "--format", "%k=%v");
      assertEquals(lines(text.stdout), ["t=null", "e=", "v=v", "null=k"]);
      await command(
        "bash",
        "-c",
        `printf 't:\\nv:v\\n' | kcat -b ${stack.bootstrapServers} -P -Z -K : -t theirs -p 0`,
      );
      const json = await consume("theirs", 2, "--format", "json");
      assertEquals(
        lines(json.stdout).map((line) => JSON.parse(line)).map(({ key, value }) => [key, value]),
        [["t", null], ["v", "v"]],
      );

      // Bytes that are no text.
      await command(
        "bash",
        "-c",
        `printf '\\xff\\xfe' | kcat -b ${stack.bootstrapServers} -P -t bytes`,
      );
      const bytes = JSON.parse((await consume("bytes", 1, "--format", "json")).stdout);
      assertEquals([bytes.value, bytes.valueBase64], [undefined, "//4="]);

      // One record that is too large is named and left out, those around it are delivered.
      const limit = await stack.task(
        "topic:create",
        "--topic",
        "small",
        "--partitions",
        "2",
        "--config",
        "max.message.bytes=2000",
      );
      assertEquals(limit.code, 0, limit.stderr);
      for (const codec of ["none", "gzip"]) {
        // Hexadecimal digits by chance: no codec makes them fit.
        const input = [10, 10, 5000, 10, 9000, 10].map((size) =>
          Array.from({ length: 300 }, () => crypto.randomUUID()).join("").slice(0, size)
        );
        const before = (await kcat("small", "%s")).length;
        const large = await produce("small", input.join("\n"), "--compression", codec);
        assertEquals([large.code, lines(large.stdout).length], [1, 4], large.stderr);
        assertEquals((await kcat("small", "%s")).length, before + 4);
        for (
          const said of [
            "Line 3 is too large for topic small: 5,000 bytes, more than it takes (max.message.bytes=2000)",
            "Line 5 is too large for topic small: 9,000 bytes",
            "Error: 2 records too large for topic small, not delivered; 4 others acknowledged",
            "deno task topic:alter --topic small --config max.message.bytes=16384",
          ]
        ) assertStringIncludes(large.stderr, said);
      }
      const alter = await stack.task(
        "topic:alter",
        "--topic",
        "small",
        "--config",
        "max.message.bytes=16384",
      );
      assertEquals(alter.code, 0, alter.stderr);
      assertEquals((await produce("small", "y".repeat(5000))).code, 0);
    },
  },
  "a partition without a leader, and a topic with fewer partitions, stop no other record": {
    programs: ["kcat"],
    run: async (stack) => {
      const { produce, start, kcat } = clientsOf(stack);
      const partitions = (topic: string) =>
        withAdmin({ bootstrapServers: stack.bootstrapServers, clientId: "test" }, async (admin) => {
          const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
          return topics[0]!.partitions;
        });
      await stack.ok(
        "topic:create",
        "--topic",
        "single",
        "--partitions",
        "3",
        "--replication-factor",
        "1",
      );
      const lost = (await partitions("single")).find(({ leader }) => leader === 3)!.partitionId;
      const other = (lost + 1) % 3;

      // It is said once, at the first record that misses it; the loop goes on.
      const loop = start("single", "--loop", "--interval", "50ms");
      await until("the loop writes", () => Promise.resolve(lines(loop.seen.stdout).length > 3));
      await stack.kill("kafka3", "SIGTERM");
      const news = `Partition ${lost} of topic single has no leader`;
      await until(
        "it says what it does not reach",
        () => Promise.resolve(loop.seen.stderr.includes(news)),
      );
      const then = lines(loop.seen.stdout).length;
      await until(
        "the loop goes on",
        () => Promise.resolve(lines(loop.seen.stdout).length > then + 20),
      );

      const to = (...args: string[]) => produce("single", "a\nb\n", ...args);
      const fixed = await to("--partition", String(other));
      assertEquals([fixed.code, lines(fixed.stdout).length, fixed.stderr], [0, 2, ""]);
      const keyless = await produce("single", numbered(3000).join("\n"));
      assertEquals(keyless.code, 0, keyless.stderr);
      assertEquals(keyless.stderr.split("has no leader").length, 2, keyless.stderr);

      // Records with keys wait for their partition alone, and are taken up when it is back.
      const waiting = startClient(
        "producer.ts",
        ["--kafka", stack.bootstrapServers, "--topic", "single", "--key-separator", ":"],
        { stdin: "piped" },
      );
      const writer = waiting.stdin!.getWriter();
      const keys = numbered(30).map((key) => `${key}:keyed\n`).join("");
      await writer.write(new TextEncoder().encode(keys));
      await writer.close();
      await until("those of other partitions are written", () => {
        const told = lines(waiting.seen.stdout).length;
        return Promise.resolve(told > 5 && told < 30 && waiting.seen.stderr.includes(news));
      });
      await stack.start("kafka3");
      const done = await waiting.ended;
      assertEquals([done.code, lines(done.stdout).length], [0, 30], done.stderr);
      assertStringIncludes(done.stderr, `Partition ${lost} of topic single has a leader again`);
      loop.kill("SIGTERM");
      const looped = await loop.ended;
      assertEquals(looped.code, 0, looped.stderr);
      const all = lines(looped.stdout).length + 2 + 3000 + 30;
      assertEquals((await kcat("single", "%s")).length, all, "each is there, once");

      // The topic is deleted, and comes back with fewer partitions.
      await stack.ok("topic:create", "--topic", "again", "--partitions", "6");
      const again = start("again", "--loop", "--interval", "50ms");
      await until("the loop writes", () => Promise.resolve(lines(again.seen.stdout).length > 12));
      await stack.ok("topic:delete", "--topic", "again", "--yes");
      await until(
        "it says that the topic is away",
        () => Promise.resolve(again.seen.stderr.includes("Topic again does not exist any more")),
      );
      await stack.ok("topic:create", "--topic", "again", "--partitions", "2");
      const before = lines(again.seen.stdout).length;
      await until(
        "the loop goes on",
        () => Promise.resolve(lines(again.seen.stdout).length > before + 12),
      );
      again.kill("SIGTERM");
      const ended = await again.ended;
      assertEquals([ended.code, lines(ended.stderr).length], [0, 1], ended.stderr);
      const fresh = lines(ended.stdout).slice(before + 6);
      assert(fresh.every((line) => /^>>> Partition: [01] /.test(line)), fresh.join("\n"));
    },
  },
}, { engines: ["native"] });
