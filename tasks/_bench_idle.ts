// What `bench --idle` measures: what a stack costs that nobody uses, and what a look at it costs.
import { denoHost } from "../infra/engine/host/deno_host.ts";
import type { Mode } from "../infra/spec/mod.ts";
import { bareJvms, command, timed } from "./_bench.ts";

/** Time after a change before the stack counts as at rest. */
const SETTLE_MS = 20_000;
/** Time over which processor time is counted: four scrape intervals. */
const WINDOW_MS = 60_000;
/** Partitions of the topic that lies idle. */
const PARTITIONS = 200;
/** Scrapes of each broker before one counts: the JVM compiles what it runs often. */
const WARM_SCRAPES = 3;
const BROKERS = ["kafka1", "kafka2", "kafka3"];

/** Adds a figure to those of its name. */
type Add = (name: string, value: number) => void;

/** Rounds on the native engine: without the monitoring, with it, and with many partitions. */
export async function idleBench(dir: string, offset: number, mode: Mode) {
  const task = (name: string, ...args: string[]) =>
    command(Deno.execPath(), "task", "-q", name, "--dir", dir, ...args);
  const given = ["--engine", "native", "--mode", mode, "--port-offset", String(offset)];
  const up = (...monitoring: string[]) => task("up", ...given, ...monitoring);
  const bare = await bareJvms(dir, { portOffset: offset, mode });
  const scrape = (broker: number) =>
    timed(async () => {
      await (await fetch(`http://127.0.0.1:${8082 + broker + offset}/metrics`)).text();
    });
  const atRest = async () => {
    await sleep(SETTLE_MS);
    const begin = performance.now();
    const before = await cpuSeconds(await bare.pids());
    await sleep(WINDOW_MS);
    const spent = await cpuSeconds(await bare.pids()) - before;
    return (1000 * spent * 60_000) / (performance.now() - begin);
  };
  const round = async (add: Add) => {
    await bare.clear();
    await up("--without", "monitoring");
    add("CPU a minute at rest", await atRest());
    await up("--with", "monitoring");
    add("CPU a minute at rest, watched", await atRest());
    await task("topic:create", "--topic", "wide", "--partitions", String(PARTITIONS));
    add("CPU a minute, watched, 200 partitions", await atRest());
    // Nobody else asks meanwhile.
    await task("stop", "prometheus");
    for (let look = 0; look <= WARM_SCRAPES; look++) {
      const each = [];
      for (const index of BROKERS.keys()) each.push(await scrape(index));
      if (look === WARM_SCRAPES) add("scrape of 200 partitions", Math.max(...each));
    }
    await task("restart", ...BROKERS);
    const first = [];
    for (const index of BROKERS.keys()) first.push(await scrape(index));
    add("first scrape after a start", Math.max(...first));
    await task("down");
  };
  const warm = async () => {
    await up("--with", "monitoring");
    await task("down");
  };
  return { bare, warm, round };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Processor time that these processes and what they started and waited for have taken. */
async function cpuSeconds(pids: readonly number[]): Promise<number> {
  if (Deno.build.os !== "linux") {
    const { stdout } = await denoHost.run("ps", ["-o", "time=", "-p", pids.join()]);
    // `[hours:]minutes:seconds.hundredths`
    const seconds = stdout.trim().split("\n").map((line) =>
      line.trim().split(":").reduce((sum, part) => 60 * sum + Number(part), 0)
    );
    return seconds.reduce((sum, one) => sum + one, 0);
  }
  const ticks = Number((await denoHost.run("getconf", ["CLK_TCK"])).stdout);
  const { stdout } = await denoHost.run("cat", pids.map((pid) => `/proc/${pid}/stat`));
  // After the name in brackets: utime, stime, cutime and cstime are the 12th to 15th.
  const each = stdout.trim().split("\n").map((line) =>
    line.slice(line.lastIndexOf(")") + 2).split(" ").slice(11, 15).map(Number)
  );
  return each.flat().reduce((sum, one) => sum + one, 0) / ticks;
}
