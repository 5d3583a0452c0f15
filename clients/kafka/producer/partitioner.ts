// Which partition a key belongs to: the same as for Java's default partitioner,
// so that records of one key meet whichever client wrote them.
// This module is pure: no Deno APIs, no I/O.

/** Kafka's murmur2 hash of a key, a signed 32-bit number. */
export function murmur2(key: Uint8Array): number {
  const m = 0x5bd1e995;
  let hash = 0x9747b28c ^ key.length;
  let at = 0;
  for (; at + 4 <= key.length; at += 4) {
    let k = key[at]! | key[at + 1]! << 8 | key[at + 2]! << 16 | key[at + 3]! << 24;
    k = Math.imul(k, m);
    k = Math.imul(k ^ k >>> 24, m);
    hash = Math.imul(hash, m) ^ k;
  }
  const left = key.length - at;
  if (left >= 3) hash ^= key[at + 2]! << 16;
  if (left >= 2) hash ^= key[at + 1]! << 8;
  if (left >= 1) hash = Math.imul(hash ^ key[at]!, m);
  hash = Math.imul(hash ^ hash >>> 13, m);
  return hash ^ hash >>> 15;
}

/** The partition of a key among `partitions` of them. */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
