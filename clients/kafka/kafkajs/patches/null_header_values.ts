// Patch of kafkajs 2.2.4: it cannot write a header without a value, of which it asks the length.
// Without it: a header's null value is written as an empty one.
// Test: "a header's missing value is written as null, and an empty one as empty"
// This module is pure: no Deno APIs, no I/O.
import { Buffer } from "node:buffer";

/** Stands for a header's missing value: it has a length, and is written as null. */
export const NULL_BYTES = Buffer.alloc(0);

/** The part of the encoder that is patched. */
export interface Encoder {
  writeVarIntBytes(value: unknown): Encoder;
}

/** The length of null is that of an empty value, so only the length that is written is another. */
export function patchNullHeaderValues(prototype: Encoder) {
  const { writeVarIntBytes } = prototype;
  prototype.writeVarIntBytes = function (value) {
    return writeVarIntBytes.call(this, value === NULL_BYTES ? null : value);
  };
}
