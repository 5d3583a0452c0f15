// deno task bench: speed and memory, as ratios to what was measured beside it in the same round.
import { runMain, say } from "../clients/cli/main.ts";
import { docker as DOCKER } from "../infra/engine/docker/docker.ts";
import { native as NATIVE } from "../infra/engine/native/native.ts";
import type { JavaService } from "../infra/render/mod.ts";
import type { Mode } from "../infra/spec/mod.ts";
import { bareContainers, bareJvms, type BareStack, command, timed } from "./_bench.ts";
import { idleBench } from "./_bench_idle.ts";
import { monitoringBench } from "./_bench_monitoring.ts";
import { takePorts } from "./_ports.ts";
import { table } from "./_table.ts";

/** What is measured, in ms, by name; each round adds one figure to each. */
type Figures = Record<string, number[]>;

/** The JVM flags of Kafka's and ZooKeeper's own start scripts. */
const SCRIPT_FLAGS = ({ roles, program }: JavaService) => [
  ...(roles.includes("broker") ? ["-Xmx1G", "-Xms1G"] : ["-Xmx512M", "-Xms512M"]),
  "-server",
  "-XX:+UseG1GC",
  "-XX:MaxGCPauseMillis=20",
  "-XX:InitiatingHeapOccupancyPercent=35",
  "-XX:+ExplicitGCInvokesConcurrent",
  ...program.jvmFlags.filter((flag) => flag.startsWith("-D")),
];

/** Name of a ratio, what is divided by what, the most that it may be. */
const RATIOS = [
  ["up / bare start, empty directory", "up, empty", "bare, empty", 1.3],
  ["up / bare start, existing data", "up, data", "bare, data", 1.15],
  ["up / bare start with Kafka's JVM flags", "up, empty", "bare, Kafka's flags", 0.8],
  ["topic:list / Java tool", "topic:list", "kafka-topics --list", 0.35],
  ["docker: up / docker compose up -d", "docker: up", "docker: compose up -d", 1.2],
  // A tenth less throughput.
  ["producing with / without monitoring", "produce, watched", "produce, unwatched", 1.11],
] as const;

/** Name, the most that it may be, in ms or MiB. */
const LIMITS = [
  ["up, running", 1500],
  ["render", 300],
  ["memory (MiB)", 1229],
  ["docker: up, running", 3000],
  ["docker: render of 9 brokers", 300],
  ["docker: memory (MiB)", 1434],
  ["scrape of 200 partitions", 300],
  ["first scrape after a start", 1500],
  ["CPU a minute at rest", 5000],
  ["CPU a minute at rest, watched", 8000],
  // Two scrape intervals.
  ["first sample after up", 30_000],
] as const;

/** Measures one round. */
type Round = (add: (name: string, value: number) => void) => Promise<void>;

/** What an engine's rounds are made of. */
interface Bench {
  readonly bare: BareStack;
  /** Fetches what is missing and warms the file cache. */
  readonly warm: () => Promise<void>;
  readonly round: Round;
}

await runMain({
  name: "deno task bench",
  summary: "Measures start-up, the tasks and memory, each beside what it is compared with, in\n" +
    "alternating rounds. Uses its own directory and ports. Takes about a minute a round.",
  flags: {
    rounds: { type: "integer", help: "how many", default: 5, min: 1 },
    engine: {
      type: "string",
      help: "how services run (default: native)",
      oneOf: [NATIVE.name, DOCKER.name],
    },
    mode: {
      type: "string",
      help: "where Kafka keeps its metadata (default: zookeeper)",
      oneOf: ["zookeeper", "kraft"],
    },
    monitoring: { type: "boolean", help: "measure what the monitoring costs instead" },
    idle: {
      type: "boolean",
      help: "measure the cost of an idle stack instead; five minutes a round",
    },
  },
  examples: ["deno task bench", "deno task bench --mode kraft", "deno task bench --engine docker"],
}, async ({ flags }) => {
  const figures: Figures = {};
  const dir = await Deno.makeTempDir({ prefix: "kafka-bench-" });
  const benches = { [NATIVE.name]: native, [DOCKER.name]: docker };
  const open = flags.idle
    ? idleBench
    : flags.monitoring
    ? monitoringBench
    : benches[flags.engine ?? NATIVE.name]!;
  using ports = takePorts();
  const mode = (flags.mode ?? "zookeeper") as Mode;
  const { bare, warm, round } = await open(dir, ports.offset, mode);
  try {
    await warm();
    for (let done = 0; done < flags.rounds; done++) {
      say(`round ${done + 1} of ${flags.rounds}`);
      const own: [string, number][] = [];
      await round((name, value) => own.push([name, value]));
      // Ratios are within a round: one that fails adds nothing.
      for (const [name, value] of own) (figures[name] ??= []).push(value);
    }
  } catch (error) {
    if (Object.keys(figures).length > 0) print(figures);
    throw error;
  } finally {
    await bare.stop();
    await Deno.remove(dir, { recursive: true });
  }
  return print(figures);
});

/** Runs a task on the stack in `dir`. */
function tasks(dir: string) {
  return (name: string, ...args: string[]) =>
    command(Deno.execPath(), "task", "-q", name, "--dir", dir, ...args);
}

async function native(dir: string, offset: number, mode: Mode): Promise<Bench> {
  const task = tasks(dir);
  const given = ["--engine", "native", "--mode", mode, "--port-offset", String(offset)];
  const up = () => task("up", ...given);
  const bare = await bareJvms(dir, { portOffset: offset, mode });
  const warm = async () => {
    await up();
    await task("down");
  };
  const round: Round = async (add) => {
    await bare.clear();
    add("bare, Kafka's flags", await bare.startWith(SCRIPT_FLAGS));
    await bare.stop();
    await bare.clear();
    add("bare, empty", await bare.start());
    await bare.stop();
    await bare.clear();
    add("up, empty", await timed(up));
    add("up, running", await timed(up));
    add("render", await timed(() => task("render")));
    await task("topic:create");
    add("topic:list", await timed(() => task("topic:list")));
    add(
      "kafka-topics --list",
      await bare.tool("kafka-topics --bootstrap-server $BOOTSTRAP_SERVERS --list"),
    );
    add("memory (MiB)", await bare.memoryMiB());
    await task("down");
    add("bare, data", await bare.start());
    await bare.stop();
    add("up, data", await timed(up));
    await task("down");
  };
  return { bare, warm, round };
}

async function docker(dir: string, offset: number, mode: Mode): Promise<Bench> {
  const task = tasks(dir);
  const given = ["--engine", "docker", "--mode", mode, "--port-offset", String(offset)];
  const up = (...args: string[]) => task("up", ...given, ...args);
  const bare = await bareContainers(dir, { portOffset: offset, mode });
  const warm = async () => {
    await up();
    await task("down");
  };
  const round: Round = async (add) => {
    await bare.clear();
    add("docker: compose up -d", await bare.start());
    await bare.stop();
    await bare.clear();
    add("docker: up", await timed(() => up()));
    add("docker: up, running", await timed(() => up()));
    add("docker: memory (MiB)", await bare.memoryMiB());
    const nine = () => up("--brokers", "9", "--dry-run");
    add("docker: render of 9 brokers", await timed(nine));
    await task("down");
  };
  return { bare, warm, round };
}

function print(figures: Figures): number {
  const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  const median = (values: readonly number[]) => {
    const all = sorted(values);
    return (all[Math.floor((all.length - 1) / 2)]! + all[Math.ceil((all.length - 1) / 2)]!) / 2;
  };
  // Within a round: a machine that grows slower or faster meanwhile changes both.
  const ratio = (a: string, b: string) =>
    median(figures[a]!.map((value, round) => value / figures[b]![round]!));
  const whole = (value: number) => String(Math.round(value));
  console.log(table(
    ["measured (ms)", "median", "least", "most"],
    Object.keys(figures).map((name) => {
      const all = sorted(figures[name]!);
      return [name, whole(median(all)), whole(all[0]!), whole(all.at(-1)!)];
    }),
  ));
  const goals = [
    ...RATIOS.filter(([, a]) => figures[a]).map(([name, a, b, most]) => ({
      name,
      value: ratio(a, b),
      most,
      digits: 2,
    })),
    ...LIMITS.filter(([name]) => figures[name]).map(([name, most]) => ({
      name,
      value: median(figures[name]!),
      most,
      digits: 0,
    })),
  ];
  console.log(
    "\n" + table(
      ["goal", "is", "at most", ""],
      goals.map(({ name, value, most, digits }) => [
        name,
        value.toFixed(digits),
        most.toFixed(digits),
        value <= most ? "ok" : "MISSED",
      ]),
    ),
  );
  return goals.every(({ value, most }) => value <= most) ? 0 : 1;
}
