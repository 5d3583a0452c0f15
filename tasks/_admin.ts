// What the administration tasks share.
// This module is pure: no Deno APIs, no I/O.
import { UsageError } from "../clients/flags.ts";

/** `--json` of a task that lists. */
export const jsonFlag = { json: { type: "boolean", help: "print JSON" } } as const;

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

/** `1 partition`, `3 partitions`. */
export function count(number: number | bigint, noun: string): string {
  return `${number} ${noun}${BigInt(number) === 1n ? "" : "s"}`;
}
