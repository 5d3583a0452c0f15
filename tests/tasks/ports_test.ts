import { assertEquals } from "@std/assert";
import { OFFSETS, portsAt } from "../../tasks/_ports.ts";

Deno.test("stacks at different offsets have no port in common, nor one of outgoing connections", () => {
  const all = OFFSETS.flatMap(portsAt);
  assertEquals(all.filter((port, index) => all.indexOf(port) !== index), []);
  // From 32768 on systems give them to outgoing connections.
  assertEquals(all.filter((port) => port < 10_000 || port >= 32_768), []);
});
