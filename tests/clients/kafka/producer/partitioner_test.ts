import { assertEquals } from "@std/assert";
import { murmur2, partitionOf } from "../../../../clients/kafka/producer/partitioner.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("murmur2() gives the values of Kafka's own test (UtilsTest.testMurmur2)", () => {
  const cases: [string, number][] = [
    ["21", -973932308],
    ["foobar", -790332482],
    ["a-little-bit-long-string", -985981536],
    ["a-little-bit-longer-string", -1486304829],
    ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
    ["abc", 479470107],
  ];
  for (const [key, hash] of cases) assertEquals(murmur2(bytes(key)), hash, key);
});

Deno.test("partitionOf() is the positive hash modulo the number of partitions", () => {
  assertEquals(partitionOf(bytes("foobar"), 10), (-790332482 & 0x7fffffff) % 10);
  assertEquals(partitionOf(bytes("abc"), 3), 479470107 % 3);
  assertEquals(partitionOf(bytes(""), 1), 0);
});
