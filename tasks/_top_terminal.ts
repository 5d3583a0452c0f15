// A terminal that is taken for a while, and given back as it was.
import { pause } from "../clients/kafka/waiting/pause.ts";

/** Alternate screen; no cursor; no wrapping, should a terminal be narrower than it says. */
const TAKE = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const GIVE_BACK = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";
/** Exit code by signal: 128 and the signal's number. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** A terminal while it is taken. */
export interface TakenTerminal {
  /** Aborted when the user wants to leave, or must. */
  readonly leave: AbortSignal;
  /** Shows a frame: lines with their colours. */
  show(lines: readonly string[]): void;
  /** Waits until `ms` are over or `leave` is aborted. */
  wait(ms: number): Promise<void>;
}

/** Columns and rows of the terminal. */
export function terminalSize(): { columns: number; rows: number } {
  return Deno.consoleSize();
}

function write(text: string) {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += Deno.stdout.writeSync(bytes.subarray(done));
}

/**
 * Takes the terminal, works, and gives it back however the work or the process ends, but for
 * SIGKILL. `q` and Ctrl-C end the work.
 *
 * @param onResize The terminal has another size now.
 * @returns The exit code: 0, or that of the signal that ended it.
 */
export async function withTerminal(
  work: (terminal: TakenTerminal) => Promise<void>,
  onResize: () => void,
): Promise<number> {
  const leave = new AbortController();
  let code = 0;
  let taken = true;
  const keys = Deno.stdin.isTerminal();
  const giveBack = () => {
    if (!taken) return;
    taken = false;
    try {
      if (keys) Deno.stdin.setRaw(false);
      write(GIVE_BACK);
    } catch { /* the terminal is gone */ }
  };
  // Also where the process ends without coming back here.
  globalThis.addEventListener("unload", giveBack);
  for (const [signal, of] of Object.entries(SIGNALS)) {
    Deno.addSignalListener(signal as Deno.Signal, () => {
      code = of;
      leave.abort();
    });
  }
  Deno.addSignalListener("SIGWINCH", onResize);
  try {
    write(TAKE);
    if (keys) {
      Deno.stdin.setRaw(true);
      void listen(() => leave.abort());
    }
    await work({
      leave: leave.signal,
      // Over the frame before, line by line and in one go: nothing flickers.
      show: (lines) => write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\r\n")}\x1b[J`),
      wait: (ms) => pause(ms, leave.signal),
    });
  } catch (error) {
    // A frame that the terminal no longer takes, because it hung up.
    if (!leave.signal.aborted) throw error;
  } finally {
    giveBack();
  }
  return code;
}

/** Reads keys until one means to leave; a terminal that hangs up means it too. */
async function listen(onLeave: () => void) {
  const keys = new Uint8Array(64);
  try {
    for (;;) {
      const length = await Deno.stdin.read(keys);
      if (length === null) break;
      const typed = new TextDecoder().decode(keys.subarray(0, length));
      // Raw mode: Ctrl-C is a key, not a signal.
      if (["q", "Q"].includes(typed) || typed.includes("\x03")) break;
    }
  } catch { /* the terminal is gone */ }
  onLeave();
}
