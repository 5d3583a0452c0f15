// Reads what the system prints about its processes.
// This module is pure: no Deno APIs, no I/O.
import type { RunningProcess } from "./host.ts";

/**
 * Shell script for Linux that prints `stat`, `statm` and the command line of each process whose
 * command line holds `$1`. /proc is read by a shell because Deno itself gives it to `--allow-all`
 * only, and `ps` is not everywhere.
 */
export const LINUX_SCRIPT = `for file in $(grep -laF -e "$1" /proc/[0-9]*/cmdline 2>/dev/null); do
  dir=\${file%/cmdline}
  { cat "$dir/stat" "$dir/statm" && tr '\\0' '\\036' < "$file" && echo; } 2>/dev/null
done`;

/** Arguments of `ps` that do the same on macOS. */
export const DARWIN_ARGS = ["-axww", "-o", "pid=,lstart=,rss=,command="];

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
      command: lines[i + 2]!.split("\x1e").slice(0, -1),
    });
    i += 2;
  }
  return found;
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
      command: command!.split(" "),
    }];
  });
}
