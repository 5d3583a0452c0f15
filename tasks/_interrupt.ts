// Ctrl-C: a task ends what it has begun, and says what goes on.
import { say } from "../clients/cli/main.ts";
import { denoHostUntil } from "../infra/engine/host/deno_host.ts";
import type { Host } from "../infra/engine/host/host.ts";

/** What tidying up may take, in ms. */
const TIDY_MS = 1500;

/** What goes on when a start is interrupted. */
export const STARTS =
  "What was started keeps running: deno task up continues from there, deno task down stops it.";

/** What goes on when a stop is interrupted. */
export const STOPS = "What was asked to stop may still do so: deno task status shows what runs.";

/**
 * Runs `work` with a host that SIGINT and SIGTERM interrupt: commands, waits, connections and downloads
 * end, and what `work` leaves then is tidied up. The process ends in two seconds at most.
 *
 * @param rest Said to the user when it was interrupted.
 */
export async function untilInterrupted<T>(
  rest: string,
  work: (host: Host) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  let code = 130;
  const end = () => {
    say(`\nInterrupted. ${rest}`);
    Deno.exit(code);
  };
  for (const [signal, itsCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(signal, () => {
      // Somebody who cannot wait for it.
      if (stop.signal.aborted) end();
      code = itsCode;
      stop.abort();
      setTimeout(end, TIDY_MS);
    });
  }
  try {
    return await work(denoHostUntil(stop.signal));
  } catch (error) {
    if (stop.signal.aborted) end();
    throw error;
  }
}
