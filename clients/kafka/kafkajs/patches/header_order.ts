// Headers on their way to kafkajs, which takes them as an object by name: that
// would lose the order between names, and the order of numbers at all. The other
// way round `_consuming.ts` has them in order.
// This module is pure: no Deno APIs, no I/O.
import { Buffer } from "node:buffer";
import type { ProducerHeader } from "../../producer/record.ts";

/** Stands for a header's missing value, of which kafkajs asks the length. `_mends.ts` knows it. */
export const NULL_BYTES = Buffer.alloc(0);

/** What kafkajs takes for headers. */
export type LibraryHeaders = Record<string, Buffer[]>;

const made = new WeakMap<readonly ProducerHeader[], LibraryHeaders>();

/**
 * The headers as kafkajs takes them. It maps the values of each name to pairs of name and value; the
 * one list in here brings its own pairs, so all of them are written, in order.
 */
export function toLibrary(headers: readonly ProducerHeader[]): LibraryHeaders {
  const known = made.get(headers);
  if (known) return known;
  const pairs = headers.map(([key, value]) => ({ key, value: value ?? NULL_BYTES }));
  const library = { headers: Object.assign([], { map: () => pairs }) };
  made.set(headers, library);
  return library;
}
