// Which names a stack's directory may have. Its path is written into property files, command lines,
// a shell's PATH and Docker's mounts: what one of them splits or replaces, and cannot be told not
// to, is refused before anything lies in the wrong place.
// This module is pure: no Deno APIs, no I/O.

/** What cannot be in a path, and who would take it for something else. */
const BREAKS: readonly (readonly [RegExp, string])[] = [
  [/,/, "Kafka's log.dirs takes a comma for the border between two directories"],
  [/:/, "PATH and Docker's mounts take a colon for the border between two directories"],
  [/=/, "a JVM takes it for the end of its agent's path"],
  [/[*?[\\]/, "Prometheus takes it for a pattern of names"],
  [/\$\w*\{/, "log4j and Grafana would put a variable's value there"],
  [/%\([^)]+\)s/, "Grafana would put a variable's value there"],
  [/\}/, "Grafana takes it for the end of a variable's name"],
  // deno-lint-ignore no-control-regex
  [/[\x00-\x1f\x7f]/, "files of settings end a line there"],
  [/\uFFFD|\p{Surrogate}/u, "it is not UTF-8"],
];

/** Why a stack cannot lie in `path` (absolute), or `undefined`: it can. */
export function directoryProblem(path: string): string | undefined {
  for (const [pattern, why] of BREAKS) {
    const [found] = pattern.exec(path) ?? [];
    if (found !== undefined) return `${JSON.stringify(found)} in its name: ${why}`;
  }
  return undefined;
}

/** Why Kafka's jars cannot lie in `path`, or `undefined`: they can. */
export function classPathProblem(path: string): string | undefined {
  return path.includes(":") ? `":" in its name: a class path is split there` : undefined;
}
