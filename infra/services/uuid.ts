// Ids as Kafka makes them.
// This module is pure: no Deno APIs, no I/O.

/**
 * A random id of a cluster or a directory, as `org.apache.kafka.common.Uuid.randomUuid()` makes it:
 * version 4 (RFC 9562), so that it is none of those that Kafka reserves, in 22 letters of base64url.
 *
 * @param random 16 random bytes.
 */
export function kafkaUuid(random: Uint8Array): string {
  const bytes = Uint8Array.from(random);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  // With a "-" in front, the tools would take it for a flag.
  if (bytes[0]! >> 2 === 62) bytes[0]! ^= 0x80;
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").slice(0, 22);
}
