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

/** The result of work that the signal interrupts; `undefined` where it has. */
export async function unlessStopped<T>(
  stop: AbortSignal,
  work: Promise<T>,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (stop.aborted && error === stop.reason) return undefined;
    throw error;
  }
}
