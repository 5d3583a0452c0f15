#!/usr/bin/env -S deno run --allow-net --allow-env=KAFKA_HOST,KAFKA_TOPIC
// Writes records to a topic: typed lines, piped lines, or a test record every 3 s.
import { Buffer } from "node:buffer";
import { type Batch, Batcher } from "./_batch.ts";
import { ClientError, explain } from "./_errors.ts";
import { COMPRESSION, parseBootstrapServers } from "./_kafka.ts";
import { readLines } from "./_line_reader.ts";
import { type ClientTask, runMain, say } from "./_main.ts";
import { needNetwork } from "./_permissions.ts";
import { startProducing } from "./_producing.ts";
import { describeFigures, plural, Progress } from "./_progress.ts";
import { createRecordParser, loopText, parseHeaders } from "./_record.ts";
import { Sender } from "./_sender.ts";
import { aborted, endsWithin, pause, stopOnSignals } from "./_signals.ts";
import { chunksOf, writeOut } from "./_stdio.ts";
import { checkTopicName } from "./_topic.ts";
import { type Command, type Flag, type Flags, UsageError, type Values } from "./flags.ts";

const BOOTSTRAP_SERVERS = "localhost:9092,localhost:9093,localhost:9094";
/** From here on records are counted, not shown, unless --verbose. */
const LARGE = 1000;
/** How long a stopped run waits for what is in flight, in ms. */
const FINISH = 2300;

const FLAGS = {
  kafka: {
    type: "string",
    value: "host:port,…",
    help: "bootstrap servers; by default those of the running stack (in a task), else\n" +
      BOOTSTRAP_SERVERS,
    env: "KAFKA_HOST",
  },
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
    help: "split each line into key and value at the first of these",
  },
  header: { type: "list", value: "k=v", help: "a header of every record" },
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
      `${LARGE} are shown\nwith their partition and offset; of more only the sum is told.`,
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
    const { dir } = flags as { dir?: string };
    const kafka = flags.kafka ?? await task?.bootstrapServers(dir) ?? BOOTSTRAP_SERVERS;
    return await produce({ ...flags, kafka });
  });
}

async function produce(flags: ProducerFlags & { kafka: string }): Promise<number> {
  const servers = parseBootstrapServers(flags.kafka);
  const topic = checkTopicName(flags.topic);
  const headers = parseHeaders(flags.header);
  await needNetwork(servers, "clients/producer.ts --loop");
  const stop = stopOnSignals(Deno.exit);
  const stopped = aborted(stop);
  const producing = await Promise.race([
    startProducing({
      topic,
      bootstrapServers: flags.kafka,
      clientId: "producer",
      compression: flags.compression as keyof typeof COMPRESSION,
      verbose: flags.verbose,
      say,
    }),
    stopped,
  ]);
  if (!producing) return 0;
  if (flags.partition !== undefined && flags.partition >= producing.partitions) {
    throw new UsageError(
      `Topic ${topic} has no partition ${flags.partition}`,
      `It has ${producing.partitions}: 0 to ${producing.partitions - 1}.`,
    );
  }

  const started = Date.now();
  let added = 0;
  let hidden = 0;
  let toldRetry = 0;
  let reading = true;
  const figures = () =>
    describeFigures({
      records: sender.acknowledged,
      bytes: sender.acknowledgedBytes,
      elapsed: Date.now() - started,
    });
  const progress = new Progress((text) => Deno.stderr.writeSync(new TextEncoder().encode(text)), {
    terminal: Deno.stderr.isTerminal(),
    now: started,
  });
  const show = async ({ records, partition }: Batch, baseOffset: bigint) => {
    if (!flags.verbose && added > LARGE) {
      hidden += records.length;
      progress.show(figures, Date.now());
      return;
    }
    if (!reading) return;
    const lines = records.map(({ value }, index) => {
      const offset = baseOffset + BigInt(index);
      return `>>> Partition: ${partition} Offset: ${offset} Topic: ${topic} Message: ${value}\n`;
    });
    reading = await writeOut(Buffer.from(lines.join("")));
  };
  const sender = new Sender(
    new Batcher(producing.partitions, {
      first: Math.floor(Math.random() * producing.partitions),
      ...(flags.partition === undefined ? {} : { partition: flags.partition }),
    }),
    {
      send: (batch) => producing.send(batch),
      onAcknowledged: show,
      onRetry: ({ partition }, error) => {
        if (Date.now() - toldRetry < 10_000) return;
        toldRetry = Date.now();
        progress.clear();
        const { message } = explain(error, flags.kafka);
        say(`Partition ${partition} has not acknowledged yet: ${message}. Trying on.`);
      },
    },
  );
  const parse = createRecordParser({ keySeparator: flags["key-separator"], headers });
  const limit = flags.count ?? Infinity;

  const typed = !flags.loop && Deno.stdin.isTerminal();
  const ask = () => typed && Deno.stderr.writeSync(new TextEncoder().encode("Enter msg: "));
  const lines = async () => {
    ask();
    for await (const some of readLines(chunksOf(Deno.stdin.readable, stop))) {
      for (const line of some) {
        if (added === limit) break;
        if (typed && line.length === 0) continue;
        sender.add(parse(line, ++added));
      }
      await (typed ? sender.flush() : sender.pump());
      if (added === limit) return;
      ask();
    }
  };
  const loop = async () => {
    while (added < limit && !stop.aborted) {
      added++;
      sender.add({
        key: null,
        value: Buffer.from(loopText(new Date())),
        ...(headers ? { headers } : {}),
      });
      await sender.flush();
      if (added < limit) await pause(flags.interval, stop);
    }
  };
  const work = async () => {
    try {
      await (flags.loop ? loop() : lines());
    } finally {
      // What was read before a bad line is still delivered.
      await sender.flush();
    }
  };

  let failure: unknown;
  const working = work().catch((error) => failure = error);
  await Promise.race([working, stopped]);
  if (typed && stop.aborted) say("");
  const finished = !stop.aborted || await endsWithin(FINISH, working);
  progress.clear();
  if (sender.pending > 0) {
    const reason = failure ? `: ${explain(failure, flags.kafka).message}` : "";
    throw new ClientError(
      `${plural(sender.acknowledged, "record")} acknowledged, ${sender.pending} not${reason}`,
      { hint: "Those that were not acknowledged may be missing from the topic.", cause: failure },
    );
  }
  if (failure) throw explain(failure, flags.kafka);
  if (hidden > 0) say(`${figures()} acknowledged by topic ${topic}`);
  if (finished) await endsWithin(500, producing.disconnect());
  return 0;
}

if (import.meta.main) await main();
