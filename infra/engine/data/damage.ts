// Questions about damaged records: what a look at the segments finds, and what the brokers' own logs
// say of damage that they met.
import { serversOf } from "../../render/mod.ts";
import { brokerData, Failure } from "../../spec/mod.ts";
import type { Question } from "../engine.ts";
import { partitionsOf } from "./partitions.ts";
import { checkSegments, type Damage } from "./segments.ts";
import type { Context } from "../context.ts";

/** What one call reads of the segments: a second's work. */
const BUDGET_BYTES = 256 * 1024 ** 2;
/** What is read of a broker's log. */
const LOG_BYTES = 1024 ** 2;
/** How many of a kind are told. */
const SHOWN = 5;

/** The questions. */
export function damageQuestions(context: Context): Question[] {
  return [
    ["records", () => lookAtSegments(context)],
    ["broker logs", () => lookAtLogs(context)],
  ];
}

async function lookAtSegments({ host, dir, stack }: Context): Promise<string> {
  const ids = stack.brokers.map(({ id }) => id);
  const { damages, bytes, more } = await checkSegments(host, dir, ids, BUDGET_BYTES);
  const mib = `${Math.ceil(bytes / 1024 ** 2)} MiB`;
  const [first] = damages;
  if (!first) return more ? `the first ${mib} are whole` : `all are whole (${mib})`;
  const places = new Map<number, string[]>();
  for (const id of ids) places.set(id, await partitionsOf(host, dir, id));
  const others = ids.filter((id) =>
    id !== first.brokerId && places.get(id)!.includes(first.partition) &&
    !damages.some(({ brokerId, partition }) => brokerId === id && partition === first.partition)
  );
  throw new Failure(listed(damages.map(describe)), { hint: advise(dir, first, others) });
}

function describe({ brokerId, partition, file, position, offset, next }: Damage): string {
  const records = next === undefined
    ? `nothing can be read from offset ${offset} on`
    : `the records from offset ${offset} to ${next - 1n} cannot be read`;
  return `kafka${brokerId}: ${partition} is damaged, ${records} (${file}, byte ${position})`;
}

/** What to do about the first of them. */
function advise(dir: string, damage: Damage, others: readonly number[]): string {
  const { brokerId: id, partition, next } = damage;
  const name = `kafka${id}`;
  const log = `${brokerData(id)}/${partition}`;
  if (others.length > 0) {
    return `${others.map((other) => `kafka${other}`).join(", ")} has the partition whole. ` +
      `Let ${name} copy it:\n` +
      `deno task stop ${name}; mv ${dir}/${log} ${dir}/${log}.damaged; deno task start ${name}`;
  }
  const [, topic, number] = /^(.*)-(\d+)$/.exec(partition)!;
  return `No other broker has it. Copy ${dir}/${log} away, and stop ${name} with deno task only: ` +
    "after a kill it\ncuts the log where it is damaged." +
    (next === undefined ? "" : ` Consumers can go on behind the damage: deno task group:reset ` +
      `--group … --topic ${topic}:${number} --to-offset ${next} --execute`);
}

/** What brokers write when they meet damage, and what it means. */
const SIGNS: readonly (readonly [pattern: RegExp, meaning: (found: string[]) => string])[] = [
  [
    /LogLoader partition=(\S+),.*Corruption found in segment (\d+), truncating to offset (\d+)/,
    ([partition, segment, offset]) =>
      `${partition} was damaged in segment ${segment}: at its start it cut the log at offset ${offset}`,
  ],
  [
    /leaderId=(\d+),.*Found invalid messages during fetch for partition (\S+) offset (\d+)/,
    ([leader, partition, offset]) =>
      `cannot copy ${partition} from offset ${offset} on: it is damaged on kafka${leader}`,
  ],
  [
    /ERROR (Error while .* dir \S+)/,
    ([what]) => `its disk failed: ${what}`,
  ],
];

async function lookAtLogs({ host, dir, rendered }: Context): Promise<string> {
  const found: string[] = [];
  for (const { name, logFile } of serversOf(rendered.services, "broker")) {
    const path = `${dir}/${logFile}`;
    const { size = 0 } = await host.readFrom(path, Infinity) ?? {};
    const part = await host.readFrom(path, Math.max(0, size - LOG_BYTES));
    const text = new TextDecoder().decode(part?.bytes);
    // What an earlier run met may be mended.
    const begin = text.lastIndexOf("INFO starting (kafka.server.KafkaServer)");
    for (const line of text.slice(Math.max(0, begin)).split("\n")) {
      for (const [pattern, meaning] of SIGNS) {
        const [, ...groups] = pattern.exec(line) ?? [];
        if (groups.length > 0) found.push(`${name}: ${meaning(groups)}`);
      }
    }
  }
  const unique = [...new Set(found)];
  if (unique.length === 0) return "no damage since the last start";
  throw new Failure(listed(unique), {
    hint:
      "A replica that was cut is filled from the others; with replication factor 1 the records " +
      "are gone.\nLook at the disk (dmesg, smartctl), and at what the log says around it: " +
      `deno task logs ${unique[0]!.split(":")[0]}`,
  });
}

function listed(lines: readonly string[]): string {
  const more = lines.length - SHOWN;
  return lines.slice(0, SHOWN).join("\n") + (more > 0 ? `\nand ${more} more` : "");
}
