// Bytes in and out of the process.
import { Buffer } from "node:buffer";
import { ClientError } from "../kafka/errors/client_error.ts";

/** Chunks of a stream until its end or until the signal is aborted. */
export async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  // Cancelling resolves the read that waits, so no signal waits for a key press.
  signal.addEventListener("abort", () => reader.cancel().catch(() => {}), { once: true });
  while (!signal.aborted) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/**
 * A pipe takes this many bytes at once or none of them (Linux' PIPE_BUF), so that it is known what
 * a reader that went away had been given.
 */
const ATOMIC_BYTES = 4096;

/** Where bytes go; {@linkcode Deno.stdout} is one. */
export interface Sink {
  /** Writes some of the bytes. Resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Writes whole pieces, and knows which of them have been taken. */
export class Output {
  readonly #sink: Sink;
  /** Nobody reads any more, as after `| head -1`. */
  closed = false;
  /** Why it cannot be written to. */
  error: ClientError | undefined;

  constructor(sink: Sink = Deno.stdout) {
    this.#sink = sink;
  }

  /** Whether what is written may still arrive. */
  get open(): boolean {
    return !this.closed && this.error === undefined;
  }

  /**
   * Writes pieces, each of which ends its line, however long the reader takes.
   *
   * @param pieces One character a byte (`latin1`).
   * @param stop Ends it between two pieces.
   * @returns How many have been taken whole; fewer than all when it was stopped, is closed, or fails.
   */
  async write(pieces: readonly string[], stop?: AbortSignal): Promise<number> {
    let taken = 0;
    while (taken < pieces.length && this.open && !stop?.aborted) {
      let chunk = pieces[taken]!;
      let next = taken + 1;
      for (; next < pieces.length && chunk.length + pieces[next]!.length <= ATOMIC_BYTES; next++) {
        chunk += pieces[next];
      }
      if (await this.#writeAll(Buffer.from(chunk, "latin1"))) taken = next;
    }
    return taken;
  }

  async #writeAll(bytes: Uint8Array): Promise<boolean> {
    try {
      for (let at = 0; at < bytes.length;) at += await this.#sink.write(bytes.subarray(at));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) this.closed = true;
      else this.error = outputError(error);
      return false;
    }
  }
}

/** What is wrong with stdout, in words. */
export function outputError(error: unknown): ClientError {
  const { code, message } = error as { code?: string; message: string };
  const reason = code === "ENOSPC" ? "no space left on device" : message;
  return new ClientError(`Cannot write to stdout: ${reason}`, {
    hint: "What was written before is not all.",
    cause: error,
  });
}

/** Writes text to stderr. Without a reader of it there is nobody to tell, and the work goes on. */
export function writeErr(text: string) {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch {
    // Closed or full: it was only talk.
  }
}
