// A request of Kafka's protocol with its answer, in versions that are encoded and decoded by us.
// This module is pure: no Deno APIs, no I/O.
import type { Buffer } from "node:buffer";

/** A request and its answer; all its versions are flexible ones (KIP-482). */
export interface Exchange<Request, Response> {
  /** Kafka's `api_key`. */
  readonly apiKey: number;
  /** The versions that are understood. */
  readonly versions: readonly number[];
  /** How long the answer may take, in ms, where that is more than others may. */
  readonly requestTimeout?: number;
  encode(body: Request, version: number): Buffer;
  decode(data: Buffer, version: number): Response;
}
