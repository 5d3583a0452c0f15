// Mends of kafkajs 2.2.4, each on a prototype that `_kafka.ts` hands in.
// This module is pure: no Deno APIs, no I/O.
import type { Buffer } from "node:buffer";
import { formatAddress, unhide } from "../../connection/address.ts";
import { NULL_BYTES } from "./header_order.ts";

/** The part of the request queue that is mended. */
export interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: unknown;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/**
 * As published it starts a timer with a negative delay after every answer, for
 * ever: a `TimeoutNegativeWarning` and some 460 wake-ups a second while idle
 * (kafkajs issue 1751). A timer is needed only while requests wait.
 */
export function mendRequestQueue(prototype: RequestQueue) {
  prototype.scheduleCheckPendingRequests = function () {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    }, Math.max(10, this.throttledUntil - Date.now()));
  };
}

/** The part of the encoder that is mended. */
export interface Encoder {
  buf: Buffer;
  offset: number;
  ensureAvailable(bytes: number): void;
  writeUVarInt(value: number): Encoder;
  writeVarInt(value: number): Encoder;
  writeVarLong(value: unknown): Encoder;
  writeVarIntBytes(value: unknown): Encoder;
}

/** Below this a number has the same zigzag in 32 bits and in 64. */
const SMALL = 2 ** 30;

/**
 * As published it makes an array and a buffer for every varint, six a record:
 * 40 % of the time that a large load takes. The bytes are the same. And it cannot
 * write a header without a value: its length is that of an empty one, so only the
 * length that is written is another.
 */
export function mendEncoder(prototype: Encoder) {
  const { writeVarLong, writeVarIntBytes } = prototype;
  prototype.writeVarIntBytes = function (value) {
    return writeVarIntBytes.call(this, value === NULL_BYTES ? null : value);
  };
  prototype.writeUVarInt = function (value) {
    this.ensureAvailable(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.buf[this.offset++] = rest & 0x7f | 0x80;
      rest >>>= 7;
    }
    this.buf[this.offset++] = rest;
    return this;
  };
  prototype.writeVarLong = function (value) {
    const small = typeof value === "number" && Math.abs(value) < SMALL;
    return small ? this.writeVarInt(value) : writeVarLong.call(this, value);
  };
}

/** The part of a connection that is mended. */
export interface Connection {
  host: string;
  port: number;
  broker: string;
  /** What came of an answer that is not whole yet. */
  chunks: unknown[];
  bytesBuffered: number;
  bytesNeeded: number;
  isConnected(): boolean;
  connect(): Promise<unknown>;
}

/** The bytes that tell an answer's length. */
const LENGTH_BYTES = 4;

/**
 * As published it cannot be given an IPv6 address of a bootstrap server, nor name one. And one that
 * failed amid an answer keeps that part: made again, it takes the next answer for the rest of the
 * last, and what comes after for lengths, so that no request is ever answered.
 */
export function mendConnection(prototype: Connection) {
  const { connect } = prototype;
  prototype.connect = function () {
    this.host = unhide(this.host);
    this.broker = formatAddress(this);
    if (!this.isConnected()) {
      this.chunks = [];
      this.bytesBuffered = 0;
      this.bytesNeeded = LENGTH_BYTES;
    }
    return connect.call(this);
  };
}
