// How kafkajs's sockets are made.
import net from "node:net";
import tls from "node:tls";

/** How a socket is asked for. */
export interface SocketOptions {
  readonly host: string;
  readonly port: number;
  readonly ssl?: tls.ConnectionOptions;
  readonly onConnect: () => void;
  /** Finds the addresses of a host; the system's way if left out. */
  readonly lookup?: net.LookupFunction;
}

/** Tries every address of a host: `localhost` may be ::1 first while brokers listen on IPv4. */
export function createSocket(options: SocketOptions): net.Socket {
  const { host, port, ssl, onConnect, lookup } = options;
  const address = { host, port, autoSelectFamily: true, ...(lookup ? { lookup } : {}) };
  const socket = ssl
    ? tls.connect(
      { ...address, ...(net.isIP(host) ? {} : { servername: host }), ...ssl },
      onConnect,
    )
    : net.connect(address, onConnect);
  socket.setKeepAlive(true, 60_000);
  return socket;
}
