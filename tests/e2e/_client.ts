// A client script that runs beside a test.
import type { Result } from "./_stack.ts";

/** A script that runs. */
export interface Client {
  /** What it has written so far. */
  readonly seen: { stdout: string; stderr: string };
  /** Its stdin, when it reads a pipe. */
  readonly stdin: WritableStream<Uint8Array> | undefined;
  readonly ended: Promise<Result>;
  kill(signal: Deno.Signal): void;
}

/** Starts `deno run --allow-net clients/<script>`. Whatever the test does, end it. */
export function startClient(
  script: "producer.ts" | "consumer.ts" | "lag_exporter.ts",
  args: readonly string[],
  options: { stdin?: "piped" | "null" } = {},
): Client {
  const { stdin = "null" } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", `clients/${script}`, ...args],
    cwd: new URL("../..", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const seen = { stdout: "", stderr: "" };
  const collect = async (name: "stdout" | "stderr") => {
    for await (const text of child[name].pipeThrough(new TextDecoderStream())) seen[name] += text;
  };
  const ended = Promise.all([child.status, collect("stdout"), collect("stderr")])
    .then(([{ code }]) => ({ code, ...seen }));
  return {
    seen,
    stdin: stdin === "piped" ? child.stdin : undefined,
    ended,
    kill: (signal) => child.kill(signal),
  };
}
