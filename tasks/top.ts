// deno task top: the stack live, from its exporters.
import { dirname } from "node:path";
import { runMain, say } from "../clients/cli/main.ts";
import { aborted } from "../clients/kafka/waiting/pause.ts";
import { UsageError } from "../clients/cli/flags.ts";
import { denoHost } from "../infra/engine/host/deno_host.ts";
import { hostPort, shellWord } from "../infra/render/mod.ts";
import { Failure } from "../infra/spec/mod.ts";
import type { Round } from "../monitoring/top/build.ts";
import { drawScreen, type Screen } from "../monitoring/top/screen.ts";
import { advance, type TopState } from "../monitoring/top/state.ts";
import { toTerminal, toText } from "../monitoring/top/style.ts";
import { toSvg } from "../monitoring/top/svg.ts";
import { type OpenStack, openStack } from "./_context.ts";
import { dirFlag, notRunning, userPath } from "./_stack.ts";
import { ANSWER_MS, scraper, type Target, targetsOf } from "./_top_scrape.ts";
import { terminalSize, withTerminal } from "./_top_terminal.ts";

/** Columns where there is no terminal, and of a picture. */
const COLUMNS = { text: 120, picture: 108 };
/** Readings of a picture. */
const PICTURE_ROUNDS = 31;

await runMain({
  name: "deno task top",
  summary: "Shows the stack live: brokers, topics, consumer groups, ZooKeepers, and what flows.\n" +
    "It asks the services' own exporters; Prometheus is not needed. q or Ctrl-C ends it.\n" +
    "SIZE counts every replica, URP are partitions whose ISR lacks a replica (under-replicated),\n" +
    "IDLE is the request handlers' time of the last minute, CPU is of one core.",
  flags: {
    ...dirFlag,
    interval: { type: "duration", help: "time between two looks", default: 2000, min: 500 },
    once: { type: "boolean", help: "look twice, print it as text, end" },
    json: { type: "boolean", help: "look twice, print JSON, end; docs/top.md says what is in it" },
    svg: {
      type: "string",
      help: `look ${PICTURE_ROUNDS} times, write a picture, end`,
      value: "file",
    },
  },
  examples: [
    "deno task top",
    "deno task top --interval 5s",
    "deno task top --json | jq '.brokers[] | {name, messagesInPerSecond}'",
    "deno task top --interval 1s --svg docs/top.svg",
  ],
}, async ({ flags }) => {
  const { once, json, interval } = flags;
  const svg = flags.svg === undefined ? undefined : await picturePath(flags.svg);
  const batch = once || json || svg !== undefined;
  if (!batch && !Deno.stdout.isTerminal()) {
    throw new UsageError(
      "Output is not a terminal, so that nothing can be shown live",
      "Print it once: --once, or as data: --json",
    );
  }
  const context = await openStack(flags);
  // Not left to the exporters: those of another stack may answer on the same ports.
  if ((await context.engine.observe()).size === 0) throw notRunning(context.dir);
  const targets = targetsOf(context.rendered.services);
  if (targets.length === 0) {
    throw new Failure("The stack has no exporters: monitoring is off", {
      hint: "Add it: deno task up --with monitoring",
    });
  }
  const look = scraper(context.host, targets);
  const begin = performance.now();
  const first = await look(ANSWER_MS);
  needAnswer(targets, first);
  const screenOf = screens(context, interval);

  if (!batch) return await live({ first, look, interval, screenOf });
  let state = advance(undefined, first);
  for (let round = 1; round < (svg === undefined ? 2 : PICTURE_ROUNDS); round++) {
    await context.host.sleep(begin + round * interval - performance.now());
    state = advance(state, await look(ANSWER_MS));
  }
  if (json) console.log(JSON.stringify(state.view, null, 2));
  else if (svg === undefined) {
    const columns = Deno.stdout.isTerminal() ? terminalSize().columns : COLUMNS.text;
    // A single reading is no bars.
    const lines = drawScreen(screenOf(state, { bars: false }), { columns, rows: Infinity });
    console.log(lines.map(toText).join("\n"));
  } else {
    const lines = drawScreen(screenOf(state), { columns: COLUMNS.picture, rows: Infinity });
    await context.host.writeText(
      svg,
      toSvg(lines, COLUMNS.picture, `deno task top on ${context.stack.name}`),
    );
    say(`${svg} is written.`);
  }
});

/** @throws {Failure} The directory that the picture should be in is not there. */
async function picturePath(path: string): Promise<string> {
  const file = userPath(path);
  const directory = dirname(file);
  if (await denoHost.kind(await denoHost.realPath(directory)) === "directory") return file;
  throw new Failure(`Cannot write ${file}: there is no directory ${directory}`, {
    hint: `Make it first: mkdir -p ${shellWord(directory)}`,
  });
}

/** @throws {Failure} Services run, and no exporter answers: exit code 3. */
function needAnswer([first]: readonly Target[], { services }: Round) {
  if (services.some(({ sample }) => sample)) return;
  const { name, exporter } = first!;
  throw new Failure(
    `No exporter answers, ${name}'s on ${hostPort(exporter)} neither: ${services[0]!.failure}`,
    {
      hint: "For services that were started without monitoring: deno task up\n" +
        "Look further: deno task doctor",
      exitCode: 3,
    },
  );
}

/** What a state looks like, but for the size. */
function screens({ stack, engine }: OpenStack, interval: number) {
  return ({ view, history }: TopState, { bars = true, foot = "" } = {}): Screen => ({
    view,
    ...(bars ? { past: { history, intervalSeconds: interval / 1000 } } : {}),
    title: stack.name,
    about: `Kafka ${stack.kafkaVersion} · ${engine.name}`,
    clock: `every ${interval / 1000} s   ${new Date(view.at).toLocaleTimeString("sv-SE")}`,
    foot,
  });
}

/** Looks and draws until the user leaves; resolves to the exit code. */
function live({ first, look, interval, screenOf }: {
  readonly first: Round;
  readonly look: (waitMs: number) => Promise<Round>;
  readonly interval: number;
  readonly screenOf: ReturnType<typeof screens>;
}): Promise<number> {
  let state = advance(undefined, first);
  const colour = !Deno.noColor;
  let draw = () => {};
  return withTerminal(async (terminal) => {
    draw = () => {
      const lines = drawScreen(screenOf(state, { foot: "q quits" }), terminalSize());
      terminal.show(lines.map((line) => toTerminal(line, colour)));
    };
    for (let begin = performance.now();;) {
      draw();
      await terminal.wait(begin + interval - performance.now());
      begin = performance.now();
      // Less than the interval, so that a service that hangs delays no other.
      const round = await Promise.race([look(interval * 0.9), aborted(terminal.leave)]);
      if (!round) return;
      state = advance(state, round);
    }
  }, () => draw());
}
