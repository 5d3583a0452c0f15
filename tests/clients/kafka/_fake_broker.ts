// A TCP server that passes for a broker for as long as a test wants, and counts its connections.

/** Which requests it understands (`api_key`: Metadata, SaslHandshake), each in version 0 only. */
const API_KEYS = [3, 17];
const API_VERSIONS = 18;

/** See {@linkcode fakeBroker}. */
export interface FakeBroker extends AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
  /** Connections that were ever made. */
  made(): number;
  /** Connections that the other side has not closed. */
  open(): number;
  /** The `api_key` of each request but ApiVersions. */
  readonly asked: number[];
}

/**
 * Listens.
 *
 * @param behaviour `hang`: accepts and says nothing; `close`: accepts and closes; `drop`: connects
 * like a broker and closes at the first request; `stall`: connects like a broker and answers nothing
 * more.
 * @param tls Certificate and key, PEM: it speaks TLS.
 */
export function fakeBroker(
  behaviour: "hang" | "close" | "drop" | "stall",
  tls?: { readonly cert: string; readonly key: string },
): FakeBroker {
  const at = { hostname: "127.0.0.1", port: 0 };
  const listener: Deno.Listener = tls ? Deno.listenTls({ ...at, ...tls }) : Deno.listen(at);
  const asked: number[] = [];
  const open = new Set<Deno.Conn>();
  let made = 0;
  const serve = async (connection: Deno.Conn) => {
    const buffer = new Uint8Array(4096);
    try {
      while (behaviour !== "close") {
        const read = await connection.read(buffer);
        if (read === null) break;
        if (behaviour === "hang") continue;
        const request = new DataView(buffer.buffer);
        if (request.getInt16(4) === API_VERSIONS) {
          await connection.write(versions(request.getInt32(8)));
          continue;
        }
        asked.push(request.getInt16(4));
        if (behaviour === "drop") break;
      }
    } catch { /* reset by the other side */ }
    open.delete(connection);
    try {
      connection.close();
    } catch { /* closed at the end of the test */ }
  };
  const serving = (async () => {
    for await (const connection of listener) {
      made++;
      open.add(connection);
      serve(connection);
    }
  })();
  return {
    address: `127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    made: () => made,
    open: () => open.size,
    asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving.catch(() => {});
      for (const connection of open) connection.close();
    },
  };
}

/** The answer to ApiVersions, from version 1 on. */
function versions(correlationId: number): Uint8Array<ArrayBuffer> {
  const body = new DataView(new ArrayBuffer(4 + 4 + 2 + 4 + 6 * API_KEYS.length + 4));
  body.setInt32(0, body.byteLength - 4);
  body.setInt32(4, correlationId);
  body.setInt32(10, API_KEYS.length);
  API_KEYS.forEach((key, index) => body.setInt16(14 + 6 * index, key));
  return new Uint8Array(body.buffer);
}
