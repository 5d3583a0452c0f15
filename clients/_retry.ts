// Trying again what may succeed later.
// This module is pure: no Deno APIs, no I/O.
import { isTransient } from "./_errors.ts";

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
