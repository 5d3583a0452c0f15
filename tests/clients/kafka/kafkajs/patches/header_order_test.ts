import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { toLibrary } from "../../../../../clients/kafka/kafkajs/patches/header_order.ts";
import { connect } from "../../../../../clients/kafka/kafkajs/library.ts";
import type { ProducerHeader } from "../../../../../clients/kafka/producer/record.ts";

Deno.test("headers are encoded in order, with repeated names and missing values", async () => {
  await connect({ bootstrapServers: "localhost:9092", clientId: "test" });
  const { default: encode } = await import("kafkajs/src/protocol/recordBatch/record/v0/index.js");
  const headers: ProducerHeader[] = [
    ["z", Buffer.from("1")],
    ["2", Buffer.from("")],
    ["z", null],
    ["a", Buffer.from([0xff])],
  ];
  const { buffer } = encode({ key: null, value: null, headers: toLibrary(headers) });
  assertEquals(
    buffer.toString("hex"),
    [
      ...["28", "000000", "01", "01"], // 20 bytes follow: attributes, deltas, no key, no value
      "08", // four headers: the length of the name, the name, the length of the value, the value
      ...["02", "7a", "02", "31"],
      ...["02", "32", "00"],
      ...["02", "7a", "01"],
      ...["02", "61", "02", "ff"],
    ].join(""),
  );
});
