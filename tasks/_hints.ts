// Commands that messages name, completed by the stack that they are about, so that they can be
// pasted.
// This module is pure: no Deno APIs, no I/O.
import { shellWord } from "../infra/render/mod.ts";

/** Tasks that take `--dir`. */
const TASK = "up|down|start|stop|restart|status|top|logs|render|build|shell|doctor|dashboards" +
  "|topic:\\w+|group:\\w+|quorum:\\w+|produce|consume";

/** Names of services, and the flags that hints use: what belongs to a command and not to its sentence. */
const SERVICE =
  "(?:kafka|zookeeper|controller)\\d+|kafka_client|lag_exporter|prometheus|grafana|<service>";
const SWITCH = "--(?:check|delete-data|dry-run|execute|from-beginning|grafana|json|once|yes)\\b";
const VALUE = "--[a-z][a-z-]*[= ](?:'[^']*'|\\S*[^\\s.,:;)])";

const COMMAND = new RegExp(
  `\\bdeno task (?:${TASK})(?![\\w:-])(?: (?:${SERVICE}|${SWITCH}|${VALUE})(?![\\w-]))*`,
  "g",
);

/** `text` with `--dir <dir>` after each command in it that says no directory yet. */
export function nameStack(text: string, dir: string): string {
  return text.replace(
    COMMAND,
    (command) => / --dir\b/.test(command) ? command : `${command} --dir ${shellWord(dir)}`,
  );
}
