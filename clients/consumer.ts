#!/usr/bin/env -S deno run --allow-net --allow-env=KAFKA_HOST,KAFKA_TOPIC,CONSUMER_GROUP,ZOOKEEPER_HOST
// Reads a topic as a member of a consumer group, and shows each record.
import { startConsumer } from "./kafka/consumer/group_consumer.ts";
import { ClientError } from "./kafka/errors/client_error.ts";
import { DEFAULT_FORMAT, parseFormat } from "./cli/record_format.ts";
import type { ConsumerRecord } from "./kafka/protocol/record.ts";
import { type Connection, parseConnection } from "./kafka/connection/connection.ts";
import { chooseConnection, type ClientTask, connectionFlags } from "./cli/connection.ts";
import { runMain, say } from "./cli/main.ts";
import { needNetwork } from "./cli/permissions.ts";
import { plural } from "./cli/progress.ts";
import { stopOnSignals, unlessStopped } from "./cli/signals.ts";
import { aborted, endsWithin, waitOut } from "./kafka/waiting/pause.ts";
import { Output } from "./cli/stdio.ts";
import { checkTopicName } from "./cli/topic_name.ts";
import { findBrokers } from "./kafka/connection/zookeeper.ts";
import { type Command, type Flag, type Flags, parseCommand, type Values } from "./cli/flags.ts";

/** How long a stopped run waits for the brokers, in ms; for who reads its output it waits on. */
const FINISH = 2300;
/** How long an ended run waits for its output's reader before it says so, in ms. */
const PATIENCE = 1000;
/** A group's first join may take this long before --timeout-ms counts, in ms. */
const JOIN_TIMEOUT = 30_000;

const FLAGS = {
  ...connectionFlags,
  zookeeper: {
    type: "string",
    value: "host:port,…",
    help: "find the brokers in ZooKeeper instead; a KRaft cluster has none",
    env: "ZOOKEEPER_HOST",
  },
  topic: { type: "string", help: "topic", env: "KAFKA_TOPIC", default: "test-topic" },
  consumer: {
    type: "string",
    value: "group",
    help: "consumer group",
    env: "CONSUMER_GROUP",
    alias: "group",
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
      "A group continues where it has committed; deno task group:reset makes it read again.\n" +
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
    const given = typed.kafka ? undefined : zookeepers;
    return await consume(flags, given ?? await chooseConnection(flags, task));
  });
}

async function consume(
  flags: ConsumerFlags,
  /** The cluster, or the ZooKeepers that know it. */
  where: Connection | string,
): Promise<number> {
  const { topic } = flags;
  const { consumer: group } = flags;
  const format = parseFormat(flags.format);
  const fromBeginning = flags["from-beginning"] || !flags.latest;
  const [limit, timeout] = [flags["max-messages"] ?? Infinity, flags["timeout-ms"]];
  const known = typeof where === "string" ? parseConnection(where.replace(/\/.*/, "")) : where;
  await needNetwork(known.bootstrapServers, "clients/consumer.ts");
  const stop = stopOnSignals(Deno.exit);
  const stopped = aborted(stop);
  const output = new Output();
  let shown = 0;
  let joined = false;
  const done = Promise.withResolvers<void>();
  /** Ends the writing of a batch between two records. */
  const ending = new AbortController();
  let writing: Promise<unknown> = Promise.resolve();
  const handle = async (records: readonly ConsumerRecord[]) => {
    const written = output.write(records.slice(0, limit - shown).map(format), ending.signal);
    writing = written;
    const count = await written;
    shown += count;
    if (shown >= limit || !output.open) done.resolve();
    return count;
  };
  const connection = typeof where === "string"
    ? await unlessStopped(stop, findBrokers(where, { signal: stop }))
    : where;
  if (!connection) return 0;
  const starting = startConsumer({
    connection,
    signal: stop,
    clientId: "consumer",
    topic,
    group,
    fromBeginning,
    handle,
    verbose: flags.verbose,
    say,
    onJoin: (partitions) => {
      joined = true;
      say(
        partitions.length > 0
          ? `Reading ${topic} as group ${group}: ${plural(partitions.length, "partition")}`
          : `Waiting as group ${group}: other members read all partitions of ${topic}`,
      );
    },
  });
  const consuming = await unlessStopped(stop, starting);
  if (!consuming) return 0;

  const quietLimit = () => joined ? timeout! : Math.max(JOIN_TIMEOUT, timeout!);
  const quiet = () => waitOut(() => quietLimit() - consuming.quietFor(), timeout!, stop);
  let failure: unknown;
  const timedOut = await Promise.race([
    ...(timeout === undefined ? [] : [quiet()]),
    done.promise.then(() => false),
    stopped.then(() => false),
    consuming.failed,
  ]).catch((error) => {
    failure = error;
    return false;
  });
  ending.abort();
  const unread = timedOut ? consuming.unreachable() : [];
  const left = consuming.stop();
  left.catch(() => {});
  // What the reader has been given is committed, so the end waits for it, however slow it is.
  if (!await endsWithin(PATIENCE, writing)) {
    say("Waiting until what was read has been written; Ctrl-C ends at once.");
    // After the signal that ended it, the next one ends the process.
    await (stop.aborted ? writing : Promise.race([writing, stopped]));
  }
  if (failure !== undefined) throw failure;
  await endsWithin(FINISH, left);
  if (output.error) {
    throw new ClientError(output.error.message, {
      hint: `${plural(shown, "record")} of ${topic} written before it: these are committed as ` +
        `group ${group}, the others are not.`,
      cause: output.error,
    });
  }
  if (timedOut && !joined) {
    throw new ClientError(`The brokers did not let group ${group} begin in ${quietLimit()} ms`, {
      hint: "Are there enough brokers for the topic __consumer_offsets? deno task status shows it.",
    });
  }
  if (unread.length > 0) {
    throw new ClientError(
      `${plural(shown, "record")} read from ${topic}, but nothing of ` +
        `${unread.length === 1 ? "partition" : "partitions"} ${unread.join(", ")} in the end`,
      { hint: `deno task topic:describe --topic ${topic} shows where they are.` },
    );
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
