// Waiting for a time, for a signal, or for work that may take too long.

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

/**
 * Waits for `work` unless the signal is aborted. The work goes on then, and is left alone: what it
 * stands on must be closed.
 *
 * @throws The signal's reason, or what the work throws.
 */
export async function unlessAborted<T>(
  signal: AbortSignal | undefined,
  work: Promise<T>,
): Promise<T> {
  if (signal === undefined) return await work;
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    work.catch(() => {});
  }
}
