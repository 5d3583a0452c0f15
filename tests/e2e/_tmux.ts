// A terminal for a test: tmux, on a server of its own that ends with the test.
import { command, until } from "./_stack.ts";

/** A terminal. */
export interface Terminal {
  /** Types keys, by tmux' names: `q`, `Enter`, `C-c`. */
  type(...keys: string[]): Promise<void>;
  /** What it shows: a line for each row. */
  screen(): Promise<string[]>;
  /** Waits until the whole screen matches. */
  shows(pattern: RegExp): Promise<string[]>;
  resize(columns: number, rows: number): Promise<void>;
  /** `1` and `0`: whether the alternate screen is on, the cursor is shown, lines wrap. */
  modes(): Promise<string>;
}

/** Opens a terminal with a shell whose prompt is `ready> `. */
export async function withTmux(
  columns: number,
  rows: number,
  test: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const socket = `kafka-stack-test-${crypto.randomUUID()}`;
  const tmux = (...args: string[]) => command("tmux", "-L", socket, "-f", "/dev/null", ...args);
  const terminal: Terminal = {
    type: async (...keys) => void await tmux("send-keys", ...keys),
    screen: async () => (await tmux("capture-pane", "-p")).split("\n"),
    async shows(pattern) {
      let seen: string[] = [];
      await until(`${pattern} on the screen`, async () => {
        seen = await terminal.screen();
        return pattern.test(seen.join("\n"));
      }).catch((error: Error) => {
        throw new Error(`${error.message}\n${seen.join("\n")}`);
      });
      return seen;
    },
    resize: async (x, y) => void await tmux("resize-window", "-x", String(x), "-y", String(y)),
    modes: () => tmux("display-message", "-p", "#{alternate_on}#{cursor_flag}#{wrap_flag}"),
  };
  await tmux(
    ...["new-session", "-d", "-x", String(columns), "-y", String(rows)],
    "env PS1='ready> ' ENV= sh",
  );
  try {
    await terminal.shows(/ready>$/);
    await test(terminal);
  } finally {
    await tmux("kill-server");
  }
}
