// What the consumer hands to those who read its output: whole records, all that it commits,
// however slow they are; and nothing committed that they were not given.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withAdmin } from "./_kafkajs_admin.ts";
import { deno, engineTest, type Result, until, withStack } from "./_stack.ts";

const COUNT = 40_000;
const TOPIC = "export";
/** As many bytes as each record has with its newline. */
const BYTES = 100;
const RECORDS = Array.from({ length: COUNT }, (_, n) => `record ${n} `.padEnd(BYTES - 1, "x"));

/** Runs a line of bash in which `$CONSUME` is the consumer. Its exit code is the consumer's. */
async function bash(bootstrapServers: string, line: string): Promise<Result> {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `${line}; exit \${PIPESTATUS[0]}`],
    cwd: new URL("../..", import.meta.url),
    env: {
      NO_COLOR: "1",
      CONSUME: [
        ...[Deno.execPath(), "run --allow-net clients/consumer.ts --kafka", bootstrapServers],
        ...["--topic", TOPIC, "--from-beginning --format %v"],
      ].join(" "),
    },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** How many records of a topic a group has committed. */
async function committed(servers: string, groupId: string, topic = TOPIC): Promise<number> {
  const [offsets] = await withAdmin(
    { bootstrapServers: servers, clientId: "test" },
    (admin) => admin.fetchOffsets({ groupId, topics: [topic] }),
  );
  return offsets!.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
}

/** A consumer that is in the midst of writing a record that is larger than a pipe. */
async function startBlocked(bootstrapServers: string, group: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--allow-net", "clients/consumer.ts", "--bootstrap-server", bootstrapServers],
      ...["--topic", "large", "--group", group, "--from-beginning", "--format", "%v"],
    ],
    cwd: new URL("../..", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  const talk = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) said += text;
  })();
  const reader = child.stdout.getReader();
  let written = (await reader.read()).value!.length;
  return {
    interrupt: () => child.kill("SIGINT"),
    waits: () =>
      until(
        "it says that it waits for its reader",
        () => Promise.resolve(said.includes("Waiting until what was read has been written")),
      ),
    async end(read: boolean) {
      for (let part; read && !(part = await reader.read()).done;) written += part.value.length;
      if (!read) await child.status.finally(() => reader.cancel());
      await talk;
      return { code: (await child.status).code, written };
    },
  };
}

await engineTest(
  "native",
  "what the consumer reads is written whole, or not committed",
  async () => {
    await withStack({}, async ({ bootstrapServers }) => {
      const load = await deno(
        [
          "run",
          "--allow-net",
          "clients/producer.ts",
          "--kafka",
          bootstrapServers,
          "--topic",
          TOPIC,
        ],
        { stdin: RECORDS.join("\n") },
      );
      assertEquals(load.code, 0, load.stderr);
      const run = (line: string) => bash(bootstrapServers, line);
      const rest = (group: string) =>
        run(`$CONSUME --group ${group} --timeout-ms 3000 | sort | uniq | wc -l`);

      // A reader that is slower than the time-out gets all of it.
      const slow = await run(
        "$CONSUME --group slow --timeout-ms 2000 | (sleep 6; sort | uniq | wc -l)",
      );
      assertEquals([slow.code, slow.stdout.trim()], [0, String(COUNT)], slow.stderr);
      assertStringIncludes(slow.stderr, "40,000 records read from export as group slow");
      assertEquals(await committed(bootstrapServers, "slow"), COUNT);

      // A reader that goes away has been given all that is committed, and the rest comes later.
      const first = await run("$CONSUME --group head | head -1");
      assertEquals([first.code, first.stdout.length, first.stderr.includes("rror")], [
        0,
        BYTES,
        false,
      ]);
      const given = await committed(bootstrapServers, "head");
      assert(given > 0 && given * BYTES <= 2 * 65536, `${given} records`);
      assertEquals((await rest("head")).stdout.trim(), String(COUNT - given));

      // A full disk is an error, and nothing is committed that is not on it.
      const full = await run("$CONSUME --group full --timeout-ms 3000 > /dev/full");
      assertEquals(full.code, 1, full.stderr);
      assertStringIncludes(full.stderr, "Error: Cannot write to stdout: no space left on device");
      assertEquals(await committed(bootstrapServers, "full"), 0);
      assertEquals((await rest("full")).stdout.trim(), String(COUNT));

      // Nobody hears what it says: it reads on.
      const mute = await run("$CONSUME --group mute --timeout-ms 3000 2> >(head -c 0) | wc -l");
      assertEquals([mute.code, mute.stdout.trim()], [0, String(COUNT)]);

      // Ctrl-C waits for a reader that has stopped, and commits what it was given.
      const size = 900_000;
      const large = await deno(
        ["run", "--allow-net", "clients/producer.ts", "--kafka", bootstrapServers]
          .concat("--topic", "large"),
        { stdin: "x".repeat(size) },
      );
      assertEquals(large.code, 0, large.stderr);
      const one = await startBlocked(bootstrapServers, "stopped");
      one.interrupt();
      await one.waits();
      assertEquals(await one.end(true), { code: 0, written: size + 1 });
      assertEquals(await committed(bootstrapServers, "stopped", "large"), 1);

      // A second Ctrl-C does not wait.
      const two = await startBlocked(bootstrapServers, "killed");
      two.interrupt();
      await two.waits();
      two.interrupt();
      assertEquals((await two.end(false)).code, 130);
      assertEquals(await committed(bootstrapServers, "killed", "large"), 0);
    });
  },
);
