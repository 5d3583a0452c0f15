// Fields of requests and answers in Kafka's flexible versions (KIP-482), which the client library
// does not know: compact lengths, and tagged fields after each structure.
// This module is pure: no Deno APIs, no I/O.
import { Buffer } from "node:buffer";
import { ByteReader } from "./byte_reader.ts";

/** Reads an answer from after its correlation id: the rest of its header first. */
export class FlexibleReader extends ByteReader {
  constructor(data: Buffer) {
    super(data);
    this.#skipTags();
  }

  bool(): boolean {
    return this.int8() !== 0;
  }
  uint16(): number {
    return this.int16() & 0xffff;
  }

  /** Empty for `null`. */
  override string(): string {
    return this.nullableString() ?? "";
  }

  nullableString(): string | null {
    const length = this.#uvarint() - 1;
    return length < 0 ? null : this.bytes(length).toString();
  }

  /** As Kafka writes it: 22 characters of base64. */
  uuid(): string {
    return this.bytes(16).toString("base64url");
  }

  /** Of numbers or strings. None for `null`. */
  override array<T>(item: () => T): T[] {
    return Array.from({ length: Math.max(0, this.#uvarint() - 1) }, item);
  }

  /** Of structures. None for `null`. */
  structs<T>(fields: () => T): T[] {
    return this.array(() => this.struct(fields));
  }

  struct<T>(fields: () => T): T {
    const value = fields();
    this.#skipTags();
    return value;
  }

  nullableStruct<T>(fields: () => T): T | null {
    return this.int8() < 0 ? null : this.struct(fields);
  }

  #uvarint(): number {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.int8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0) return value;
    }
  }

  #skipTags() {
    for (let left = this.#uvarint(); left > 0; left--) {
      this.#uvarint();
      this.bytes(this.#uvarint());
    }
  }
}

/** Writes a request from after its client id: the rest of its header first. Nothing is tagged. */
export class FlexibleWriter {
  readonly #parts: Buffer[] = [NO_TAGS];

  int8(value: number): this {
    return this.#fixed(1, (buffer) => buffer.writeInt8(value));
  }
  bool(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }
  uint16(value: number): this {
    return this.#fixed(2, (buffer) => buffer.writeUInt16BE(value));
  }
  int32(value: number): this {
    return this.#fixed(4, (buffer) => buffer.writeInt32BE(value));
  }
  int64(value: bigint): this {
    return this.#fixed(8, (buffer) => buffer.writeBigInt64BE(value));
  }

  string(value: string | null): this {
    if (value === null) return this.#uvarint(0);
    const bytes = Buffer.from(value);
    return this.#uvarint(bytes.length + 1).#push(bytes);
  }

  /** @param value 22 characters of base64. */
  uuid(value: string): this {
    return this.#push(Buffer.from(value, "base64url"));
  }

  /** Of numbers or strings. */
  array<T>(items: readonly T[] | null, item: (value: T) => void): this {
    this.#uvarint(items === null ? 0 : items.length + 1);
    items?.forEach(item);
    return this;
  }

  /** Of structures. */
  structs<T>(items: readonly T[] | null, fields: (value: T) => void): this {
    return this.array(items, (value) => {
      fields(value);
      this.#push(NO_TAGS);
    });
  }

  /** All that was written. */
  end(): Buffer {
    return Buffer.concat([...this.#parts, NO_TAGS]);
  }

  #fixed(size: number, write: (buffer: Buffer) => void): this {
    const buffer = Buffer.alloc(size);
    write(buffer);
    return this.#push(buffer);
  }

  #uvarint(value: number): this {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) bytes.push(rest & 0x7f | 0x80);
    return this.#push(Buffer.from([...bytes, rest]));
  }

  #push(bytes: Buffer): this {
    this.#parts.push(bytes);
    return this;
  }
}

const NO_TAGS = Buffer.from([0]);
