// Records as the producer makes them: from a line, or for --loop.
// This module is pure: no Deno APIs, no I/O.
import { Buffer } from "node:buffer";
import { ClientError } from "../kafka/errors/client_error.ts";
import type { ProducerHeader, ProducerRecord } from "../kafka/producer/record.ts";
import { readEscapes } from "./escapes.ts";
import { UsageError } from "./flags.ts";

/** What all records of a run have in common. */
export interface RecordOptions {
  /** Splits a line into key and value, `\t` for a tab; without it there are no keys. */
  readonly keySeparator?: string | undefined;
  /** A key or value that is this text is null (`null.marker` of Kafka's console producer). */
  readonly nullValue?: string | undefined;
  readonly headers?: readonly ProducerHeader[];
}

/**
 * Reads `--header k=v`.
 *
 * @param nullValue A value that is this text is null.
 * @throws {UsageError} When one is not `k=v`.
 */
export function parseHeaders(given: readonly string[], nullValue?: string): ProducerHeader[] {
  return given.map((text) => {
    const at = text.indexOf("=");
    if (at <= 0) throw new UsageError(`--header takes k=v, not "${text}"`);
    const value = text.slice(at + 1);
    return [text.slice(0, at), value === nullValue ? null : Buffer.from(value)];
  });
}

/**
 * Makes records of lines.
 *
 * @returns A function of a line and its number, counted from 1.
 * @throws {UsageError} When the key separator cannot be read.
 * @throws {ClientError} When a line has no key separator.
 */
export function createRecordParser(
  options: RecordOptions,
): (line: Uint8Array, number: number) => ProducerRecord {
  const { headers = [], nullValue } = options;
  const keySeparator = options.keySeparator === undefined
    ? undefined
    : readEscapes("--key-separator", options.keySeparator);
  const marker = nullValue === undefined ? undefined : Buffer.from(nullValue);
  const orNull = (data: Buffer) => marker?.equals(data) ? null : data;
  const withHeaders = headers.length > 0 ? { headers } : {};
  return (line, number) => {
    const value = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
    if (keySeparator === undefined) {
      return { key: null, value: orNull(value), number, ...withHeaders };
    }
    const at = value.indexOf(keySeparator);
    if (at < 0) {
      throw new ClientError(`Line ${number} has no key separator "${options.keySeparator}"`, {
        hint: "With --key-separator each line is key, separator, value.",
      });
    }
    return {
      key: orNull(value.subarray(0, at)),
      value: orNull(value.subarray(at + Buffer.byteLength(keySeparator))),
      number,
      ...withHeaders,
    };
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
