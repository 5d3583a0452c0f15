// How the consumer shows a record.
// This module is pure: no Deno APIs, no I/O.
import { Buffer, isUtf8 } from "node:buffer";
import { ESCAPES } from "./escapes.ts";
import type { ConsumerRecord } from "../kafka/protocol/record.ts";
import { UsageError } from "./flags.ts";

/**
 * Shows a record. The result has one character per byte (`latin1`), so that
 * keys and values that are not text come out as they went in.
 */
export type Format = (record: ConsumerRecord) => string;

/** The line that the original prints. */
export const DEFAULT_FORMAT = ">>> Partition: %p Offset: %o Topic: %t Message: %v";

const text = (words: string) => Buffer.from(words).toString("latin1");
/** `null` where there is none, as Kafka's console consumer writes it: it differs from an empty one. */
const bytes = (data: Buffer | null) => data === null ? "null" : data.toString("latin1");

const FIELDS: Record<string, Format> = {
  t: ({ topic }) => topic,
  p: ({ partition }) => String(partition),
  o: ({ offset }) => offset,
  k: ({ key }) => bytes(key),
  v: ({ value }) => bytes(value),
  h: ({ headers }) => headers.map(([k, v]) => `${text(k)}=${bytes(v)}`).join(","),
  T: ({ timestamp }) => timestamp,
  "%": () => "%",
};

/**
 * Reads `--format`: `json`, or text with `%t` topic, `%p` partition, `%o`
 * offset, `%k` key, `%v` value, `%h` headers, `%T` timestamp, `%%`, `\n`, `\t`. A key or value that
 * is missing (a tombstone) is `null`. Each record ends its line, whether the format says so or not.
 *
 * @throws {UsageError} For a `%` or `\` that means nothing.
 */
export function parseFormat(format: string): Format {
  if (format === "json") return json;
  const parts: Format[] = [];
  let ended = false;
  for (const [whole, field, escape, words] of format.matchAll(/%(.?)|\\(.?)|([^%\\]+)/gsu)) {
    if (words !== undefined) {
      const fixed = text(words);
      parts.push(() => fixed);
      ended = fixed.endsWith("\n");
    } else {
      const part = field === undefined ? ESCAPES[escape!] : FIELDS[field];
      if (part === undefined) {
        throw new UsageError(
          `--format does not know "${whole}"`,
          "It knows %t %p %o %k %v %h %T %% and \\n \\t \\r \\0 \\\\, or the word json.",
        );
      }
      parts.push(typeof part === "string" ? () => part : part);
      ended = part === "\n";
    }
  }
  if (!ended) parts.push(() => "\n");
  return (record) => {
    let line = "";
    for (const part of parts) line += part(record);
    return line;
  };
}

/**
 * One object per line; the offset is a number of any size. Headers are a list, because their order
 * counts and names may repeat. Bytes that are no UTF-8 text have a name of their own and are written
 * in base64: `valueBase64`.
 */
function json({ topic, partition, offset, timestamp, key, value, headers }: ConsumerRecord) {
  const rest = JSON.stringify({
    timestamp: Number(timestamp),
    ...named("key", key),
    ...named("value", value),
    headers: headers.map(([name, value]) => ({ key: name, ...named("value", value) })),
  });
  const head = `{"topic":${JSON.stringify(topic)},"partition":${partition},"offset":${offset},`;
  return text(`${head}${rest.slice(1)}\n`);
}

function named(name: "key" | "value", data: Buffer | null): Record<string, string | null> {
  if (data !== null && !isUtf8(data)) return { [`${name}Base64`]: data.toString("base64") };
  return { [name]: data === null ? null : data.toString() };
}
