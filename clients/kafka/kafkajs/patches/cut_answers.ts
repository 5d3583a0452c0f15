// Patch of kafkajs 2.2.4: a connection that failed amid an answer keeps that part when it is made
// again.
// Without it: it takes the next answer for the rest of the last, and what comes after for lengths, so
// that no request is ever answered again.
// Test: "a connection that ended amid an answer reads the next one's answers"
// This module is pure: no Deno APIs, no I/O.

/** The part of a connection that is patched. */
export interface Connection {
  /** What came of an answer that is not whole yet. */
  chunks: unknown[];
  bytesBuffered: number;
  bytesNeeded: number;
  isConnected(): boolean;
  connect(): Promise<unknown>;
}

/** The bytes that tell an answer's length. */
const LENGTH_BYTES = 4;

/** Forgets the part of an answer that came before the connection is made again. */
export function patchCutAnswers(prototype: Connection) {
  const { connect } = prototype;
  prototype.connect = function () {
    if (!this.isConnected()) {
      this.chunks = [];
      this.bytesBuffered = 0;
      this.bytesNeeded = LENGTH_BYTES;
    }
    return connect.call(this);
  };
}
