// Trying again what may succeed later.
import { isTransient } from "../errors/causes.ts";
import type { WithGaps } from "../errors/gaps.ts";

/** Time between two looks at a thing that is about to change, in ms. */
const POLL = 50;

/**
 * Runs `work` until it succeeds, fails for good, or has failed for `ms`.
 *
 * @throws The last failure.
 */
export async function retryFor<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + ms;
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

/**
 * Looks again until nothing is missing that may be there later, or `ms` are over. It does not look
 * again where that would take longer than there is time.
 *
 * @returns What the last look found.
 * @throws What the last look threw.
 */
export async function retryWhileIncomplete<T extends WithGaps>(
  ms: number,
  look: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (let pause = 0;; pause = 300) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const begun = Date.now();
    const mayRepeat = () => Date.now() + pause + (Date.now() - begun) <= deadline;
    try {
      const found = await look();
      if (!found.gaps.some(({ passing }) => passing) || !mayRepeat()) return found;
    } catch (error) {
      if (!isTransient(error) || !mayRepeat()) throw error;
    }
  }
}

/**
 * Looks again and again, each {@linkcode POLL} ms, until there is something to see.
 *
 * @param look Resolves to `undefined` while there is not. An error that may pass counts as such.
 * @param onTimeout Makes the error for when there was nothing in `timeout` ms.
 */
export async function until<T>(
  look: () => Promise<T | undefined>,
  timeout: number,
  onTimeout: (last: unknown) => Error,
): Promise<T> {
  const deadline = Date.now() + timeout;
  for (let last: unknown;;) {
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
    } catch (error) {
      if (!isTransient(error)) throw error;
      last = error;
    }
    if (Date.now() > deadline) throw onTimeout(last);
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}
