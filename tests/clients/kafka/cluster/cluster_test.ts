import { assertEquals } from "@std/assert";
import { withCluster } from "../../../../clients/kafka/cluster/cluster.ts";
import { machineTest } from "../../../_machine.ts";

machineTest("withCluster() waits for an answer as long as it is told to", async () => {
  // Accepts connections, and answers nothing on them.
  using hung = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const server = `127.0.0.1:${(hung.addr as Deno.NetAddr).port}`;
  const ended: string[] = [];
  const ask = (timeout: number) =>
    withCluster({ bootstrapServers: [server] }, () => Promise.resolve(), { timeout })
      .catch(({ message }) => ended.push(`${timeout}: ${message}`));
  await Promise.all([ask(500), ask(50)]);
  const failure = `Cannot reach a broker at ${server} (no answer in time)`;
  assertEquals(ended, [`50: ${failure}`, `500: ${failure}`]);
});
