// Lines of a byte stream. Bytes stay bytes: a record need not be text.
// This module is pure: no Deno APIs, no I/O.
import { ClientError } from "../kafka/errors/client_error.ts";

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
/**
 * No broker takes a request of this size, whatever the topic's `max.message.bytes`: Kafka's default
 * of `socket.request.max.bytes`. It bounds the memory that input without newlines takes.
 */
const MAX_LINE_BYTES = 100 * 1024 * 1024;

/**
 * Splits a stream at `\n` or `\r\n`; a last line needs no newline.
 *
 * @param chunks The stream. A line is a view of its chunk where it can be.
 * @returns The lines that each chunk completes.
 * @throws {ClientError} When a line is longer than 100 MB.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array[], void> {
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  let read = 0;
  const complete = (end: Uint8Array) => {
    const line = begun.length === 0 ? end : concat([...begun, end], begunBytes + end.length);
    begun = [];
    begunBytes = 0;
    return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
  };
  for await (const chunk of chunks) {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end; (end = chunk.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      lines.push(complete(chunk.subarray(start, end)));
    }
    read += lines.length;
    if (lines.length > 0) yield lines;
    if (start === chunk.length) continue;
    begun.push(chunk.subarray(start));
    begunBytes += chunk.length - start;
    if (begunBytes > MAX_LINE_BYTES) {
      throw new ClientError(`Line ${read + 1} of the input is longer than 100 MB`, {
        hint: "Each line is one record. Is the input text? Nothing from that line on was sent.",
      });
    }
  }
  if (begunBytes > 0) yield [complete(new Uint8Array())];
}

function concat(parts: Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
