#!/usr/bin/env -S deno run --allow-net --allow-env=KAFKA_HOST,KAFKA_TOPIC
// Writes records to a topic: typed lines, piped lines, or a test record every 3 s.
import { Buffer } from "node:buffer";
import { Batcher } from "./kafka/producer/batch.ts";
import { explain } from "./kafka/errors/explain.ts";
import { ClientError } from "./kafka/errors/client_error.ts";
import type { Connection } from "./kafka/connection/connection.ts";
import { COMPRESSION, type Compression } from "./kafka/protocol/compression.ts";
import { readLines } from "./cli/line_reader.ts";
import { chooseConnection, type ClientTask, connectionFlags } from "./cli/connection.ts";
import { runMain, say } from "./cli/main.ts";
import { needNetwork } from "./cli/permissions.ts";
import { startProducer } from "./kafka/producer/kafkajs_producer.ts";
import { plural } from "./cli/progress.ts";
import { createRecordParser, loopText, parseHeaders } from "./cli/record_parser.ts";
import type { ProducerHeader } from "./kafka/producer/record.ts";
import { LARGE, Report } from "./cli/producer_report.ts";
import { Sender } from "./kafka/producer/sender.ts";
import { stopOnSignals, unlessStopped } from "./cli/signals.ts";
import { aborted, endsWithin, pause } from "./kafka/waiting/pause.ts";
import { chunksOf, writeErr } from "./cli/stdio.ts";
import { TooLarge } from "./cli/too_large_records.ts";
import { checkTopicName } from "./cli/topic_name.ts";
import { type Command, type Flag, type Flags, UsageError, type Values } from "./cli/flags.ts";

/** How long a stopped run waits for the brokers, in ms; for who reads its output it waits on. */
const FINISH = 2300;

const FLAGS = {
  ...connectionFlags,
  topic: { type: "string", help: "topic", env: "KAFKA_TOPIC", default: "test-topic" },
  loop: { type: "boolean", help: "produce test records until stopped" },
  interval: {
    type: "duration",
    value: "time",
    help: "pause between the records of --loop, e.g. 300ms, 5s",
    default: 3000,
  },
  count: { type: "integer", value: "n", help: "stop after n records", min: 1 },
  "key-separator": {
    type: "string",
    value: "text",
    help: "split each line into key and value at the first of these; '\\t' is a tab",
  },
  "null-value": {
    type: "string",
    value: "text",
    help: "a value, key or header's value that is this text is null: a tombstone",
  },
  header: { type: "list", value: "k=v", help: "a header of every record, in this order" },
  partition: { type: "integer", value: "n", help: "the partition for all records" },
  compression: {
    type: "string",
    help: "codec of the batches",
    oneOf: Object.keys(COMPRESSION),
    default: "none",
  },
  verbose: {
    type: "boolean",
    help: `a line for each record however many, and the client library's log`,
  },
} as const satisfies Flags;

type ProducerFlags = Values<typeof FLAGS>;

/** Runs the producer as the command line says. */
export async function main(task?: ClientTask) {
  const command: Command<typeof FLAGS & { dir?: Flag }> = {
    name: "deno task produce",
    summary: "Writes records to a topic, acknowledged by all in-sync replicas (acks=all).\n" +
      "Lines come from a pipe, or are asked for in a terminal. The first " +
      `${LARGE} are shown\nwith their partition and offset; of more, only the total is shown.`,
    flags: task ? { ...FLAGS, dir: task.dir } : FLAGS,
    examples: [
      "deno task produce",
      "printf 'a\\nb\\n' | deno task produce --topic orders",
      "deno task produce --loop --interval 300ms",
      "echo 'k1:hello' | deno task produce --key-separator : --header source=shell",
      "deno run --allow-net clients/producer.ts --kafka localhost:9092 < records.txt",
    ],
  };
  await runMain(command, async ({ flags }) => {
    checkTopicName(flags.topic);
    return await produce(flags, await chooseConnection(flags, task));
  });
}

async function produce(flags: ProducerFlags, connection: Connection): Promise<number> {
  const { topic } = flags;
  const headers = parseHeaders(flags.header, flags["null-value"]);
  // Wrong use is said before anything else is done.
  const parse = createRecordParser({
    keySeparator: flags["key-separator"],
    nullValue: flags["null-value"],
    headers,
  });
  await needNetwork(connection.bootstrapServers, "clients/producer.ts --loop");
  const stop = stopOnSignals(Deno.exit);
  const stopped = aborted(stop);
  const report = new Report(topic, { all: flags.verbose });
  const producing = await unlessStopped(
    stop,
    startProducer({
      topic,
      connection,
      clientId: "producer",
      compression: flags.compression as Compression,
      verbose: flags.verbose,
      say: (line) => report.line(line),
      signal: stop,
    }),
  );
  if (!producing) return 0;
  const { partitions } = producing;
  if (flags.partition !== undefined && flags.partition >= partitions) {
    throw new UsageError(
      `Topic ${topic} has no partition ${flags.partition}`,
      `It has ${partitions}: 0 to ${partitions - 1}.`,
    );
  }
  const batcher = new Batcher(partitions, {
    first: Math.floor(Math.random() * partitions),
    ...(flags.partition === undefined ? {} : { partition: flags.partition }),
  });
  const sum = (): string =>
    report.figures({ records: sender.acknowledged, bytes: sender.acknowledgedBytes });
  const tooLarge = new TooLarge(topic, {
    limit: producing.maxMessageBytes,
    say: (line) => report.line(line),
  });
  const sender: Sender = new Sender(batcher, {
    ...producing,
    partitions: producing.countPartitions,
    onAcknowledged: (batch, baseOffset) => report.acknowledged(batch, baseOffset, sum),
    onRetry: ({ partition }, error) => report.retried(partition, error),
    onTooLarge: (record) => tooLarge.add(record),
  });
  const away = producing.leaderless.filter((p) => p === (flags.partition ?? p));
  report.leaderless(away);
  for (const partition of away) sender.avoid(partition);

  const run = { ...flags, headers, parse, sender, report, stop };
  let failure: unknown;
  const working = (flags.loop ? loop(run) : lines(run))
    // What was read before a bad line is still delivered.
    .catch((error) => failure = error).then(() => sender.flush())
    .catch((error) => failure = error);
  await Promise.race([working, stopped]);
  const finished = await finishes(working, { report, stop });
  report.end();
  await tooLarge.reported();
  const explained = failure === undefined ? undefined : explain(failure, connection) as ClientError;
  const { error: outputError } = report.output;
  if (sender.pending > 0) {
    const count = `${plural(sender.acknowledged, "record")} acknowledged, ${sender.pending} not`;
    throw new ClientError(explained ? `${count}: ${explained.message}` : count, {
      hint: [
        explained?.hint,
        "Those that were not acknowledged may be missing from the topic.",
        outputError?.message,
      ].filter(Boolean).join("\n"),
      cause: failure,
    });
  }
  if (explained) throw explained;
  if (sender.tooLarge > 0) throw tooLarge.error(sender.acknowledged);
  if (outputError) {
    throw new ClientError(outputError.message, {
      hint: `${plural(sender.acknowledged, "record")} acknowledged by topic ${topic}, all that ` +
        "were read: only what is shown of them is not all.",
      cause: outputError,
    });
  }
  if (report.hidden > 0) say(`${sum()} acknowledged by topic ${topic}`);
  if (finished) await endsWithin(500, producing.disconnect());
  return 0;
}

/**
 * Whether the work ends: after a signal the brokers have little time, while who reads the output has
 * all that it needs. A second signal ends the process.
 */
async function finishes(
  working: Promise<unknown>,
  { report, stop }: { report: Report; stop: AbortSignal },
): Promise<boolean> {
  if (!stop.aborted) return true;
  while (!await endsWithin(FINISH, working)) {
    if (!await report.written()) return false;
  }
  return true;
}

/** A run of the producer. */
interface Run extends ProducerFlags {
  readonly headers: readonly ProducerHeader[];
  readonly parse: ReturnType<typeof createRecordParser>;
  readonly sender: Sender;
  readonly report: Report;
  readonly stop: AbortSignal;
}

/** Sends each line of stdin; in a terminal asks for it, and waits until it is acknowledged. */
async function lines({ sender, report, stop, parse, count = Infinity }: Run) {
  const typed = Deno.stdin.isTerminal();
  const ask = () => typed && writeErr("Enter msg: ");
  ask();
  for await (const some of readLines(chunksOf(Deno.stdin.readable, stop))) {
    // What a signal cuts off may be half a line.
    if (stop.aborted) break;
    for (const line of some) {
      if (typed && line.length === 0) continue;
      sender.add(parse(line, report.added + 1));
      if (++report.added === count) return;
    }
    await (typed ? sender.flush() : sender.pump());
    ask();
  }
  // The next prompt of the shell begins its own line.
  if (typed) writeErr("\n");
}

/** Sends a test record every now and then. */
async function loop({ sender, report, stop, count = Infinity, ...run }: Run) {
  const headers = run.headers.length > 0 ? { headers: run.headers } : {};
  while (!stop.aborted) {
    const value = Buffer.from(loopText(new Date()));
    sender.add({ key: null, value, number: ++report.added, ...headers });
    await sender.flush();
    if (report.added >= count) return;
    await pause(run.interval, stop);
  }
}

if (import.meta.main) await main();
