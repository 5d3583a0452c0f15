// What the administration tasks share.
import { type Gap, gapText } from "../clients/kafka/errors/gaps.ts";
import { UsageError } from "../clients/cli/flags.ts";
import { internalHolds } from "../clients/kafka/topics/internal_topics.ts";
import { say } from "../clients/cli/main.ts";

/** `--json` of a task that lists. */
export const jsonFlag = { json: { type: "boolean", help: "print JSON" } } as const;

/** `--internal` of a task that changes topics. */
export const internalFlag = {
  internal: { type: "boolean", help: "Kafka's own topics too, e.g. __consumer_offsets" },
} as const;

/** @throws {UsageError} A topic of Kafka's own is meant, and `--internal` is not given. */
export function needInternal(topic: string, internal: boolean): void {
  if (internal) return;
  throw new UsageError(
    `${topic} is Kafka's own: it holds ${internalHolds(topic)}`,
    "Nothing was changed. If you mean it, pass --internal",
  );
}

/**
 * Reads `--config key=value`; the last one wins.
 *
 * @throws {UsageError} When there is no `=`.
 */
export function parseConfigs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => {
    const at = text.indexOf("=");
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
    throw new UsageError(
      `--config takes key=value, not "${text}"`,
      "For example: --config cleanup.policy=compact",
    );
  }));
}

/** JSON for people and programs alike. Offsets are 64-bit: they become strings. */
export function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, field) => typeof field === "bigint" ? String(field) : field,
    2,
  );
}

/** A cell of a table: `-` for what is not there. */
export function cell(value: string | number | bigint | undefined): string {
  return value === undefined || value === "" ? "-" : String(value);
}

/** The lag of a group in all its partitions, as far as it is known. */
export function lagOf(offsets: readonly { readonly lag: bigint | undefined }[]): bigint {
  return offsets.reduce((sum, { lag = 0n }) => sum + lag, 0n);
}

/** `1 partition`, `3 partitions`. */
export function count(number: number | bigint, noun: string): string {
  return `${number} ${noun}${BigInt(number) === 1n ? "" : "s"}`;
}

/**
 * Says on stderr what is not known of what was asked for.
 *
 * @returns The exit code: 1 where something is not known.
 */
export function sayGaps(gaps: readonly Gap[]): number {
  for (const gap of gaps) say(`Error: ${gapText(gap)}`);
  if (gaps.length > 0) say("  Is a broker down? deno task status");
  return gaps.length > 0 ? 1 : 0;
}
