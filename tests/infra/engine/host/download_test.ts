// Downloads on the real host from servers that stall.
import { assertEquals, assertRejects } from "@std/assert";
import { download } from "../../../../infra/engine/host/deno_download.ts";
import { Failure } from "../../../../infra/spec/mod.ts";
import { machineTest } from "../../../_machine.ts";

const HEAD = "HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n";

/**
 * Runs `test` with a server that answers one request by what it is told to send.
 *
 * @param test `ended` resolves to `null` when the other side has closed the connection.
 */
async function withServer(
  test: (
    server: {
      url: string;
      file: string;
      send: (text: string) => Promise<unknown>;
      ended: Promise<unknown>;
    },
  ) => Promise<void>,
) {
  const file = await Deno.makeTempFile({ prefix: "kafka-download-" });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept().then(async (connection) => {
    await connection.read(new Uint8Array(4096));
    return connection;
  });
  const send = async (text: string) => (await accepted).write(new TextEncoder().encode(text));
  const ended = accepted.then((connection) => connection.read(new Uint8Array(1)).catch(() => null));
  try {
    await test({ url: `http://127.0.0.1:${listener.addr.port}/x`, file, send, ended });
  } finally {
    listener.close();
    (await accepted).close();
    await Deno.remove(file);
  }
}

const silenceMs = 500;

machineTest(
  "a download from a server that accepts and says nothing ends",
  () =>
    withServer(async ({ url, file, ended }) => {
      const stalled = () => download(url, file, () => {}, { silenceMs });
      const { message } = await assertRejects(stalled, Failure);
      assertEquals(message, `${url} does not answer: nothing came for 0.5 s, after 0 bytes`);
      assertEquals(await ended, null);
    }),
);

machineTest(
  "a download that stalls half-way ends, and says how far it came",
  () =>
    withServer(async ({ url, file, send, ended }) => {
      send(`${HEAD}0123456789`);
      const seen: unknown[] = [];
      const stalled = () => download(url, file, (...far) => seen.push(far), { silenceMs });
      const { message } = await assertRejects(stalled, Failure);
      assertEquals(message, `${url} does not answer: nothing came for 0.5 s, after 10 of 30 bytes`);
      assertEquals(seen, [[10, 30]]);
      assertEquals(await ended, null);
    }),
);

machineTest(
  "a download may take as long as it likes while something comes",
  () =>
    withServer(async ({ url, file, send }) => {
      const { setTimeout, clearTimeout } = globalThis;
      const pending = new Set<unknown>();
      const before: number[] = [];
      try {
        Object.assign(globalThis, {
          setTimeout: (_: unknown, ms: number) => {
            const timer = { ms };
            pending.add(timer);
            return timer;
          },
          clearTimeout: (timer: unknown) => pending.delete(timer),
        });
        // Each part is sent when the one before has come: no time has begun then that was not over.
        send(`${HEAD}0123456789`);
        await download(url, file, () => {
          before.push(pending.size);
          if (before.length < 3) send("0123456789");
        });
      } finally {
        Object.assign(globalThis, { setTimeout, clearTimeout });
      }
      assertEquals(before, [0, 0, 0]);
      assertEquals(await Deno.readTextFile(file), "0123456789".repeat(3));
    }),
);
