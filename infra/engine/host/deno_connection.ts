// Connections, on Deno: the part of the real Host that asks others.
import type { Address } from "../../render/mod.ts";
import { Interrupted } from "./host.ts";

/**
 * Whether the other side keeps a new connection. Docker accepts connections for a container in
 * which nobody listens, and then ends them.
 */
async function staysOpen(connection: Deno.Conn): Promise<boolean> {
  const { promise: enough, resolve } = Promise.withResolvers<"open">();
  const timer = setTimeout(() => resolve("open"), 30);
  const ended = connection.read(new Uint8Array(1)).then((n) => n === null ? "ended" : "open");
  // The read that is left over ends when the connection is closed.
  const state = await Promise.race([ended.catch(() => "ended"), enough]);
  clearTimeout(timer);
  return state === "open";
}

/** How much later than told a connection is given up, in ms. */
const LATE_MS = 100;

/** See `ask` of Host. `signal` interrupts it. */
export async function ask(
  { host, port }: Address,
  question: string | undefined,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  // It ends attempts to connect too: one to a machine that says nothing would take minutes.
  const cut = new AbortController();
  let connection: Deno.Conn | undefined;
  const close = () => {
    cut.abort();
    try {
      connection?.close();
    } catch { /* closed already, by the stream or the other side of this */ }
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = () => {
    clearTimeout(timer);
    // What came while this process itself was busy is read before the time counts as over.
    timer = setTimeout(() => timer = setTimeout(close, LATE_MS), timeoutMs);
  };
  signal?.addEventListener("abort", close);
  try {
    if (signal?.aborted) throw new Interrupted();
    limit();
    connection = await Deno.connect({ hostname: host, port, signal: cut.signal });
    limit();
    if (question === undefined) return await staysOpen(connection) ? "" : undefined;
    await connection.write(new TextEncoder().encode(question));
    let answer = "";
    for await (const text of connection.readable.pipeThrough(new TextDecoderStream())) {
      answer += text;
    }
    return answer;
  } catch {
    if (signal?.aborted) throw new Interrupted();
    // Refused, reset or closed by the timer: each means that there is no answer yet.
    return undefined;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", close);
    close();
  }
}
