// What `bench --monitoring` measures: what the monitoring costs, and how soon it shows something.
import { bareJvms, command, timed } from "./_bench.ts";

/** Records of 100 bytes of one measurement: enough that starting the tool does not count. */
const RECORDS = 2_000_000;
/** Partitions of the topic with which a scrape is measured. */
const PARTITIONS = 200;
/** Scrapes of each broker before one counts: the JVM compiles what it runs often. */
const WARM_SCRAPES = 3;

/** Adds a figure to those of its name. */
type Add = (name: string, value: number) => void;

/** Rounds on the native engine: with the monitoring and without it, one after the other. */
export async function monitoringBench(dir: string, offset: number) {
  const task = (name: string, ...args: string[]) =>
    command(Deno.execPath(), "task", "-q", name, "--dir", dir, ...args);
  const up = (...monitoring: string[]) =>
    task("up", "--engine", "native", "--port-offset", String(offset), ...monitoring);
  const bare = await bareJvms(dir, { portOffset: offset });
  const produce = () =>
    bare.tool(
      `kafka-producer-perf-test --topic bench --num-records ${RECORDS} --record-size 100 ` +
        "--throughput -1 --producer-props bootstrap.servers=$BOOTSTRAP_SERVERS acks=all",
    );
  // Prometheus keeps the samples of earlier rounds: only one that is younger counts.
  const sampledSince = async (seconds: number) => {
    const expr = `timestamp(up{instance="kafka1"} == 1) > ${seconds}`;
    const query = `http://127.0.0.1:${9090 + offset}/api/v1/query`;
    const answer = await fetch(`${query}?query=${encodeURIComponent(expr)}`);
    return (await answer.json()).data.result.length > 0;
  };
  const round = async (add: Add) => {
    await bare.clear();
    await up("--with", "monitoring");
    const begin = Date.now() / 1000;
    add(
      "first sample after up",
      await timed(async () => {
        while (!await sampledSince(begin)) await new Promise((resolve) => setTimeout(resolve, 100));
      }),
    );
    await task("topic:create", "--topic", "bench", "--partitions", "6");
    await produce();
    add("produce, watched", await produce());
    await task("topic:create", "--topic", "wide", "--partitions", String(PARTITIONS));
    for (let look = 0; look <= WARM_SCRAPES; look++) {
      // One after the other: Prometheus spreads its scrapes over the interval.
      const each: number[] = [];
      for (const port of [8082, 8083, 8084]) {
        each.push(
          await timed(async () => {
            await (await fetch(`http://127.0.0.1:${port + offset}/metrics`)).text();
          }),
        );
      }
      if (look === WARM_SCRAPES) add("scrape of 200 partitions", Math.max(...each));
    }
    await task("topic:delete", "--topic", "wide", "--yes");
    await up("--without", "monitoring");
    await produce();
    add("produce, unwatched", await produce());
    await task("down");
  };
  const warm = async () => {
    await up("--with", "monitoring");
    await task("down");
  };
  return { bare, warm, round };
}
