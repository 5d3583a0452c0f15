import { assertEquals, assertRejects } from "@std/assert";
import { findBrokers, plaintextAddresses } from "../../../../clients/kafka/connection/zookeeper.ts";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import { machineTest } from "../../../_machine.ts";
import { fakeBroker } from "../_fake_broker.ts";

Deno.test("plaintextAddresses() are those of a broker's plain listeners", () => {
  assertEquals(
    plaintextAddresses({
      endpoints: ["PLAINTEXT://localhost:9092", "INSIDE://kafka1:9092", "TLS://localhost:9192"],
      listener_security_protocol_map: { PLAINTEXT: "PLAINTEXT", INSIDE: "PLAINTEXT", TLS: "SSL" },
    }),
    ["localhost:9092", "kafka1:9092"],
  );
  assertEquals(plaintextAddresses({}), []);
});

machineTest("findBrokers() says what to pass where no ZooKeeper is, but a broker", async () => {
  for (const behaviour of ["hang", "close"] as const) {
    await using broker = fakeBroker(behaviour);
    const looking = findBrokers(broker.address, { timeout: 200 });
    const { message, hint = "" } = await assertRejects(() => looking, ClientError);
    assertEquals(message, `Cannot reach a ZooKeeper at ${broker.address} (no answer in 0.2 s)`);
    assertEquals(
      hint.split("\n").at(-1),
      "A KRaft cluster has no ZooKeeper: pass its brokers, --bootstrap-server host:port,…",
    );
  }
});
