// Commands, on Deno: the part of the real Host that runs programs to their end.
import { localeOf } from "../../render/mod.ts";
import { COMMAND_MS, type CommandResult, Interrupted, NoAnswer, type RunOptions } from "./host.ts";

/** The system that we run on. */
export const OS = Deno.build.os === "darwin" ? "darwin" : "linux";

/** Ends the process `$1`, and what it has started: a script's commands would go on without it. */
const END = `end() { for child in $(pgrep -P "$1"); do end "$child"; done; kill -s KILL "$1"; }
end "$1"`;

/** See `run` of Host. `signal` interrupts it: the command is ended. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
  signal?: AbortSignal,
): Promise<CommandResult> {
  if (signal?.aborted) throw new Interrupted();
  const { timeoutMs = COMMAND_MS, cwd, onLine } = options;
  // Through sh, which finds it as a terminal does, and says with 127 that it is not there.
  const child = new Deno.Command("sh", {
    args: ["-c", 'exec "$@"', "sh", command, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    // What is printed is parsed, and shown to people who may not know the caller's language.
    env: localeOf(OS),
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  const cut = Promise.withResolvers<never>();
  const interrupt = () => cut.reject(new Interrupted());
  signal?.addEventListener("abort", interrupt);
  const timer = setTimeout(
    () => cut.reject(new NoAnswer(options.name ?? nameOf(command, args), timeoutMs)),
    timeoutMs,
  );
  try {
    const [stdout, stderr, { code }] = await Promise.race([
      Promise.all([
        readText(child.stdout, onLine),
        readText(child.stderr, onLine),
        child.status,
      ]),
      cut.promise,
    ]);
    return { code, stdout, stderr };
  } catch (error) {
    const args = ["-c", END, "sh", String(child.pid)];
    await new Deno.Command("sh", { args, stdout: "null", stderr: "null" }).output();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", interrupt);
  }
}

/** What a command is called, e.g. `docker info`. */
function nameOf(command: string, [first = "-"]: readonly string[]): string {
  return first.startsWith("-") ? command : `${command} ${first}`;
}

async function readText(stream: ReadableStream<Uint8Array>, onLine?: (line: string) => void) {
  let text = "";
  let line = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (!onLine) continue;
    const lines = (line + chunk).split(/\r?\n|\r/);
    line = lines.pop()!;
    lines.forEach(onLine);
  }
  return text;
}
