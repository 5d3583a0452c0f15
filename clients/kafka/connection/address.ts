// Addresses, `host:port`. An IPv6 address stands in brackets there: `[::1]:9092`.
// This module is pure: no Deno APIs, no I/O.

/** Where something listens. */
export interface Address {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port` or `[IPv6]:port`; `undefined` for anything else. */
export function parseAddress(text: string): Address | undefined {
  const [, ipv6, name, digits] =
    /^(?:\[([0-9a-f.]*:[0-9a-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i.exec(text) ??
      [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  return host !== undefined && port > 0 && port < 65536 ? { host, port } : undefined;
}

/** The other way round. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** An address as some libraries write it, `::1:9092`, in the way that can be read. */
export function withBrackets(address: string): string {
  const [, host, port] = /^([^[\]]*:[^[\]]*):(\d+)$/.exec(address) ?? [];
  return host === undefined ? address : `[${host}]:${port}`;
}

/**
 * An address for a library that splits it at the first colon. {@linkcode unhide} has the host back.
 */
export function hideColons(address: string): string {
  const { host, port } = parseAddress(address) ?? {};
  return host?.includes(":") ? `[${host.replaceAll(":", "_")}]:${port}` : address;
}

/** The host of an address that {@linkcode hideColons} has made; any other comes back as it is. */
export function unhide(host: string): string {
  return /^\[.*\]$/.test(host) ? host.slice(1, -1).replaceAll("_", ":") : host;
}
