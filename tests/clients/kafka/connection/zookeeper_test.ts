import { assertEquals } from "@std/assert";
import { plaintextAddresses } from "../../../../clients/kafka/connection/zookeeper.ts";

Deno.test("plaintextAddresses() are those of a broker's plain listeners", () => {
  assertEquals(
    plaintextAddresses({
      endpoints: ["PLAINTEXT://localhost:9092", "INSIDE://kafka1:9092", "TLS://localhost:9192"],
      listener_security_protocol_map: { PLAINTEXT: "PLAINTEXT", INSIDE: "PLAINTEXT", TLS: "SSL" },
    }),
    ["localhost:9092", "kafka1:9092"],
  );
  assertEquals(plaintextAddresses({}), []);
});
