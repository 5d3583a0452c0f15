// Shows the services' logs, interleaved, and follows them through their rolling.
import type { Host } from "./host/host.ts";

/** A service that writes a log. */
export interface Logged {
  readonly name: string;
  /** Relative to the stack's directory. */
  readonly logFile: string;
}

/** Options of {@linkcode showLogs}. */
export interface LogsOptions {
  readonly host: Host;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  readonly services: readonly Logged[];
  /** How many of the last lines of each. */
  readonly tail: number;
  /** Goes on until `signal` aborts. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly write: (service: string, line: string) => void;
}

/** Writes the last lines of each service's log, then, when following, each new one. */
export async function showLogs(options: LogsOptions): Promise<void> {
  const { host, dir, services, write, tail, follow } = options;
  const sizes = new Map<Logged, number>();
  for (const service of services) {
    const path = `${dir}/${service.logFile}`;
    sizes.set(service, (await host.readFrom(path, Infinity))?.size ?? 0);
    for (const line of await host.tail(path, tail)) write(service.name, line);
  }
  if (!follow) return;
  await Promise.all(services.map((service) => followOne(service, sizes.get(service)!, options)));
}

async function followOne({ name, logFile }: Logged, from: number, options: LogsOptions) {
  const { host, dir, signal, write } = options;
  const decoder = new TextDecoder();
  let position = from;
  let rest = "";
  while (!signal.aborted) {
    const part = await host.readFrom(`${dir}/${logFile}`, position);
    // A smaller file is a new one: the old was renamed when it was full.
    if (part && part.size < position) position = 0;
    if (!part || part.bytes.length === 0) {
      await host.sleep(200);
      continue;
    }
    position += part.bytes.length;
    const lines = (rest + decoder.decode(part.bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) write(name, line);
  }
}
