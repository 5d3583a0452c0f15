import { assertEquals, assertStringIncludes } from "@std/assert";
import { startClient } from "./_client.ts";
import { command, engineTest, until, withStack } from "./_stack.ts";

await engineTest(
  "native",
  "top draws the stack, follows the terminal's size, and leaves the terminal clean; --json agrees with Prometheus",
  async () => {
    await withStack({}, async (stack) => {
      await stack.ok("topic:create");
      const producer = startClient("producer.ts", [
        ...["--kafka", stack.bootstrapServers, "--loop", "--interval", "20ms"],
      ]);
      const socket = `top-${Deno.pid}`;
      const tmux = (...args: string[]) => command("tmux", "-L", socket, ...args);
      const screen = () => tmux("capture-pane", "-p", "-t", "top");
      const shows = (what: string, text: string) =>
        until(what, async () => (await screen()).includes(text), 30).catch(async (error) => {
          throw new Error(`${error.message}\n${await screen()}`);
        });
      try {
        await tmux(
          "-f",
          "/dev/null",
          "new-session",
          "-d",
          "-s",
          "top",
          "-x",
          "120",
          "-y",
          "40",
          "sh",
        );
        const type = (line: string) => tmux("send-keys", "-t", "top", line, "Enter");
        const start = () =>
          type(`${Deno.execPath()} run -A tasks/top.ts --interval 1s --dir ${stack.dir}`);
        await type("PS1='clean> '");
        await start();
        await shows("all brokers are drawn", "kafka3");
        await shows("the topic's rate is drawn", "test-topic");
        await tmux("resize-window", "-t", "top", "-x", "70", "-y", "15");
        await until("it is drawn for the new size", async () => {
          const lines = (await screen()).split("\n");
          return lines.length <= 15 && lines.some((line) => line.includes("BROKER")) &&
            lines.every((line) => line.length <= 70);
        });
        await tmux("send-keys", "-t", "top", "q");
        await shows("the shell is back", "clean>");
        const state = () =>
          tmux("display-message", "-p", "-t", "top", "#{alternate_on} #{cursor_flag}");
        await until("the terminal is as it was", async () => await state() === "0 1");

        await start();
        await until("it has the terminal", async () => await state() === "1 0");
        const pane = await tmux("display-message", "-p", "-t", "top", "#{pane_pid}");
        await command("sh", "-c", `kill -s TERM $(ps -o pid= --ppid ${pane})`);
        await until("SIGTERM leaves it clean too", async () => await state() === "0 1");

        const ask = async (query: string): Promise<Record<string, number>> => {
          const at = `http://127.0.0.1:${9090 + stack.portOffset}/api/v1/query`;
          const answer = await fetch(`${at}?query=${encodeURIComponent(query)}`);
          const { data: { result } } = await answer.json();
          return Object.fromEntries(
            result.map((
              one: { metric: { instance: string }; value: [number, string] },
            ) => [one.metric.instance, Number(one.value[1])]),
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

        const refused = await stack.task("top");
        assertEquals(refused.code, 2);
        assertStringIncludes(refused.stderr, "--once");
      } finally {
        producer.kill("SIGTERM");
        await producer.ended;
        await command("tmux", "-L", socket, "kill-server").catch(() => {});
      }
    });
  },
  { programs: ["tmux"] },
);
