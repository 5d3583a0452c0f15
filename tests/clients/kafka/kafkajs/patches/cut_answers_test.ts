import { Buffer } from "node:buffer";
import net from "node:net";
import { assertEquals, assertRejects } from "@std/assert";
import { network } from "../../../../../clients/kafka/kafkajs/library.ts";
import { createSocket } from "../../../../../clients/kafka/kafkajs/socket.ts";
import { machineTest } from "../../../../_machine.ts";

machineTest("a connection that ended amid an answer reads the next one's answers", async () => {
  const lib = await network();
  let connections = 0;
  // The first answers half and hangs up, the next answers whole.
  const server = net.createServer((socket) => {
    const whole = connections++ > 0;
    socket.on("data", (request: Buffer) => {
      const answer = Buffer.alloc(12);
      answer.writeInt32BE(8, 0);
      // The correlation id is that of the request, after its length, key and version.
      request.copy(answer, 4, 8, 12);
      answer.writeInt32BE(4711, 8);
      if (whole) socket.write(answer);
      else socket.end(answer.subarray(0, 9));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  const pool = new lib.ConnectionPool({
    ...{
      host: "127.0.0.1",
      port,
      clientId: "test",
      socketFactory: createSocket,
      logger: lib.logger,
    },
    ...{ connectionTimeout: 5000, requestTimeout: 5000 },
  });
  const ask = async () =>
    await (await pool.getConnection()).send({
      request: {
        ...{ apiKey: 0, apiVersion: 0, apiName: "Test" },
        encode: () => Promise.resolve(new lib.Encoder()),
      },
      response: {
        decode: (data: Buffer) => Promise.resolve({ number: data.readInt32BE() }),
        parse: (answer: unknown) => answer,
      },
    });
  try {
    await assertRejects(ask);
    assertEquals(await ask(), { number: 4711 });
  } finally {
    await pool.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});
