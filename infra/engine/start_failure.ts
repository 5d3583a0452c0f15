// Why a service ended while it started, from what it wrote: of some hundred lines the first error
// and its cause, and for what is known what to do.
// This module is pure: no Deno APIs, no I/O.

/** What a log tells of an end. */
export interface StartFailure {
  /** The error, its exception, the innermost cause; without any, the log's last lines. */
  readonly lines: readonly string[];
  /** What it means, where that is known: goes on from "kafka1 ended while it started: ". */
  readonly meaning?: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** How many lines are shown where none says why. */
const LAST_LINES = 8;

/** `[2026-11-25 10:06:29,934] ERROR text (logger)`: with other lines below, a stack trace. */
const ENTRY = /^\[\d{4}-\d\d-\d\d [\d:,]+\] (\w+) /;

/** `java.net.BindException: Address already in use`, alone in its line. */
const EXCEPTION = /^(Exception in thread "[^"]*" )?([\w$]+\.)+[\w$]*(Exception|Error|Throwable)\b/;

/** What a JVM prints when it ends by itself, or does not begin. */
const JVM_ENDS =
  /^(# There is insufficient memory|Terminating due to java|Error occurred during initialization|Error: |Unrecognized VM option|Exception in thread "main")/;

/** What the services log first: what is above is of an earlier run. */
const STARTS =
  /Registered kafka:type=kafka\.Log4jController MBean|Reading configuration from: .*\(org\.apache\.zookeeper/;

/** The lines of the last run in a log of several. */
export function lastRun(lines: readonly string[]): readonly string[] {
  return lines.slice(Math.max(0, lines.findLastIndex((line) => STARTS.test(line))));
}

/**
 * Finds in what a service wrote since its start why it ended.
 *
 * @param lines Its log, then what its JVM printed.
 */
export function explainEnd(lines: readonly string[]): StartFailure {
  const shown = jvmEnd(lines) ?? firstError(lines);
  if (shown === undefined) return { lines: lines.slice(-LAST_LINES) };
  return { lines: shown, ...known(shown.join("\n")) };
}

/** The JVM's own last words; below them the line that says why. */
function jvmEnd(lines: readonly string[]): string[] | undefined {
  const index = lines.findIndex((line) => JVM_ENDS.test(line));
  if (index < 0) return undefined;
  if (lines[index]!.startsWith("Exception in")) return withCause(lines.slice(index));
  const [first, second = ""] = lines.slice(index);
  return second === "" || ENTRY.test(second) ? [first!] : [first!, second];
}

function firstError(lines: readonly string[]): string[] | undefined {
  const entries: string[][] = [];
  for (const line of lines) {
    const last = entries.at(-1);
    if (last === undefined || ENTRY.test(line)) entries.push([line]);
    else last.push(line);
  }
  // An exception that was a warning was survived.
  const severe = entries.filter(([first]) => /^(ERROR|FATAL)$/.test(ENTRY.exec(first!)?.[1] ?? ""));
  const thrown = (entry: string[]) => entry.some((line) => EXCEPTION.test(line));
  const entry = severe.find(thrown) ?? severe[0] ?? entries.findLast(thrown);
  return entry && withCause(entry);
}

/** An entry without its stack trace: what it says, the exception, the innermost cause. */
function withCause(entry: readonly string[]): string[] {
  const end = entry.findIndex((line, index) => index > 0 && ENTRY.test(line));
  const own = end < 0 ? entry : entry.slice(0, end);
  const exception = own.slice(1).find((line) => EXCEPTION.test(line));
  const cause = own.findLast((line) => /^\s*Caused by: /.test(line));
  return [own[0]!, ...(exception ? [exception] : []), ...(cause ? [cause.trim()] : [])];
}

/** What a text in an error means, and what to do; `$1` stands for the pattern's first group. */
const KNOWN: readonly (readonly [pattern: RegExp, meaning: string, advice: string])[] = [
  [
    /Too many open files/,
    "it may not open enough files",
    "Raise the limit where you call it, then start again: ulimit -n 65536\n" +
    "(for good: nofile in /etc/security/limits.conf; macOS: launchctl limit maxfiles)",
  ],
  [
    /failed to bind to (\S+:\d+): Address already in use/i,
    "$1 is in use by another process",
    "deno task doctor says by which; or take other ports: deno task up --port-offset 20",
  ],
  [
    /Address already in use/,
    "one of its ports is in use by another process",
    "deno task doctor says by which; or take other ports: deno task up --port-offset 20",
  ],
  [
    /Cannot assign requested address|Can't assign requested address/,
    "its address is not this machine's",
    "Set bindAddress in infra/stack.ts to 127.0.0.1 or to an address that `ip addr` shows.",
  ],
  [
    /insufficient memory for the Java|Could not reserve enough space|Cannot allocate memory/,
    "the machine has not enough memory for it",
    "Free some memory, or lower heap in infra/stack.ts.",
  ],
  [
    /unable to create (new )?native thread/,
    "it may not start enough threads",
    "Raise the limit where you call it, then start again: ulimit -u",
  ],
  [
    /OutOfMemoryError: Map failed/,
    "it may not map enough files",
    "Raise the limit of the system: sudo sysctl vm.max_map_count=262144",
  ],
  [
    /OutOfMemoryError|larger value than the maximum heap/,
    "its Java heap is too small",
    "Raise heap in infra/stack.ts.",
  ],
  [
    /No enum constant .*[İı]|unmappable characters|Error processing .*[\uFFFD?]{2}/,
    "its locale spoils names",
    "It starts in the locale C.UTF-8 (macOS: en_US.UTF-8): locale -a must list it.",
  ],
  [
    /No space left on device/,
    "the disk is full",
    "Free some space; deno task doctor shows how much.",
  ],
  [
    /Failed to acquire lock on file \.lock in (.+?)\. /,
    "another Kafka uses its data in $1",
    "Stop that one; whose it is shows: ps axww",
  ],
  [
    /Invalid cluster\.id in: (.+?)\. Expected/,
    "its data ($1) is another cluster's",
    "deno task doctor compares the brokers' data and says which is the odd one.",
  ],
  [
    /Found directory (.+?), .* is not in the form of topic-partition/,
    "among its data lies a directory that is not Kafka's: $1",
    "Move that directory elsewhere, then start again.",
  ],
  [
    /Malformed line in checkpoint file \[(.+?)\]/,
    "a file of its data is damaged: $1",
    "Copy that directory to a safe place before you change anything in it. Partitions with replicas\n" +
    "on other brokers lose nothing without it: deno task topic:describe shows which have some.",
  ],
  [
    /No snapshot found, but there are log entries/,
    "its data is damaged: there is no snapshot of the ensemble's state",
    "Put the missing file back, or its whole data directory. While a majority of the other\n" +
    "ZooKeepers is whole, one that starts with an empty directory gets all from them.",
  ],
  [
    /Unable to load database on disk|CRC (check|corruption)|CorruptRecord|CorruptIndex|Unreasonable length/,
    "its data is damaged",
    "Copy its data directory to a safe place before you change anything in it; is the disk well?",
  ],
  [
    /Invalid value (.*) for configuration (\S+?):/,
    "Kafka does not take $1 for $2",
    "Correct config in infra/stack.ts.",
  ],
  [
    /ConfigException/,
    "its settings are not taken",
    "Correct config in infra/stack.ts.",
  ],
  [
    /NodeExists/,
    "ZooKeeper still has the session of its last run",
    "It ends by itself after some seconds: start again.",
  ],
  [
    /NoClassDefFoundError|Could not find or load main class/,
    "a class of Kafka's is not found",
    "Where few files may be open (ulimit -n), a JVM cannot open its jars;\n" +
    "deno task doctor looks whether they are there.",
  ],
  [
    /UnsupportedClassVersionError/,
    "its Java is too old",
    "deno task doctor says which Java is found; JAVA_HOME can name another.",
  ],
  [
    /\(Permission denied\)|AccessDeniedException/,
    "it may not read or write a file",
    "Make all of the stack's directory yours, and writable.",
  ],
];

function known(text: string): Pick<StartFailure, "meaning" | "advice"> {
  for (const [pattern, meaning, advice] of KNOWN) {
    const match = pattern.exec(text);
    if (!match) continue;
    return { meaning: meaning.replace(/\$(\d)/g, (_, n) => match[Number(n)] ?? ""), advice };
  }
  return {};
}
