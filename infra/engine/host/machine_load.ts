// Whether the machine has more to do than it can: then what is slow on it need not be wrong.
import type { Host } from "./host.ts";

/** Processes that want a processor, for each there is, from which on a machine is busy. */
const BUSY = 1.5;

/**
 * How busy the machine is, in words.
 *
 * @returns `undefined`: it is not, or does not tell.
 */
export async function busyMachine(host: Host): Promise<string | undefined> {
  const [load, count] = await Promise.all([
    host.run("uptime", []),
    host.run("getconf", ["_NPROCESSORS_ONLN"]),
  ]);
  // `load average: 3.10, 2.90, 2.50`, on macOS `load averages: 3.10 2.90 2.50`; of the last minute.
  const wanted = Number(/load averages?: (\d+)[.,](\d+)/.exec(load.stdout)?.slice(1, 3).join("."));
  const processors = Number(count.stdout);
  if (!(processors > 0) || !(wanted > BUSY * processors)) return undefined;
  return `this machine is busy: a load of ${wanted.toFixed(1)} on ${processors} processor${
    processors === 1 ? "" : "s"
  }`;
}
