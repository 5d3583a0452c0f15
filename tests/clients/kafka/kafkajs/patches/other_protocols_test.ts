import { assertEquals, assertRejects } from "@std/assert";
import { parseConnection } from "../../../../../clients/kafka/connection/connection.ts";
import { openBroker } from "../../../../../clients/kafka/connection/broker.ts";
import { explain } from "../../../../../clients/kafka/errors/explain.ts";
import { createClient } from "../../../../../clients/kafka/kafkajs/client.ts";
import { machineTest } from "../../../../_machine.ts";

/** Answers that no broker gives, to whatever is asked. */
const ANSWERS: Record<string, number[]> = {
  "an HTTP server": [...new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")],
  "a TLS listener": [0x15, 3, 3, 0, 2, 2, 0x46],
  "an answer that ends early": [0, 0, 0, 6, 0, 0, 0, 0, 0, 0],
  "an answer that says that it is longer": [0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200, 0, 1],
  "an answer without its number": [0, 0, 0, 1, 7],
  "a negative size": [0xff, 0xff, 0xff, 0xf0, 1, 2, 3],
};

async function withServer(answer: number[], test: (address: string) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const answers = async (connection: Deno.Conn) => {
    open.add(connection);
    for await (const _ of connection.readable) await connection.write(new Uint8Array(answer));
  };
  const serving = (async () => {
    for await (const connection of listener) answers(connection).catch(() => {});
  })();
  try {
    await test(`127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    await serving.catch(() => {});
    for (const connection of open) {
      try {
        connection.close();
      } catch {
        // Closed by its reader.
      }
    }
  }
}

machineTest("what does not speak Kafka's protocol is a broker that cannot be reached", async () => {
  const tests = Object.entries(ANSWERS).map(([name, answer]) =>
    withServer(answer, async (address) => {
      const expected = `Cannot reach a broker at ${address} (it does not speak Kafka's protocol)`;
      const connection = parseConnection(address);
      const admin = (await createClient({ connection, clientId: "test" })).admin();
      const errors = [
        await assertRejects(() => admin.connect().then(() => admin.listTopics())),
        await assertRejects(() => openBroker(address, { security: connection, timeout: 30_000 })),
      ];
      await admin.disconnect();
      for (const error of errors) {
        assertEquals([name, explain(error, connection).message], [name, expected]);
      }
    })
  );
  await Promise.all(tests);
});
