import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { network } from "../../../../../clients/kafka/kafkajs/library.ts";
import { NULL_BYTES } from "../../../../../clients/kafka/kafkajs/patches/null_header_values.ts";

Deno.test("a header's missing value is written as null, and an empty one as empty", async () => {
  await network();
  const { default: encode } = await import("kafkajs/src/protocol/recordBatch/record/v0/index.js");
  const written = (value: Buffer) =>
    encode({ key: null, value: null, headers: { h: [value] } }).buffer.toString("hex");
  // 9 bytes follow: attributes, deltas, no key, no value; one header, its name, its value.
  assertEquals(written(NULL_BYTES), "12" + "000000" + "0101" + "02" + "0268" + "01");
  assertEquals(written(Buffer.alloc(0)), "12" + "000000" + "0101" + "02" + "0268" + "00");
});
