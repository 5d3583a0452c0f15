import { assert, assertEquals, assertRejects } from "@std/assert";
import { explain } from "../../../../../clients/kafka/errors/explain.ts";
import { createClient } from "../../../../../clients/kafka/kafkajs/client.ts";
import { machineTest } from "../../../../_machine.ts";

machineTest(
  "createClient() reaches a bootstrap server at an IPv6 address, and names it in errors",
  async () => {
    const asked: string[] = [];
    const listener = Deno.listen({ hostname: "::1", port: 0 });
    const { port } = listener.addr;
    const serving = (async () => {
      for await (const connection of listener) {
        asked.push(connection.localAddr.transport);
        connection.close();
      }
    })();
    try {
      const connection = { bootstrapServers: [`[::1]:${port}`] };
      const admin = (await createClient({ connection, clientId: "test" })).admin();
      const error = await assertRejects(() => admin.connect());
      assertEquals(
        explain(error, connection).message,
        `Cannot reach a broker at [::1]:${port} (connection closed)`,
      );
      await admin.disconnect();
    } finally {
      listener.close();
      await serving.catch(() => {});
    }
    assert(asked.length > 0);
  },
);
