// Output into a pipe: whether somebody still reads it.

/**
 * Writes a line to stdout.
 *
 * @returns Whether somebody still reads: `false` after e.g. `| head -1` has ended.
 */
export function writeLine(line: string): boolean {
  const bytes = new TextEncoder().encode(`${line}\n`);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

/**
 * Calls `left` when the reader of stdout has gone, also while nothing is written. Deno tells it only
 * to who writes; GNU's tail, which has the same stdout, ends of it. Where there is another tail the
 * next write tells.
 */
export function onReaderGone(left: () => void, signal: AbortSignal) {
  if (Deno.stdout.isTerminal()) return;
  const child = new Deno.Command("sh", {
    // --pid: it does not outlive us.
    args: ["-c", 'exec tail --pid="$1" -f /dev/null', "sh", String(Deno.pid)],
    stdin: "null",
    stdout: "inherit",
    stderr: "null",
  }).spawn();
  const end = () => {
    try {
      child.kill("SIGTERM");
    } catch { /* it has ended */ }
  };
  signal.addEventListener("abort", end, { once: true });
  child.status.then(({ signal: by }) => {
    if (by === "SIGPIPE") left();
  });
}
