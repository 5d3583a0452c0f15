// SIGINT and SIGTERM: the first asks to finish, the second ends at once.

/** A second signal this soon is the same key press, seen by a parent that passes it on, in ms. */
const SAME_PRESS = 300;

/**
 * Listens to SIGINT and SIGTERM.
 *
 * @param exit Ends the process: 130 for a second SIGINT, 143 for a second SIGTERM.
 * @returns A signal that is aborted by the first of them.
 */
export function stopOnSignals(exit: (code: number) => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(signal, () => {
      if (!controller.signal.aborted) first = Date.now();
      else if (Date.now() - first > SAME_PRESS) exit(code);
      controller.abort();
    });
  }
  return controller.signal;
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Resolves after `ms`, or earlier when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}

/**
 * Waits until no time is left.
 *
 * @param left How long is left, in ms. It may become less at any time, so that it is asked again.
 * @param every After so many ms at the latest.
 * @returns false: the signal was aborted before.
 */
export async function waitOut(
  left: () => number,
  every: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (let ms; (ms = left()) > 0;) {
    await pause(Math.min(ms, every), signal);
    if (signal.aborted) return false;
  }
  return true;
}

/** Whether `work` ends within `ms`. Its failure is thrown. */
export async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer;
  const late = new Promise<false>((resolve) => timer = setTimeout(() => resolve(false), ms));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
