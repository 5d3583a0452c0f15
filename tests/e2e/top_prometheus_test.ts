import { assert, assertEquals } from "@std/assert";
import { startClient } from "./_client.ts";
import { withProject } from "./_project.ts";
import { e2eTest, until, withStack } from "./_stack.ts";

await e2eTest(
  "top --json agrees with Prometheus; --once prints text, --svg draws",
  async (engine) => {
    await withProject(async ({ root, edit }) => {
      await edit("enabled: true,", "enabled: true, scrapeIntervalSeconds: 2,");
      await withStack({ engine, root, monitoring: true }, async (stack) => {
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
      });
    });
  },
);
