// What Kafka 3.9.2 answered to a fetch of committed records, and record batches made by hand.
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { crc32c } from "../../../../clients/kafka/protocol/crc32c.ts";

/**
 * The body of an answer to Fetch version 10, gzipped: topic `corpus`, partition 0, all of it, after
 * `tests/e2e/transactions.py` with each codec.
 */
const ANSWER =
  "H4sIAAAAAAACA42ZCUwUZxiGd4bFC0QFXGVFBBVUisi5FhUPVFZO8aBeoChQAREooCnQ9PBo1CYe1Ubb1NZo0lpLbVqt" +
  "V22rVqtRYqmCRmyM2IiaUrSxVhujlh3++Y5xZtdJ2JfZgYf3O/7/2xlMJnJIpk65peVlyyqU7+mxQKOOw1eoGX6743Az" +
  "8aOT0M6a6z007wte5wZx7iPOG8W5VXN9oNBuQocI7So0RKiH0OGa67Hi8mFxPkqcHxLncUK7Cx2vuT5FnH8vztPE+RFx" +
  "nirOj4rzGZrr80ymgGySp0THi9w/3u1vU0+R0Z3ekd7bUDXplYY6XvwXLiotr8zPCywpLckPjDSRanQQbyUX2yix9zZU" +
  "VkB9YpR6UW7/mqh881d6UT0jHkRVDnckOqokWZbkl1VqDLqBwbrzTSsY7iQqCVkyMBhtInF0GAzbdPM4I55HJQYlPYMQ" +
  "r+NnEhTc1dYRZ00RBNeIqv7lZ+2H43Jg+0sXx3uerPmVbzrCrd5+NYaZa0Il4coG4caYyLpJVn7ydGVGDSPeQOUuTFKE" +
  "6o9TY9Uf6ALU9G8et1CqhSihSk6oNhNZcx3R2+Nvv8OoPVAJ1Sj6kSay6juq0yc+8nNaHYsPqppPV9XxANr6ld0uM1oo" +
  "qvo7rmieQFue0JrOaNGoapNpaZKG5th/7AptQcW+apa7SFSykpWKhKreSGvDSvECg7ZTN7Yzg0moRq2tNeioXIpCi/a6" +
  "O4AZ1NLc4FVyrDMphBW3eGFFZWCEiu0J2KCcnO8YNguVYM3OsLDv9ALsunXHfmXYYlSCdXeGhd3CG1Lav6TsCUvp+6gv" +
  "2o8+sF5O9866RU367URl4/C59bK4urAMw/YFYljIXi9GPIDKBrI+ESLuDdvt8poVbzLiCVTYVJ6fB9ygBQyuehbMxotf" +
  "HSoJWTIwCF3eB0qS4hO5mZbE7zKqGrKrkvSFcD9aH3eW+WtCJeFKeuFC9vwg3GuZr3VnuOuoJFzZIFyYB1bYucPyArjB" +
  "P1DZRyrdnVuhwjzoB9SC31MkRn2ISqiSEyrMA3+IfumVtB8Y9SkqoRpFD/OgPxT7v2CfVlpsq4Sq5tOg2PBJKABoqdXv" +
  "stlv9UBV/blqnQFAu2SLCmY0H1S1dVxtt4EwD/ZtaLTS3Fm9UMlK1psHfKUEgcGC2AdDmcEBqEYrRWtwIOywT4/u2sYM" +
  "BqCS1taZB4o/Pg8GAbZi+6N0hh2DSrBmZ1jYdwYD9sLWsb8w7DhUgnV3hoX1HQwpPeT38SqW0tmoL9qPIeJ+Q5KT3uzR" +
  "QE3224zKbm/a3w5TkKrJipKFZWVVGPgQYGYs9x9PmdlNqOwWy4gJUTtW6OQOZtsFT8qc74OqRH0JmY7oJKvSl1qTw8Bk" +
  "Y8uxvRSYMxWVBC4ZmoRuDxWlkeRP0lpu0tLkvIqqBu5qcb8EIdekeCxgDvNRSciSfsiQwzAIWb7ru4oBS1FJyLJhyDAb" +
  "hov7UUl+I+NZG2NWo7Lb5fa3Y9SQtVyYDuHA3eO3u5ByF32GSriSUy7MhxGQg61H/p3JuGdQCdc4BzAhIqDsTcWDztCy" +
  "LzqHqubVVdkjgXYw5Ukmo7Wgqg4NaPC5KAponVb6/8RobahqExlswEBzdHqSQvswtXELy959VLKylaqEqwjWlrBqYsBi" +
  "5ZqYCmoxty+q0arRzohY8cCkfV0fyj5FLeb2QSVNrswImzLJNAXmU8IG4N1hVRYGDkIlYLNzMOxEIwF8+87qaQw8CJWA" +
  "3Z2DYb2/DIlNXVZoZYkdhvqifRkH29GS+1smUJsFo1DZgyzYjlSbxdUxGPcoACZ++fNsBixCZU/SdIEQ72iIt+FPy28M" +
  "uAHVhLGZ1HglX6Uzmb0xYG9MvU1mtIuoJF5J3x70eTzYK+p1voQBr6ESe5KOPQh2LNDG1U++T4tbcB1VzZ6rbWIcBHvu" +
  "cTCbNQXNqCRYWT9YmAvjYaeYvmHtPwz4EJU9BmU7BYXCUJgA0B1ZniEUWngWlUAlYyhMhARI5OiQ4hCayMIGVDV0V4mc" +
  "CIlcvG/1F8ziFVRi0SCRMFwmgb1ES1QutVdEVAUa2IMb78lAO22r6sVoXVHVHnS11yaKL0m2xyy9RoPV0sQKhjtrxRt2" +
  "NawRO/hL2jN3IPMXhGrU1dpxNUXcYkpygP1iAfM3GJV0tZt6iykNpsXggyAJqI3H7yxj1HBUQjU7ocJ2kwzUx2vr4xg1" +
  "FpVQ3Z1QYZdIgXx6j51ziuUzAfVFmztV1FuWH2Wne1CPtYmo7H8Rz91cV1dU5mHUaUDcuPZAPiNmorL/hugTIeJ0sQhl" +
  "+d4W+z1GzENVFsVl3YdH3OBUMLipuZw9X64tRyUhSwYGocUzRElk2bdbv860JLVvoaohuyrJNAj31qd14cxfDSoJV9IL" +
  "F7I3HcKtm1XLHsrUrkEl4coG4cIgmCH6WpaPRv74ASO+h8r+n6X7mEehwiSYCdSrjW9vZdTNqIQqOaHCKMiE6ENPpJoZ" +
  "dQcqoRpFD7v3K1DsaW0lXqzYWuIRw2LDjfcsoO3a3TyH0fagqv5c0WYDLSdt/3RG+xZVbR2DvRZoc8TuLcuvH67ayHK3" +
  "H5WsZL2HR3ylzAWD1cmTmpnBM6hGK0U7DOaJ7VCW5++cwD6/1p5EJa2t8/BI8cenQRZgc7+OZh86ax+gEqzZGRb2nWzA" +
  "tlpa9jPsU1SCdXeGhfU9H1K62m6Ppin9yozqsh//B+KjV8XdHwAA";

/** See {@linkcode ANSWER}. */
export const CORPUS: Buffer = gunzipSync(Buffer.from(ANSWER, "base64"));

/** A record of a batch that is made here. */
export interface GivenRecord {
  readonly offset: number;
  readonly key?: string | Buffer | null;
  readonly value?: string | null;
  readonly headers?: readonly (readonly [string, string | null])[];
}

/** What a batch is beside its records. */
export interface GivenBatch {
  readonly firstOffset?: number;
  readonly lastOffset?: number;
  readonly producerId?: number;
  readonly transactional?: boolean;
  readonly control?: boolean;
  readonly appendTime?: number;
  /** Number of a codec that `data` is compressed with. */
  readonly codec?: number;
  readonly compress?: (records: Buffer) => Buffer;
}

function varint(value: number): Buffer {
  const bytes = [];
  let rest = value >= 0 ? BigInt(value) * 2n : BigInt(value) * -2n - 1n;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

function sized(data: string | Buffer | null): Buffer {
  if (data === null) return varint(-1);
  const bytes = Buffer.from(data);
  return Buffer.concat([varint(bytes.length), bytes]);
}

/** One record batch: base time 1000, each record's own its offset later. */
export function encodeBatch(records: readonly GivenRecord[], batch: GivenBatch = {}): Buffer {
  const { firstOffset = records[0]?.offset ?? 0, compress = (data) => data } = batch;
  const { lastOffset = records.at(-1)?.offset ?? firstOffset } = batch;
  const encoded = compress(Buffer.concat(records.map((record) => {
    const { offset, key = null, value = null, headers = [] } = record;
    const body = Buffer.concat([
      Buffer.from([0]),
      ...[varint(offset), varint(offset - firstOffset), sized(key), sized(value)],
      ...[varint(headers.length), ...headers.flat().map(sized)],
    ]);
    return Buffer.concat([varint(body.length), body]);
  })));
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(firstOffset), 0);
  head.writeInt32BE(49 + encoded.length, 8);
  head.writeInt8(2, 16);
  const { codec = 0, transactional = false, control = false, appendTime } = batch;
  const flags = [appendTime !== undefined && 8, transactional && 16, control && 32];
  head.writeInt16BE(flags.reduce<number>((sum, flag) => sum + Number(flag), codec), 21);
  head.writeInt32BE(lastOffset - firstOffset, 23);
  head.writeBigInt64BE(1000n, 27);
  head.writeBigInt64BE(BigInt(appendTime ?? 1000), 35);
  head.writeBigInt64BE(BigInt(batch.producerId ?? -1), 43);
  head.writeInt32BE(records.length, 57);
  return seal(Buffer.concat([head, encoded]));
}

/** Gives a batch the CRC of its bytes. */
export function seal(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

/** The marker that ends a transaction, as a broker writes it. */
export function marker(offset: number, producerId: number, type: "abort" | "commit"): Buffer {
  const key = Buffer.from([0, 0, 0, type === "abort" ? 0 : 1]);
  return encodeBatch([{ offset, key, value: "\0\0\0\0\0\0" }], {
    producerId,
    transactional: true,
    control: true,
  });
}
