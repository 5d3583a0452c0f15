import { assert, assertEquals } from "@std/assert";
import { startClient } from "./_client.ts";
import { startLoad } from "./_load.ts";
import { sharedTest } from "./_shared.ts";
import { type TestStack, until } from "./_stack.ts";
import { type Terminal, withTmux } from "./_tmux.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/**
 * Starts `top` in the terminal. After it the shell says `ended` and the exit code.
 *
 * @returns Its pid.
 */
async function startTop({ dir }: TestStack, terminal: Terminal): Promise<number> {
  const script = `${dir}/top.sh`;
  const pidFile = `${dir}/top.pid`;
  await Deno.writeTextFile(
    script,
    `echo $$ > '${pidFile}'\ncd '${ROOT}'\n` +
      `exec '${Deno.execPath()}' run -A -q tasks/top.ts --dir '${dir}' --interval 1s\n`,
  );
  await terminal.type(`clear; sh '${script}'; echo ended $?`, "Enter");
  await terminal.shows(/q quits/);
  return Number(await Deno.readTextFile(pidFile));
}

/** Waits until `top` has ended so, and checks that the terminal is as it was. */
async function endsCleanly(terminal: Terminal, code: number) {
  await terminal.shows(new RegExp(`ended ${code}\\nready>$`));
  assertEquals(await terminal.modes(), "011");
  await terminal.type("clear; stty -a", "Enter");
  const modes = (await terminal.shows(/echoctl/)).join(" ");
  assert(/ icanon /.test(modes) && / isig /.test(modes) && / echo /.test(modes), modes);
}

function isAlive(pid: number): boolean {
  try {
    // The state follows the name in parentheses; Z: it has ended, and nobody has asked.
    return !/\) Z /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

await sharedTest("top", {
  "top draws the stack in a terminal, follows its size and its brokers, and leaves it clean": {
    programs: ["tmux"],
    run: async (stack) => {
      const load = await startLoad(stack);
      await withTmux(80, 24, async (terminal) => {
        await startTop(stack, terminal);
        await terminal.shows(/brokers 3\/3 .*controller kafka\d .*URP 0/);
        await terminal.shows(/kafka1 +(controller|running) +\d+ +0 +[1-9]\S* +\d+\S* \S*B/);
        await terminal.shows(/kafka3.*[▁-█]/);
        await terminal.shows(/\n load +[1-9].*\n[^]*zookeeper1 +(leader|follower)/);
        assertEquals(await terminal.modes(), "100");

        await terminal.resize(140, 40);
        const wide = await terminal.shows(/PRODUCE\/S[^]*\n q quits$/);
        assertEquals(wide.length, 40);
        await terminal.resize(60, 15);
        const narrow = await terminal.shows(
          /^(?![^]*LEADERS)[^]*ZOOKEEPER \(\d of 3\)[^]* q quits$/,
        );
        assertEquals(narrow.length, 15);
        assert(narrow.every((line) => line.length <= 60));

        await terminal.resize(100, 30);
        await stack.ok("stop", "kafka2");
        await terminal.shows(/brokers 2\/3 .*URP [1-9][^]*kafka2 +down +- +-/);
        await stack.ok("start", "kafka2");
        await terminal.shows(/brokers 3\/3 .*URP 0[^]*kafka2 +(controller|running)/);

        await terminal.type("q");
        await endsCleanly(terminal, 0);
      });
      await load.endAndCount();
    },
  },
  "top gives the terminal back when it is interrupted, ended or hung up": {
    engine: "native",
    programs: ["tmux"],
    run: async (stack) => {
      await withTmux(80, 24, async (terminal) => {
        await startTop(stack, terminal);
        await terminal.type("C-c");
        await endsCleanly(terminal, 0);
        for (
          const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130], ["SIGHUP", 129]] as const
        ) {
          const pid = await startTop(stack, terminal);
          Deno.kill(pid, signal);
          await endsCleanly(terminal, code);
        }
      });
      // A terminal that goes away takes its program with it.
      let pid = 0;
      await withTmux(80, 24, async (terminal) => {
        pid = await startTop(stack, terminal);
      });
      await until("top has ended with its terminal", () => Promise.resolve(!isAlive(pid)));
    },
  },
  "top --json agrees with Prometheus; --once prints text, --svg draws": async (stack) => {
    await stack.ok("topic:create");
    const producer = startClient("producer.ts", [
      ...["--kafka", stack.bootstrapServers, "--loop", "--interval", "20ms"],
    ]);
    try {
      const ask = async (query: string): Promise<Record<string, number>> => {
        const at = `http://127.0.0.1:${9090 + stack.portOffset}/api/v1/query`;
        const answer = await fetch(`${at}?query=${encodeURIComponent(query)}`);
        const { data: { result } } = await answer.json();
        return Object.fromEntries(
          result.map((one: { metric: { instance: string }; value: [number, string] }) => [
            one.metric.instance,
            Number(one.value[1]),
          ]),
        );
      };
      type Broker = { name: string; leaders: number; messagesInPerSecond?: number };
      const look = async (): Promise<Broker[]> =>
        JSON.parse((await stack.ok("top", "--json")).stdout).brokers;
      const sum = (rates: readonly number[]) => rates.reduce((total, one) => total + one, 0);
      await until("Prometheus knows the same leaders", async () => {
        const theirs = await ask("kafka_server_replicamanager_leadercount");
        const ours = Object.fromEntries((await look()).map((one) => [one.name, one.leaders]));
        return Object.keys(ours).length === 3 &&
          Object.entries(ours).every(([name, leaders]) => theirs[name] === leaders);
      });
      // Over its last two scrapes, as top: a longer time would begin before the load did.
      const query = 'irate(kafka_server_brokertopicmetrics_messagesin_total{topic=""}[1m])';
      await until("Prometheus knows the same rate", async () => {
        const ratio = sum((await look()).map((one) => one.messagesInPerSecond ?? 0)) /
          sum(Object.values(await ask(query)));
        return ratio > 0.8 && ratio < 1.25;
      });

      const rows = /\bkafka1 .*\n.*\bkafka2 .*\n.*\bkafka3 [^]*\btest-topic [^]*\bzookeeper1 /;
      const { stdout: text } = await stack.ok("top", "--once");
      assert(/ brokers 3\/3 .* URP 0/.test(text) && rows.test(text), text);
      // deno-lint-ignore no-control-regex
      assert(!/\x1b|[▁-█]/.test(text), text);

      const file = `${stack.dir}/top.svg`;
      const { stdout } = await stack.ok("top", "--interval", "500ms", "--svg", file);
      assertEquals(stdout, "");
      const picture = await Deno.readTextFile(file);
      assert(/^<svg [^]*<\/svg>\n$/.test(picture), picture);
      // Bars of what happened meanwhile.
      assert(/<path [^>]*d="(?:M[^M"]+){20,}"/.test(picture), picture);
      const drawn = picture.replaceAll(/<[^>]+>/g, "");
      for (const part of ["brokers", "kafka3", "test-topic", "zookeeper3"]) {
        assert(drawn.includes(part), `${part} is not in ${drawn}`);
      }
    } finally {
      producer.kill("SIGTERM");
      await producer.ended;
    }
  },
}, {
  monitoring: true,
  // A cold exporter takes its time on a busy machine, and who is late is not counted.
  edit: ["enabled: true,", "enabled: true, scrapeIntervalSeconds: 5,"],
});
