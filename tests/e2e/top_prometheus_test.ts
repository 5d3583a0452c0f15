import { startClient } from "./_client.ts";
import { engineTest, until, withStack } from "./_stack.ts";

await engineTest("native", "top --json agrees with Prometheus", async (engine) => {
  await withStack({ engine }, async (stack) => {
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
    } finally {
      producer.kill("SIGTERM");
      await producer.ended;
    }
  });
});
