// Which partition of `__consumer_offsets` a consumer group belongs to: its leader is the group's
// coordinator.
// This module is pure: no Deno APIs, no I/O.

/** Java's `String.hashCode()`: a signed 32-bit number. */
export function javaHashCode(text: string): number {
  let hash = 0;
  // By UTF-16 code unit, as Java's char.
  for (let i = 0; i < text.length; i++) hash = Math.imul(31, hash) + text.charCodeAt(i) | 0;
  return hash;
}

/** The partition of a group among `count` of them. */
export function groupPartition(group: string, count: number): number {
  const hash = javaHashCode(group);
  // Java's Math.abs cannot make the smallest integer positive; Kafka takes 0 for it.
  return (hash === -(2 ** 31) ? 0 : Math.abs(hash)) % count;
}

/** A group name for each of `count` partitions, in their order; all begin with `prefix`. */
export function groupPerPartition(prefix: string, count: number): string[] {
  const names: string[] = [];
  let missing = count;
  for (let i = 0; missing > 0; i++) {
    const partition = groupPartition(`${prefix}${i}`, count);
    if (names[partition] === undefined) missing--;
    names[partition] ??= `${prefix}${i}`;
  }
  return names;
}
