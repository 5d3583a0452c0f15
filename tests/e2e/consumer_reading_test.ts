// How the consumer reads: what it shows, where it goes on, and what it says of what it cannot read.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openBroker } from "../../clients/kafka/connection/broker.ts";
import { type Admin, withAdmin } from "./_kafkajs_admin.ts";
import { type Client, startClient } from "./_client.ts";
import { lacksConfluentKafka, runTransactions } from "./_python.ts";
import { sharedTest } from "./_shared.ts";
import { command, deno, type TestStack, until } from "./_stack.ts";

const lines = (text: string) => text === "" ? [] : text.trimEnd().split("\n");
const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"];

/** Clients on a stack. */
function clientsOf(stack: TestStack) {
  const { bootstrapServers } = stack;
  const args = (topic: string, group: string, more: readonly string[]) => [
    ...["--kafka", bootstrapServers, "--topic", topic, "--consumer", group, ...more],
  ];
  const ask = <T>(work: (admin: Admin) => Promise<T>) =>
    withAdmin({ bootstrapServers, clientId: "test" }, work);
  return {
    ask,
    create: (topic: string, numPartitions: number, replicationFactor = 3) =>
      ask((admin) => admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor }] })),
    /** kcat writes these values to a partition. */
    async write(topic: string, partition: number, values: readonly string[], ...more: string[]) {
      const file = await Deno.makeTempFile();
      await Deno.writeTextFile(file, values.map((value) => `${value}\n`).join(""));
      const to = ["-b", bootstrapServers, "-t", topic, "-p", String(partition)];
      await command("kcat", "-P", ...to, "-X", "acks=all", ...more, "-l", file);
      await Deno.remove(file);
    },
    /** Ours reads, to its end. */
    read: (topic: string, group: string, ...more: string[]) =>
      deno(["run", "--allow-net", "clients/consumer.ts", ...args(topic, group, more)]),
    /** Ours reads beside the test. */
    start: (topic: string, group: string, ...more: string[]) =>
      startClient("consumer.ts", args(topic, group, more)),
    async committed(topic: string, group: string) {
      const [of] = await ask((admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
      return of!.partitions.map(({ offset }) => offset);
    },
    /** Commits for a group without members, whatever the log has. */
    async commit(topic: string, group: string, offset: string) {
      const first = await openBroker(bootstrapServers.split(",")[0]!, {
        security: {},
        timeout: 60_000,
      });
      const { coordinator } = await first.request("GroupCoordinator", { groupId: group });
      const broker = await openBroker(`${coordinator.host}:${coordinator.port}`, {
        security: {},
        timeout: 60_000,
      });
      const { responses } = await broker.request("OffsetCommit", {
        ...{ groupId: group, groupGenerationId: -1, memberId: "" },
        topics: [{ topic, partitions: [{ partition: 0, offset }] }],
      });
      assertEquals(responses[0]!.partitions[0]!.errorCode, 0);
      await Promise.all([first.close(), broker.close()]);
    },
  };
}

/** Waits for a line of a client's talk. */
const says = ({ seen }: Client, words: string) =>
  until(`it says "${words}"`, () => Promise.resolve(seen.stderr.includes(words)))
    .catch((error) => {
      throw new Error(`${error.message}; it said: ${seen.stderr}`);
    });
const shows = ({ seen }: Client, count: number) =>
  until(`it shows ${count} records`, () => Promise.resolve(lines(seen.stdout).length >= count))
    .catch((error) => {
      throw new Error(`${error.message}; it showed ${seen.stdout}, it said: ${seen.stderr}`);
    });

await sharedTest("the consumer", {
  "aborted records are not shown, in any order, key and codec, and leave no lag": {
    lack: lacksConfluentKafka,
    run: async (stack) => {
      const { create, read, ask, committed } = clientsOf(stack);
      await create("transactions", 1);
      const kept = await runTransactions(stack.bootstrapServers, "transactions", CODECS);
      const all = await read(
        ...["transactions", "all", "--from-beginning", "--format", "%v"] as const,
        ...["--max-messages", String(kept.length), "--timeout-ms", "20000"],
      );
      assertEquals([all.code, lines(all.stdout)], [0, kept], all.stderr);
      const [end] = await ask((admin) => admin.fetchTopicOffsets("transactions"));
      const { high } = end!;
      assertEquals(await committed("transactions", "all"), [high]);
      // A fetch that holds nothing but an aborted record and its marker.
      await runTransactions(stack.bootstrapServers, "transactions", []);
      const rest = await read("transactions", "all", "--timeout-ms", "2000");
      assertEquals([rest.code, rest.stdout], [0, ""], rest.stderr);
      assertEquals(await committed("transactions", "all"), [String(Number(high) + 2)]);
      // Java's tool sees the same.
      const java = await stack.ok(
        ...["shell", "--", "kafka-console-consumer", "--from-beginning"] as const,
        ...["--bootstrap-server", stack.shellServers, "--topic", "transactions"],
        ...["--isolation-level", "read_committed", "--timeout-ms", "60000"],
        ...["--max-messages", String(kept.length)],
      );
      assertEquals(lines(java.stdout), kept);
    },
  },
  "the consumer goes on where it should, and says where that is not": {
    programs: ["kcat"],
    run: async (stack) => {
      const { create, write, read, start, committed, commit, ask } = clientsOf(stack);
      const numbers = (from: number, to: number) =>
        Array.from({ length: to - from + 1 }, (_, n) => String(from + n));
      const value = ["--format", "%v"];

      // The order and the repetition of headers, and names that JavaScript's objects have.
      await create("headers", 1);
      const headers = ["z=1", "a=2", "z=3", "constructor=x", "__proto__=y", "1=n"];
      await write("headers", 0, ["v"], ...headers.flatMap((header) => ["-H", header]));
      const shown = await read(
        ...["headers", "g", "--from-beginning", "--format", "%h"] as const,
        ...["--max-messages", "1", "--timeout-ms", "20000"],
      );
      assertEquals([shown.code, shown.stdout], [0, `${headers.join(",")}\n`], shown.stderr);

      // What a group has committed is gone.
      await create("cut", 1);
      await write("cut", 0, numbers(0, 19));
      for (const group of ["earliest", "latest"]) {
        const { code, stdout, stderr } = await read(
          ...["cut", group, "--from-beginning", ...value] as const,
          ...["--max-messages", "3", "--timeout-ms", "20000"],
        );
        assertEquals([code, lines(stdout)], [0, numbers(0, 2)], stderr);
      }
      const until8 = `${stack.dir}/delete.json`;
      const partitions = [{ topic: "cut", partition: 0, offset: 8 }];
      await Deno.writeTextFile(until8, JSON.stringify({ version: 1, partitions }));
      await stack.ok(
        ...[
          "shell",
          "--",
          "kafka-delete-records",
          "--bootstrap-server",
          stack.shellServers,
        ] as const,
        ...["--offset-json-file", until8],
      );
      const jumped = await read(
        ...["cut", "earliest", "--from-beginning", ...value] as const,
        ...["--max-messages", "3", "--timeout-ms", "20000"],
      );
      assertEquals([jumped.code, lines(jumped.stdout)], [0, numbers(8, 10)], jumped.stderr);
      assertStringIncludes(
        jumped.stderr,
        "Partition 0 of cut: group earliest has committed offset 3, and the log begins at 8: " +
          "5 records are gone. Continuing at 8.\n",
      );
      assertEquals(await committed("cut", "earliest"), ["11"]);
      const next = await read(
        ...["cut", "earliest", ...value, "--max-messages", "1", "--timeout-ms", "20000"] as const,
      );
      assertEquals([next.code, lines(next.stdout)], [0, ["11"]], next.stderr);
      assertEquals(next.stderr.includes("gone"), false, next.stderr);
      const skipped = await read("cut", "latest", ...value, "--timeout-ms", "1500");
      assertEquals([skipped.code, skipped.stdout], [0, ""], skipped.stderr);
      assertStringIncludes(
        skipped.stderr,
        "the log begins at 8: 5 records are gone. Continuing at its end, 20 (--latest), " +
          "past 12 records that are there.\n",
      );
      // Nothing was read, and yet the next run goes on from there.
      assertEquals(await committed("cut", "latest"), ["20"]);

      // What a group has committed is beyond the end.
      await commit("cut", "beyond", "500");
      const back = await read(
        ...["cut", "beyond", "--from-beginning", ...value] as const,
        ...["--max-messages", "1", "--timeout-ms", "20000"],
      );
      assertEquals([back.code, lines(back.stdout)], [0, ["8"]], back.stderr);
      assertStringIncludes(
        back.stderr,
        "group beyond has committed offset 500, and the log ends at 20: it has lost what came " +
          "after. Continuing at 8, its first: 12 records come again.\n",
      );

      // A group that has committed in one partition begins in the others where this run began.
      await create("two", 2);
      const idle = start("two", "idle", ...value, "--max-messages", "1");
      await says(idle, "Reading two");
      await write("two", 0, ["seen"]);
      assertEquals([(await idle.ended).code, idle.seen.stdout], [0, "seen\n"]);
      await write("two", 1, ["not missed"]);
      const later = await read(
        ...["two", "idle", ...value, "--max-messages", "1", "--timeout-ms", "20000"] as const,
      );
      assertEquals([later.code, later.stdout], [0, "not missed\n"], later.stderr);

      // Partitions that are added are read from their beginning, whatever --latest says.
      const grown = start("two", "grown", "--format", "%p %v");
      await says(grown, "Reading two as group grown: 2 partitions");
      await stack.ok("topic:alter", "--topic", "two", "--partitions", "4");
      for (const partition of [2, 3]) await write("two", partition, ["first"]);
      await shows(grown, 2);
      assertEquals(lines(grown.seen.stdout).sort(), ["2 first", "3 first"]);

      // The topic is deleted, and comes back with fewer partitions.
      await stack.ok("topic:delete", "--topic", "two", "--yes");
      await says(grown, "Topic two was deleted: waiting until there is one of this name again.");
      await create("two", 3);
      for (const partition of [0, 1, 2]) await write("two", partition, ["anew"]);
      await shows(grown, 5);
      assertEquals(lines(grown.seen.stdout).slice(2).sort(), ["0 anew", "1 anew", "2 anew"]);
      // It is made anew at once, so that it may never be seen missing.
      await ask(async (admin) => {
        await admin.deleteTopics({ topics: ["two"] });
        const topics = [{ topic: "two", numPartitions: 3, replicationFactor: 3 }];
        // Waiting for its leaders, the library would have the broker make it.
        const again = () => admin.createTopics({ topics, waitForLeaders: false });
        await until("the name is free", () => again().then(() => true, () => false));
      });
      for (const partition of [0, 1, 2]) await write("two", partition, ["third", "topic"]);
      await shows(grown, 11);
      grown.kill("SIGINT");
      const { code, stdout, stderr } = await grown.ended;
      assertEquals([code, lines(stdout).length], [0, 11], stderr);
      assertEquals(/Warning|[Uu]ndefined|TypeError|Listeners/.test(stderr), false, stderr);
      const deleted = lines(stderr).filter((line) => line.startsWith("Topic two was deleted"));
      assertEquals(deleted.length, 2, stderr);
    },
  },
  "what cannot be read is named, the rest is read, and it is taken up again": {
    programs: ["kcat"],
    run: async (stack) => {
      const { create, write, read, start, ask, committed } = clientsOf(stack);
      await create("single", 3, 1);
      await create("damaged", 1, 1);
      await create("replicated", 6);
      const leaderOf = async (topic: string, partition: number) => {
        const { topics } = await ask((admin) => admin.fetchTopicMetadata({ topics: [topic] }));
        return topics[0]!.partitions.find((one) => one.partitionId === partition)!.leader;
      };
      for (const partition of [0, 1, 2]) await write("single", partition, [`${partition}`]);
      await write("damaged", 0, ["a", "b"]);
      await write("damaged", 0, ["c", "d"]);
      const broker = await leaderOf("damaged", 0);
      const lost = (await Promise.all([0, 1, 2].map((one) => leaderOf("single", one))))
        .indexOf(broker);

      // A broker is down that has the only replica of a partition.
      await stack.kill(`kafka${broker}`, "SIGTERM");
      const reader = start("single", "reader", "--from-beginning", "--format", "%v");
      await shows(reader, 2);
      const line = `Partition ${lost} of single cannot be read (no leader, replicas: ${broker}): ` +
        "retrying.\n";
      await says(reader, line);
      const ended = await read(
        ...[
          "single",
          "ended",
          "--from-beginning",
          "--format",
          "%v",
          "--timeout-ms",
          "4000",
        ] as const,
      );
      assertEquals([ended.code, lines(ended.stdout).length], [1, 2], ended.stderr);
      assertStringIncludes(
        ended.stderr,
        `Error: 2 records read from single, but nothing of partition ${lost} in the end`,
      );

      // Meanwhile a byte of its log changes.
      const log = `${stack.dir}/kafka/log/kafka${broker}/log/damaged-0/00000000000000000000.log`;
      const bytes = await Deno.readFile(log);
      bytes[bytes.length - 1] = bytes.at(-1)! ^ 1;
      await Deno.writeFile(log, bytes);
      await stack.start(`kafka${broker}`);
      await shows(reader, 3);
      await says(reader, `Partition ${lost} of single can be read again: continuing.\n`);
      reader.kill("SIGINT");
      const { code, stdout, stderr } = await reader.ended;
      assertEquals([code, lines(stdout).sort()], [0, ["0", "1", "2"]], stderr);
      assertEquals(stderr.split(line).length, 2, "said once");
      const damaged = await read(
        ...["damaged", "careful", "--from-beginning", "--format", "%v"] as const,
        ...["--timeout-ms", "20000"],
      );
      assertEquals([damaged.code, damaged.stdout], [1, "a\nb\n"], damaged.stderr);
      assertMatch(
        damaged.stderr,
        /^Error: Partition 0 of damaged cannot be read at offset 2: the batch's CRC is wrong/m,
      );
      assertStringIncludes(
        damaged.stderr,
        "deno task group:reset --group careful --topic damaged:0 --to-offset 4 --execute",
      );
      assertEquals(await committed("damaged", "careful"), ["2"]);

      // A broker hangs, and goes on as if it led what others lead now.
      const following = start("replicated", "following", "--from-beginning", "--format", "%v");
      await says(following, "Reading replicated");
      const pid = (await stack.pids())[`kafka${broker}`]!;
      let written = 0;
      const writeAll = async () => {
        for (const partition of [0, 1, 2, 3, 4, 5]) {
          await write("replicated", partition, [`${written++}`, `${written++}`]);
        }
      };
      await writeAll();
      await shows(following, written);
      Deno.kill(pid, "SIGSTOP");
      try {
        await writeAll();
        await shows(following, written);
      } finally {
        Deno.kill(pid, "SIGCONT");
      }
      await writeAll();
      await shows(following, written);
      await until("all replicas are in sync", async () => {
        const { topics } = await ask((admin) =>
          admin.fetchTopicMetadata({ topics: ["replicated"] })
        );
        return topics[0]!.partitions.every(({ isr }) => isr.length === 3);
      });
      await writeAll();
      await shows(following, written);
      following.kill("SIGINT");
      const whole = await following.ended;
      assertEquals(whole.code, 0, whole.stderr);
      assertEquals(
        lines(whole.stdout).map(Number).sort((a, b) => a - b),
        Array.from({ length: written }, (_, n) => n),
        whole.stderr,
      );
      assertEquals(whole.stderr.includes("has committed offset"), false, whole.stderr);
    },
  },
}, { engines: ["native"] });
