import { assertEquals } from "@std/assert";
import {
  formatAddress,
  hideColons,
  parseAddress,
  unhide,
  withBrackets,
} from "../../../../clients/kafka/connection/address.ts";

Deno.test("parseAddress() reads host:port, and IPv6 in brackets", () => {
  assertEquals(parseAddress("kafka1:9092"), { host: "kafka1", port: 9092 });
  assertEquals(parseAddress("[::1]:9092"), { host: "::1", port: 9092 });
  assertEquals(parseAddress("[fe80::1.2.3.4]:1"), { host: "fe80::1.2.3.4", port: 1 });
  for (const bad of ["", "a", "a:", "a:0", "a:65536", "::1:9092", "[::1]", "[a]:x", "a b:1"]) {
    assertEquals(parseAddress(bad), undefined, bad);
  }
});

Deno.test("formatAddress() is the other way round", () => {
  for (const address of ["kafka1:9092", "127.0.0.1:1", "[::1]:9092"]) {
    assertEquals(formatAddress(parseAddress(address)!), address);
  }
});

Deno.test("hideColons() leaves one colon, unhide() has the host back", () => {
  assertEquals(hideColons("kafka1:9092"), "kafka1:9092");
  const [host, port] = hideColons("[fe80::1]:9092").split(":");
  assertEquals([unhide(host!), port], ["fe80::1", "9092"]);
  assertEquals(unhide("kafka_1"), "kafka_1");
});

Deno.test("withBrackets() puts brackets around an IPv6 address without them", () => {
  for (const address of ["::1:9092", "[::1]:9092"]) {
    assertEquals(withBrackets(address), "[::1]:9092");
  }
  assertEquals(withBrackets("kafka1:9092"), "kafka1:9092");
});
