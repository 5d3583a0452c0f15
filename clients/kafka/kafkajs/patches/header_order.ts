// Patch of kafkajs 2.2.4: it takes headers as an object by name.
// Without it: the order between names is lost, and names that are numbers come first.
// Test: "headers are written in order, with repeated names and names that are numbers"
// This module is pure: no Deno APIs, no I/O.
import type { Buffer } from "node:buffer";
import type { ProducerHeader } from "../../producer/record.ts";
import { NULL_BYTES } from "./null_header_values.ts";

/** What kafkajs takes for headers. */
export type LibraryHeaders = Record<string, Buffer[]>;

const made = new WeakMap<readonly ProducerHeader[], LibraryHeaders>();

/**
 * The headers as kafkajs takes them. It maps the values of each name to pairs of name and value; the
 * one list in here brings its own pairs, so all of them are written, in order.
 */
export function toLibraryHeaders(headers: readonly ProducerHeader[]): LibraryHeaders {
  const known = made.get(headers);
  if (known) return known;
  const pairs = headers.map(([key, value]) => ({ key, value: value ?? NULL_BYTES }));
  const library = { headers: Object.assign([], { map: () => pairs }) };
  made.set(headers, library);
  return library;
}
