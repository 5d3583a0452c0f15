// Reads what the system prints about its processes.
// This module is pure: no Deno APIs, no I/O.
import type { RunningProcess } from "./host.ts";
import { PLAIN_DIR } from "../native/marks.ts";

/** Environment variable with the marks of a program that refuses them as arguments. */
export const MARKS = "KAFKA_STACK_MARKS";

/** Stands between the marks, and before the first: no mark holds one. */
export const MARKS_SEPARATOR = " ";

/** Stands between arguments in what {@linkcode LINUX_SCRIPT} prints, and for a line's end in one. */
const SEPARATOR = "\x1e";
const LINE_END = "\x1f";

/**
 * Shell script for Linux that prints `stat`, `statm` and the command line, with the marks in the
 * environment, of each process that has `$1` in one of these. /proc is read by a shell because Deno
 * itself gives it to `--allow-all` only, and `ps` is not everywhere.
 */
export const LINUX_SCRIPT =
  `for file in $(grep -laF -e "$1" /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null); do
  dir=\${file%/*}
  { cat "$dir/stat" "$dir/statm" && tr '\\0\\n' '\\036\\037' < "$dir/cmdline" && case $file in
      */environ) tr '\\0' '\\n' < "$file" | grep '^${MARKS}=' | tr '\\n' '\\036';;
    esac; echo
  } 2>/dev/null
done`;

/** Arguments of `ps` that do the same on macOS, for all processes. */
export const DARWIN_ARGS = ["-axwwE", "-o", "pid=,lstart=,rss=,command="];

/** Parses the output of {@linkcode LINUX_SCRIPT}. */
export function parseLinux(output: string, pageBytes = 4096): RunningProcess[] {
  const lines = output.split("\n");
  const found: RunningProcess[] = [];
  for (let i = 0; i + 2 < lines.length; i++) {
    // `pid (name) state ppid …`, and the name may hold anything: fields count from its last ")".
    const [, pid, rest] = /^(\d+) \(.*\) (\S+ .*)$/.exec(lines[i]!) ?? [];
    if (pid === undefined) continue;
    const fields = rest!.split(" ");
    const statm = lines[i + 1]!.split(" ");
    // A zombie has ended; only its parent does not know yet.
    if (fields[0] === "Z" || statm.length < 2) continue;
    found.push({
      pid: Number(pid),
      startTime: fields[19]!,
      memoryBytes: Number(statm[1]) * pageBytes,
      command: lines[i + 2]!.split(SEPARATOR).slice(0, -1)
        .flatMap(inEnvironment)
        .map((argument) => argument.replaceAll(LINE_END, "\n")),
    });
    i += 2;
  }
  return found;
}

/** The marks in an entry of the environment; any other text as it is. */
function inEnvironment(text: string): string[] {
  const begin = `${MARKS}=${MARKS_SEPARATOR}`;
  return text.startsWith(begin) ? text.slice(begin.length).split(MARKS_SEPARATOR) : [text];
}

/** Parses the output of `ps` with {@linkcode DARWIN_ARGS}, for lines that hold `mark`. */
export function parseDarwin(output: string, mark: string): RunningProcess[] {
  return output.split("\n").filter((line) => line.includes(mark)).flatMap((line) => {
    const [, pid, startTime, kib, command] =
      /^\s*(\d+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return [{
      pid: Number(pid),
      startTime: startTime!.replace(/\s+/g, " "),
      memoryBytes: Number(kib) * 1024,
      command: wordsOf(command!.replaceAll(SEPARATOR, " ")),
    }];
  });
}

/**
 * The arguments of a line in which nothing shows their borders. Only the mark of the versions before
 * may hold a space: it ends where the next one, which always followed it, begins.
 */
function wordsOf(line: string): string[] {
  const begin = ` ${line}`.indexOf(` ${PLAIN_DIR.begin}`);
  const end = line.indexOf(PLAIN_DIR.end, begin);
  if (begin < 0 || end < 0) return line.split(" ");
  return [...line.slice(0, begin).trimEnd().split(" "), line.slice(begin, end)]
    .concat(line.slice(end + 1).split(" "));
}
