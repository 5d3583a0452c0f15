// The client library's log as a person can read it, and the one thing in it
// that everybody must hear: a broker that does not answer.
import { connectionReason } from "../errors/causes.ts";

/** One entry as kafkajs gives it to its `logCreator`. */
export interface LogEntry {
  readonly namespace: string;
  readonly label: string;
  readonly log: { readonly message: string; readonly [field: string]: unknown };
}

/** How long a broker that does not answer is not mentioned again, in ms. */
const QUIET = 30_000;
/** Fields that repeat what the line says already, or that are walls of text. */
const LEFT_OUT = ["timestamp", "logger", "message", "stack", "clientId"];

/** Warns of what `_sender.ts` sees to: it sends the same batch again, or ends the run. */
const UNTRUE = "Limiting retries for the idempotent producer may invalidate EoS guarantees";

/** An entry in one line: `kafkajs warn [Connection] message broker=localhost:9092`. */
export function formatEntry({ namespace, label, log }: LogEntry): string {
  const fields = Object.entries(log)
    .filter(([name, value]) => !LEFT_OUT.includes(name) && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`);
  const from = namespace ? ` [${namespace}]` : "";
  return [`kafkajs ${label.toLowerCase()}${from} ${log.message}`, ...fields].join(" ")
    .replaceAll("\n", " ");
}

/** The broker that an entry reports as unreachable, and why. */
export function unreachable({ namespace, label, log }: LogEntry) {
  const { broker } = log;
  if (namespace !== "Connection" || label !== "ERROR" || typeof broker !== "string") return;
  if (!/^Connection (error|timeout)/.test(log.message)) return;
  return { broker, reason: connectionReason(log) };
}

/**
 * What to do with each entry: all of them in readable form when verbose, else
 * a line for a broker that does not answer, at most one each half minute.
 *
 * @param say Writes one line of talk.
 * @param now The time in ms.
 */
export function createLogSink(
  say: (line: string) => void,
  options: { verbose: boolean; now?: () => number },
): (entry: LogEntry) => void {
  const { verbose, now = Date.now } = options;
  const quietUntil = new Map<string, number>();
  return (entry) => {
    if (entry.log.message === UNTRUE) return;
    if (verbose) return say(formatEntry(entry));
    const found = unreachable(entry);
    if (!found || now() < (quietUntil.get(found.broker) ?? 0)) return;
    quietUntil.set(found.broker, now() + QUIET);
    say(`Broker ${found.broker} does not answer (${found.reason}): retrying.`);
  };
}
