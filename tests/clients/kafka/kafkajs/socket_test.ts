import net from "node:net";
import { assertEquals } from "@std/assert";
import { createSocket } from "../../../../clients/kafka/kafkajs/socket.ts";
import { machineTest } from "../../../_machine.ts";

machineTest(
  "a socket tries every address of its host: ::1 first, broker on 127.0.0.1",
  async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    // Node's default, which a program may turn off; the factory does not depend on it.
    const usual = net.getDefaultAutoSelectFamily();
    net.setDefaultAutoSelectFamily(false);
    try {
      const address = await new Promise<string | undefined>((resolve, reject) => {
        const socket = createSocket({
          host: "both.test",
          port: listener.addr.port,
          lookup: ((_host: string, { all }: { all?: boolean }, done: CallableFunction) =>
            all
              ? done(null, [{ address: "::1", family: 6 }, { address: "127.0.0.1", family: 4 }])
              : done(null, "::1", 6)) as unknown as net.LookupFunction,
          onConnect: () => {
            resolve(socket.remoteAddress);
            socket.destroy();
          },
        });
        socket.on("error", reject);
      });
      assertEquals(address, "127.0.0.1");
      (await listener.accept()).close();
    } finally {
      net.setDefaultAutoSelectFamily(usual);
      listener.close();
    }
  },
);
