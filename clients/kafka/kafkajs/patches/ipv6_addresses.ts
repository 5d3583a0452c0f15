// Patch of kafkajs 2.2.4: it splits the address of a bootstrap server at the first colon, and names a
// broker without brackets.
// Without it: no broker can be reached at an IPv6 address.
// Test: "createClient() reaches a bootstrap server at an IPv6 address, and names it in errors"
// This module is pure: no Deno APIs, no I/O.
import { formatAddress, unhide } from "../../connection/address.ts";

/** The part of a connection that is patched. */
export interface Connection {
  host: string;
  port: number;
  broker: string;
  connect(): Promise<unknown>;
}

/** Takes hosts that `hideColons()` has made, and names them as they are written. */
export function patchIpv6Addresses(prototype: Connection) {
  const { connect } = prototype;
  prototype.connect = function () {
    this.host = unhide(this.host);
    this.broker = formatAddress(this);
    return connect.call(this);
  };
}
