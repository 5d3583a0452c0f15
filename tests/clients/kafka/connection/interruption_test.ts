// Whatever connects ends at once when its signal is aborted, with the signal's reason: brokers that
// hang, as this one, would otherwise be waited for.
import { assertEquals } from "@std/assert";
import { withCluster } from "../../../../clients/kafka/cluster/cluster.ts";
import { clusterState } from "../../../../clients/kafka/cluster/state.ts";
import type { Connection } from "../../../../clients/kafka/connection/connection.ts";
import { findBrokers, findPartitions } from "../../../../clients/kafka/connection/zookeeper.ts";
import { startConsumer } from "../../../../clients/kafka/consumer/group_consumer.ts";
import { startProducer } from "../../../../clients/kafka/producer/kafkajs_producer.ts";
import { endsWithin } from "../../../../clients/kafka/waiting/pause.ts";
import { machineTest } from "../../../_machine.ts";
import { fakeBroker } from "../_fake_broker.ts";

type Connect = (connection: Connection, signal: AbortSignal) => Promise<unknown>;

const WAYS: Readonly<Record<string, Connect>> = {
  withCluster: (connection, signal) =>
    withCluster(connection, () => Promise.resolve(), { timeout: 60_000, signal }),
  clusterState: (connection, signal) => clusterState(connection, { timeout: 60_000, signal }),
  findBrokers: ({ bootstrapServers }, signal) => findBrokers(bootstrapServers[0]!, { signal }),
  findPartitions: ({ bootstrapServers }, signal) =>
    findPartitions(bootstrapServers[0]!, { signal }),
  startConsumer: (connection, signal) =>
    startConsumer({
      ...{ connection, signal, clientId: "test", topic: "t", group: "g", fromBeginning: true },
      handle: () => Promise.resolve(0),
      onJoin: () => {},
    }),
  startProducer: (connection, signal) =>
    startProducer({ connection, signal, clientId: "test", topic: "t", compression: "none" }),
};

for (const [name, connect] of Object.entries(WAYS)) {
  machineTest(`${name}() is interrupted by its signal`, async () => {
    await using broker = fakeBroker("hang");
    const stop = new AbortController();
    const connecting = connect({ bootstrapServers: [broker.address] }, stop.signal)
      .then(() => "connected", (error) => error);
    while (broker.made() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const reason = new Error("interrupted");
    stop.abort(reason);
    // The ways' own time-outs are all longer.
    assertEquals(await endsWithin(2000, connecting), true, "ends within 2 s");
    assertEquals(await connecting, reason);
    // One that begins later makes no connection.
    const made = broker.made();
    assertEquals(
      await connect({ bootstrapServers: [broker.address] }, stop.signal).catch((error) => error),
      reason,
    );
    assertEquals(broker.made(), made);
  });
}
