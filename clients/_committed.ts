// What consumer groups have committed.
import { ERROR } from "./_api.ts";
import type { Broker } from "./_broker.ts";
import { keyOf, type TopicPartition } from "./_offsets.ts";

/** What a group has committed, by {@linkcode keyOf}. */
export async function fetchCommitted(
  coordinator: Broker,
  group: string,
): Promise<ReadonlyMap<string, TopicPartition & { readonly offset: bigint }>> {
  const { errorCode, responses } = await coordinator.request("OffsetFetch", {
    groupId: group,
    topics: [],
  });
  if (errorCode !== ERROR.none) throw coordinator.error(errorCode);
  const committed = responses.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) }))
  );
  return new Map(committed.filter(({ offset }) => offset >= 0n).map((p) => [keyOf(p), p]));
}
