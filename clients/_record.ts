// Records as the producer makes them: from a line, or for --loop.
// This module is pure: no Deno APIs, no I/O.
import { Buffer } from "node:buffer";
import { ClientError } from "./_errors.ts";
import { UsageError } from "./flags.ts";

/** A record to be written. */
export interface ProducerRecord {
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Where it goes; the sender sets it. */
  partition?: number;
}

/** What all records of a run have in common. */
export interface RecordOptions {
  /** Splits a line into key and value; without it there are no keys. */
  readonly keySeparator?: string | undefined;
  readonly headers?: ProducerRecord["headers"];
}

/**
 * Reads `--header k=v`; a header given twice has two values.
 *
 * @throws {UsageError} When one is not `k=v`.
 */
export function parseHeaders(given: readonly string[]): ProducerRecord["headers"] {
  const headers: Record<string, string[]> = Object.create(null);
  for (const text of given) {
    const at = text.indexOf("=");
    if (at <= 0) throw new UsageError(`--header takes k=v, not "${text}"`);
    (headers[text.slice(0, at)] ??= []).push(text.slice(at + 1));
  }
  return headers;
}

/**
 * Makes records of lines.
 *
 * @returns A function of a line and its number, counted from 1, for the error.
 * @throws {ClientError} When a line has no key separator.
 */
export function createRecordParser(
  options: RecordOptions,
): (line: Uint8Array, number: number) => ProducerRecord {
  const { keySeparator, headers } = options;
  const common = headers && Object.keys(headers).length > 0 ? { headers } : {};
  return (line, number) => {
    const value = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
    if (keySeparator === undefined) return { key: null, value, ...common };
    const at = value.indexOf(keySeparator);
    if (at < 0) {
      throw new ClientError(`Line ${number} has no key separator "${keySeparator}"`, {
        hint: "With --key-separator each line is key, separator, value.",
      });
    }
    const start = at + Buffer.byteLength(keySeparator);
    return { key: value.subarray(0, at), value: value.subarray(start), ...common };
  };
}

/** The text of a record of `--loop`: `DD/MM/YYYY HH:MM:SS±ZZZZ Nova mensagem !`, local time. */
export function loopText(date: Date): string {
  const two = (n: number) => String(Math.trunc(Math.abs(n))).padStart(2, "0");
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${two(offset / 60)}${two(offset % 60)}`;
  const day = `${two(date.getDate())}/${two(date.getMonth() + 1)}/${date.getFullYear()}`;
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${day} ${time}${zone} Nova mensagem !`;
}
