// What a connection says of TLS and SASL reaches every way of connecting.
import { assertEquals, assertRejects } from "@std/assert";
import { openBroker } from "../../../../clients/kafka/connection/broker.ts";
import type { Connection } from "../../../../clients/kafka/connection/connection.ts";
import { createClient } from "../../../../clients/kafka/kafkajs/client.ts";
import { machineTest } from "../../../_machine.ts";
import { fakeBroker } from "../_fake_broker.ts";

const SASL_HANDSHAKE = 17;
const sasl = { mechanism: "SCRAM-SHA-512", username: "ana", password: "secret" } as const;

/** Makes an authority and a certificate that it has signed for 127.0.0.1. */
async function certificates(): Promise<{ ca: string; cert: string; key: string }> {
  const dir = await Deno.makeTempDir();
  const script = `
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=authority -days 2 -keyout ca.key -out ca.crt
    openssl req -newkey rsa:2048 -nodes -subj /CN=broker -keyout key -out request
    printf 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n' > extensions
    openssl x509 -req -in request -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
      -extfile extensions -out cert`;
  try {
    const { success, stderr } = await new Deno.Command("sh", {
      args: ["-ec", script],
      cwd: dir,
      stderr: "piped",
    }).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
    const [ca, cert, key] = await Promise.all(
      ["ca.crt", "cert", "key"].map((name) => Deno.readTextFile(`${dir}/${name}`)),
    );
    return { ca: ca!, cert: cert!, key: key! };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Connects in the way of the administration and in that of kafkajs's clients. */
const WAYS: readonly ((connection: Connection) => Promise<void>)[] = [
  async (connection) => {
    const [address] = connection.bootstrapServers;
    const broker = await openBroker(address!, { security: connection, timeout: 10_000 });
    await broker.close();
  },
  async (connection) => {
    const admin = (await createClient({ connection, clientId: "test" })).admin();
    try {
      await admin.connect();
    } finally {
      await admin.disconnect();
    }
  },
];

machineTest(
  "a connection with TLS reaches a broker whose certificate its authority has signed",
  async () => {
    const { ca, ...own } = await certificates();
    await using broker = fakeBroker("stall", own);
    const bootstrapServers = [broker.address];
    for (const connect of WAYS) {
      await connect({ bootstrapServers, tls: { ca } });
      await assertRejects(() => connect({ bootstrapServers, tls: {} }));
      await assertRejects(() => connect({ bootstrapServers }));
    }
  },
);

machineTest("a connection with SASL authenticates before it asks anything", async () => {
  await using broker = fakeBroker("drop");
  for (const connect of WAYS) {
    broker.asked.length = 0;
    await assertRejects(() => connect({ bootstrapServers: [broker.address], sasl }));
    assertEquals(broker.asked[0], SASL_HANDSHAKE);
  }
});
