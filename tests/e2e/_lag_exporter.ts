// A lag exporter that runs beside a test, on a free port.
import { startClient } from "./_client.ts";
import { type Result, until } from "./_stack.ts";

/** A lag exporter that serves. It is ended with the block that uses it. */
export interface LagExporter extends AsyncDisposable {
  /** `http://127.0.0.1:9308` */
  readonly url: string;
  /** What it has written to stderr so far. */
  said(): string;
  /** All series of a scrape: values by `name{labels}`. */
  scrape(): Promise<Readonly<Record<string, number>>>;
  end(signal: Deno.Signal): Promise<Result>;
}

/** Starts it with the narrow permissions of a user. */
export async function startLagExporter(bootstrapServers: string): Promise<LagExporter> {
  const client = startClient("lag_exporter.ts", ["--kafka", bootstrapServers, "--port", "0"]);
  let ended = false;
  client.ended.then(() => ended = true);
  const end = async (signal: Deno.Signal) => {
    if (!ended) client.kill(signal);
    await until(`the lag exporter ends on ${signal}`, () => Promise.resolve(ended));
    return await client.ended;
  };
  const find = () => /at (http:\S+)\/metrics/.exec(client.seen.stderr)?.[1];
  try {
    await until("the lag exporter serves", () => Promise.resolve(ended || find() !== undefined));
  } catch (error) {
    await end("SIGKILL");
    throw error;
  }
  const url = find();
  if (url === undefined) throw new Error(`The lag exporter ended: ${client.seen.stderr}`);
  return {
    url,
    end,
    said: () => client.seen.stderr,
    async scrape() {
      const response = await fetch(`${url}/metrics`);
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
      const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      return Object.fromEntries(lines.map((line) => {
        const at = line.lastIndexOf(" ");
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }));
    },
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
    },
  };
}
