#!/usr/bin/env -S deno run --allow-net --allow-env=KAFKA_HOST,KAFKA_TOPIC,CONSUMER_GROUP,ZOOKEEPER_HOST
// Reads a topic as a member of a consumer group, and shows each record.
import { Buffer } from "node:buffer";
import { startConsuming } from "./_consuming.ts";
import { ClientError } from "./_errors.ts";
import { type ConsumerRecord, DEFAULT_FORMAT, parseFormat } from "./_format.ts";
import { BOOTSTRAP_SERVERS, parseBootstrapServers } from "./_kafka.ts";
import { type ClientTask, runMain, say } from "./_main.ts";
import { needNetwork } from "./_permissions.ts";
import { plural } from "./_progress.ts";
import { aborted, endsWithin, pause, stopOnSignals } from "./_signals.ts";
import { writeOut } from "./_stdio.ts";
import { checkTopicName } from "./_topic.ts";
import { findBootstrapServers } from "./_zookeeper.ts";
import { type Command, type Flag, type Flags, parseCommand, type Values } from "./flags.ts";

/** How long a stopped run waits for what is in flight, in ms. */
const FINISH = 2300;
/** A group's first join may take this long before --timeout-ms counts, in ms. */
const JOIN_TIMEOUT = 30_000;

const FLAGS = {
  kafka: {
    type: "string",
    value: "host:port,…",
    help: "bootstrap servers; by default those of the running stack (in a task), else\n" +
      BOOTSTRAP_SERVERS,
    env: "KAFKA_HOST",
  },
  zookeeper: {
    type: "string",
    value: "host:port,…",
    help: "find the brokers in ZooKeeper instead",
    env: "ZOOKEEPER_HOST",
  },
  topic: { type: "string", help: "topic", env: "KAFKA_TOPIC", default: "test-topic" },
  consumer: {
    type: "string",
    value: "group",
    help: "consumer group",
    env: "CONSUMER_GROUP",
    default: "flinox",
  },
  latest: {
    type: "boolean",
    help: "a group without committed offsets begins at the end, with --latest=false at the start",
    default: true,
  },
  "from-beginning": { type: "boolean", help: "the same as --latest=false" },
  "max-messages": { type: "integer", value: "n", help: "stop after n records", min: 1 },
  "timeout-ms": {
    type: "integer",
    value: "ms",
    help: "stop when no record comes for so long",
    min: 1,
  },
  format: {
    type: "string",
    help: "json, or text with %t topic, %p partition, %o offset, %k key, %v value, %h headers, " +
      "%T timestamp, \\n, \\t",
    default: DEFAULT_FORMAT,
  },
  verbose: { type: "boolean", help: "the client library's log" },
} as const satisfies Flags;

type ConsumerFlags = Values<typeof FLAGS>;

/** Runs the consumer as the command line says. */
export async function main(task?: ClientTask) {
  const command: Command<typeof FLAGS & { dir?: Flag }> = {
    name: "deno task consume",
    summary: "Shows the records of a topic, and commits each once it is shown (at least once).\n" +
      "A group goes on where it has committed; deno task group:reset makes it read again.\n" +
      "Exit code 1 when --max-messages were not there before --timeout-ms.",
    flags: task ? { ...FLAGS, dir: task.dir } : FLAGS,
    examples: [
      "deno task consume",
      "deno task consume --topic orders --from-beginning --max-messages 10 --timeout-ms 5000",
      "deno task consume --consumer audit --format '%T %k=%v'",
      "deno task consume --format json | jq .value",
      "deno run --allow-net clients/consumer.ts --zookeeper localhost:2181",
    ],
  };
  await runMain(command, async ({ flags }) => {
    checkTopicName(flags.topic);
    const typed = parseCommand(command, Deno.args).flags;
    // A flag wins over a variable, also over that of the other flag.
    const zookeepers = typed.zookeeper ?? (flags.kafka ? undefined : flags.zookeeper);
    if (!typed.kafka && zookeepers) return await consume(flags, { zookeepers });
    const { dir } = flags as { dir?: string };
    const kafka = flags.kafka ?? await task?.bootstrapServers(dir) ?? BOOTSTRAP_SERVERS;
    return await consume(flags, { kafka });
  });
}

async function consume(
  flags: ConsumerFlags,
  find: { kafka: string } | { zookeepers: string },
): Promise<number> {
  const { topic } = flags;
  const { consumer: group } = flags;
  const format = parseFormat(flags.format);
  const fromBeginning = flags["from-beginning"] || !flags.latest;
  const [limit, timeout] = [flags["max-messages"] ?? Infinity, flags["timeout-ms"]];
  const addresses = "kafka" in find ? find.kafka : find.zookeepers.replace(/\/.*/, "");
  await needNetwork(parseBootstrapServers(addresses), "clients/consumer.ts");
  const stop = stopOnSignals(Deno.exit);
  const stopped = aborted(stop);
  const bootstrapServers = "kafka" in find
    ? find.kafka
    : await Promise.race([findBootstrapServers(find.zookeepers), stopped]);
  if (!bootstrapServers) return 0;

  let shown = 0;
  let joined = false;
  let active = Date.now();
  const quietLimit = () => joined ? timeout! : Math.max(JOIN_TIMEOUT, timeout!);
  const done = Promise.withResolvers<void>();
  const handle = async (records: readonly ConsumerRecord[]) => {
    const some = records.slice(0, limit - shown);
    if (some.length === 0) return 0;
    if (!await writeOut(Buffer.from(some.map(format).join(""), "latin1"))) {
      done.resolve();
      return 0;
    }
    shown += some.length;
    active = Date.now();
    if (shown >= limit) done.resolve();
    return some.length;
  };
  const starting = startConsuming({
    bootstrapServers,
    clientId: "consumer",
    topic,
    group,
    fromBeginning,
    handle,
    verbose: flags.verbose,
    say,
    onJoin: (partitions) => {
      if (!joined) active = Date.now();
      joined = true;
      say(
        partitions.length > 0
          ? `Reading ${topic} as group ${group}: ${plural(partitions.length, "partition")}`
          : `Waiting as group ${group}: other members read all partitions of ${topic}`,
      );
    },
  });
  const consuming = await Promise.race([starting, stopped]);
  if (!consuming) return 0;

  const quiet = async () => {
    for (let left; (left = active + quietLimit() - Date.now()) > 0;) {
      await pause(left, stop);
      if (stop.aborted) return false;
    }
    return true;
  };
  const timedOut = await Promise.race([
    ...(timeout === undefined ? [] : [quiet()]),
    done.promise.then(() => false),
    stopped.then(() => false),
    consuming.failed,
  ]);
  await endsWithin(FINISH, consuming.stop());
  if (timedOut && !joined) {
    throw new ClientError(`The brokers did not let group ${group} begin in ${quietLimit()} ms`, {
      hint: "Are there enough brokers for the topic __consumer_offsets? deno task status shows it.",
    });
  }
  if (timedOut && limit !== Infinity) {
    throw new ClientError(
      `Only ${shown} of ${plural(limit, "record")}, and none for ${timeout} ms`,
      { hint: `deno task group:describe --group ${group} shows what the group has left to read.` },
    );
  }
  say(`${plural(shown, "record")} read from ${topic} as group ${group}`);
  return 0;
}

if (import.meta.main) await main();
