import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { network } from "../../../../../clients/kafka/kafkajs/library.ts";
import { toLibraryHeaders } from "../../../../../clients/kafka/kafkajs/patches/header_order.ts";
import type { ProducerHeader } from "../../../../../clients/kafka/producer/record.ts";

Deno.test("headers are written in order, with repeated names and names that are numbers", async () => {
  await network();
  const { default: encode } = await import("kafkajs/src/protocol/recordBatch/record/v0/index.js");
  const headers: ProducerHeader[] = [
    ["z", Buffer.from("1")],
    ["2", Buffer.from("")],
    ["z", Buffer.from("3")],
    ["a", Buffer.from([0xff])],
  ];
  const { buffer } = encode({ key: null, value: null, headers: toLibraryHeaders(headers) });
  assertEquals(
    buffer.toString("hex"),
    [
      ...["2a", "000000", "01", "01"], // 21 bytes follow: attributes, deltas, no key, no value
      "08", // four headers: the length of the name, the name, the length of the value, the value
      ...["02", "7a", "02", "31"],
      ...["02", "32", "00"],
      ...["02", "7a", "02", "33"],
      ...["02", "61", "02", "ff"],
    ].join(""),
  );
});
