import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { openBrokerPool } from "../../../../clients/kafka/connection/broker_pool.ts";
import { isConnectionError, isTransient } from "../../../../clients/kafka/errors/causes.ts";
import { machineTest } from "../../../_machine.ts";
import { fakeBroker } from "../_fake_broker.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the other side of every connection has been told. */
async function allClosed(broker: { open(): number }) {
  for (const end = Date.now() + 20_000; broker.open() > 0; await sleep(5)) {
    if (Date.now() > end) throw new Error(`${broker.open()} connections are open`);
  }
}

const request = { topics: [], allowAutoTopicCreation: false } as const;

for (const behaviour of ["hang", "close"] as const) {
  machineTest(
    `a connection that fails while it is made is closed: brokers that ${behaviour}`,
    async () => {
      await using broker = fakeBroker(behaviour);
      // Long enough to be connected on a busy machine, whose kernel accepts before the broker does.
      const connections = openBrokerPool({ security: {}, timeout: 1000 });
      const error = await assertRejects(() => connections.get(broker.address), Error);
      assert(isConnectionError(error) && isTransient(error));
      await allClosed(broker);
      assertEquals(broker.made(), 1);
      connections.close();
    },
  );
}

for (const behaviour of ["drop", "stall"] as const) {
  machineTest(
    `a connection that fails later is closed and made anew: brokers that ${behaviour}`,
    async () => {
      await using broker = fakeBroker(behaviour);
      let now = 0;
      const connections = openBrokerPool({ security: {}, timeout: 300, now: () => now });
      const first = await connections.get(broker.address);
      assertStrictEquals(await connections.get(broker.address), first);
      const error = await assertRejects(() => first.request("Metadata", request), Error);
      assert(isConnectionError(error));
      assertEquals((error as Error & { broker: string }).broker, broker.address);
      // With a deadline, which the other has not.
      await allClosed(broker);
      await first.closed;
      // Who asks at once gets the same one, which fails without a new connection.
      assertStrictEquals(await connections.get(broker.address), first);
      await assertRejects(() => first.request("Metadata", request), Error);
      assertEquals(broker.made(), 1);
      now += 100;
      await connections.get(broker.address);
      assertEquals(broker.made(), 2);
      connections.close();
      await allClosed(broker);
    },
  );
}

machineTest("close() ends connections that are being made, and none is made after it", async () => {
  await using broker = fakeBroker("hang");
  const connections = openBrokerPool({ security: {}, timeout: 60_000 });
  const making = connections.get(broker.address);
  while (broker.made() === 0) await sleep(5);
  connections.close();
  await assertRejects(() => making, Error);
  await allClosed(broker);
  await assertRejects(() => connections.get(broker.address, "other"), Error);
  await allClosed(broker);
});

machineTest("a broker that cannot be connected to is tried again after a pause only", async () => {
  await using broker = fakeBroker("close");
  let now = 0;
  const connections = openBrokerPool({ security: {}, timeout: 60_000, now: () => now });
  /** Many tasks look at the same time. */
  const look = async () => {
    const looks = [1, 2, 3, 4].map(() => connections.get(broker.address));
    for (const { status } of await Promise.allSettled(looks)) assertEquals(status, "rejected");
  };
  await look();
  now = 99;
  await look();
  assertEquals(broker.made(), 1);
  now = 100;
  await look();
  assertEquals(broker.made(), 2);
  now = 199;
  await look();
  assertEquals(broker.made(), 2);
  connections.close();
  await allClosed(broker);
});
