// Bytes in and out of the process.

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
 * Writes all bytes to stdout.
 *
 * @returns Whether somebody still reads: `false` after e.g. `| head -1` has ended.
 */
export async function writeOut(bytes: Uint8Array): Promise<boolean> {
  try {
    for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

/** Writes text to stderr. */
export function writeErr(text: string) {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
