import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { explain } from "../../../../clients/kafka/errors/explain.ts";
import { ClientError } from "../../../../clients/kafka/errors/client_error.ts";
import {
  buffer,
  COMPRESSION,
  connect,
  network,
  parseBootstrapServers,
  socketFactory,
} from "../../../../clients/kafka/kafkajs/library.ts";
import { machineTest } from "../../../_machine.ts";
import net from "node:net";
import process from "node:process";

const options = { bootstrapServers: "localhost:9092", clientId: "test" };

Deno.test("parseBootstrapServers() splits addresses and refuses what is none", () => {
  assertEquals(parseBootstrapServers("a:1, b.c:9092,"), ["a:1", "b.c:9092"]);
  assertEquals(parseBootstrapServers("[::1]:9092,a:1"), ["[::1]:9092", "a:1"]);
  for (
    const bad of [
      "",
      ",",
      "a",
      "a:",
      "a:x",
      "a:0",
      "a:70000",
      "http://a:1",
      "a:1:2",
      "a b:1",
      "::1:9",
      "[a]:1",
    ]
  ) {
    const error = assertThrows(() => parseBootstrapServers(bad), ClientError);
    assertEquals(error.exitCode, 2, bad);
  }
});

Deno.test("connect() refuses bad bootstrap servers before anything else", async () => {
  const error = await assertRejects(
    () => connect({ ...options, bootstrapServers: "nowhere" }),
    ClientError,
  );
  assertEquals(error.message, '"nowhere" is not a bootstrap server');
});

Deno.test("connect() needs no permission, whatever kafkajs reads from the environment", async () => {
  // Without the fixed environment its import throws NotCapable under plain `deno test`.
  const kafka = await connect(options);
  assertEquals(process.env.KAFKAJS_LOG_LEVEL, undefined);
  assertEquals(process.env.NODE_ENV, undefined);
  assert(kafka.producer() && kafka.consumer({ groupId: "g" }) && kafka.admin());
});

Deno.test("connect() keeps kafkajs's log and its partitioner warning from the console", async () => {
  const { console } = globalThis;
  const lines: unknown[] = [];
  const catcher = (...words: unknown[]) => lines.push(words);
  globalThis.console = { ...console, log: catcher, info: catcher, warn: catcher, error: catcher };
  try {
    const kafka = await connect(options);
    kafka.producer();
    const logger = kafka.logger().namespace("ConsumerGroup");
    logger.error("The group coordinator is not available");
    logger.warn("a warning");
    logger.info("an information");
  } finally {
    globalThis.console = console;
  }
  assertEquals(lines, []);
});

Deno.test("connect() shows kafkajs's log in readable form when verbose", async () => {
  const said: string[] = [];
  const kafka = await connect({ ...options, verbose: true, say: (line) => said.push(line) });
  kafka.logger().namespace("Runner").warn("The group is rebalancing", { groupId: "g" });
  assertEquals(said, ["kafkajs warn [Runner] The group is rebalancing groupId=g"]);
});

/** A request queue of kafkajs, as its connections make them. */
async function requestQueue() {
  const { ConnectionPool, logger } = await network();
  return new ConnectionPool({ host: "h", port: 1, logger, socketFactory, requestTimeout: 1000 })
    .pool[0].requestQueue;
}

/** The delays of the timers that `work` starts; they do not run. */
function timersOf(work: () => void): unknown[] {
  const { setTimeout } = globalThis;
  const delays: unknown[] = [];
  globalThis.setTimeout =
    ((_: unknown, ms: unknown) => delays.push(ms)) as unknown as typeof setTimeout;
  try {
    work();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  return delays;
}

Deno.test("an idle connection starts no timer, so nothing spins", async () => {
  const queue = await requestQueue();
  assertEquals(timersOf(() => queue.checkPendingRequests()), []);
});

Deno.test("a connection whose requests wait looks again in 10 ms, or when it may send", async () => {
  const waiting = await requestQueue();
  waiting.maxInFlightRequests = 0;
  waiting.pending = [{}];
  assertEquals(timersOf(() => waiting.checkPendingRequests()), [10]);

  const throttled = await requestQueue();
  throttled.pending = [{}];
  throttled.throttledUntil = Date.now() + 60_000;
  const [delay] = timersOf(() => throttled.checkPendingRequests());
  assert(Number(delay) > 50_000 && Number(delay) <= 60_000, String(delay));
});

Deno.test("numbers are encoded in the bytes that Kafka's protocol asks for", async () => {
  const { Encoder } = await network();
  const written = (write: (encoder: typeof Encoder) => void) => {
    const encoder = new Encoder(1);
    write(encoder);
    return encoder.buffer.toString("hex");
  };
  // Zigzag, then seven bits a byte, the lowest first.
  const varints: [number, string][] = [
    [0, "00"],
    [-1, "01"],
    [1, "02"],
    [63, "7e"],
    [-64, "7f"],
    [64, "8001"],
    [-65, "8101"],
    [300, "d804"],
    [8191, "fe7f"],
    [8192, "808001"],
    [1_000_000, "80897a"],
    [2 ** 31 - 1, "feffffff0f"],
    [-(2 ** 31), "ffffffff0f"],
  ];
  for (const [number, hex] of varints) {
    assertEquals(written((encoder) => encoder.writeVarInt(number)), hex, `int ${number}`);
    assertEquals(written((encoder) => encoder.writeVarLong(number)), hex, `long ${number}`);
  }
  assertEquals(written((encoder) => encoder.writeVarLong(2 ** 40)), "808080808040");
  assertEquals(written((encoder) => encoder.writeUVarInt(300)), "ac02");
});

machineTest(
  "connect() reaches a bootstrap server at an IPv6 address, and names it in errors",
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
      const bootstrapServers = `[::1]:${port}`;
      const admin = (await connect({ ...options, bootstrapServers })).admin();
      const error = await assertRejects(() => admin.connect());
      assertEquals(
        explain(error, bootstrapServers).message,
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

machineTest(
  "a socket tries every address of its host: ::1 first, broker on 127.0.0.1",
  async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    // Node's default, which a program may turn off; the factory does not depend on it.
    const usual = net.getDefaultAutoSelectFamily();
    net.setDefaultAutoSelectFamily(false);
    try {
      const address = await new Promise<string | undefined>((resolve, reject) => {
        const socket = socketFactory({
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

Deno.test("connect() gives kafkajs the codecs it lacks: snappy, lz4 and zstd", async () => {
  await connect(options);
  const { default: kafkajs } = await import("kafkajs");
  const data = new TextEncoder().encode("the same words again and again\n".repeat(100));
  for (const name of ["gzip", "snappy", "lz4", "zstd"] as const) {
    const codec = kafkajs.CompressionCodecs[COMPRESSION[name]]();
    const packed = await codec.compress({ buffer: buffer(data) });
    assert(packed.length < data.length, name);
    assertEquals(await codec.decompress(packed), buffer(data), name);
  }
});
