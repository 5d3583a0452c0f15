// What is asked of the leader of partitions: records, and the ends of their logs.
import { EARLIEST, ERROR, LATEST } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import type { FetchedPartition } from "../protocol/fetch_answer.ts";
import type { LogEnd } from "./positions.ts";

/** How long a broker holds an answer that has no records yet, in ms (`fetch.max.wait.ms`). */
export const MAX_WAIT = 500;
/** How large an answer may grow (`fetch.max.bytes`): in memory a record takes more than on the wire. */
const MAX_BYTES = 3 * 1024 * 1024;
/** How much of it one partition may take, so that others come too (`max.partition.fetch.bytes`). */
const MAX_PARTITION_BYTES = 1024 * 1024;

/** A partition and where to read it. */
export interface Wanted {
  readonly partition: number;
  readonly from: bigint;
  /** How often its leader had changed when this broker became it, as far as we know. */
  readonly leaderEpoch: number;
}

/**
 * Records of partitions that a broker leads, as soon as there are some. When there are more than an
 * answer may hold, the first partitions get theirs: who asks, moves them to the end.
 */
export async function fetchRecords(
  broker: Broker,
  topic: string,
  wanted: readonly Wanted[],
): Promise<readonly FetchedPartition[]> {
  const { errorCode, partitions } = await broker.request("FetchRecords", {
    maxWaitTime: MAX_WAIT,
    minBytes: 1,
    maxBytes: MAX_BYTES,
    isolationLevel: 1,
    topics: [{
      topic,
      partitions: wanted.map(({ partition, from, leaderEpoch }) => ({
        partition,
        currentLeaderEpoch: leaderEpoch,
        fetchOffset: String(from),
        maxBytes: MAX_PARTITION_BYTES,
      })),
    }],
  });
  if (errorCode !== ERROR.none) throw broker.error(errorCode);
  return partitions;
}

/**
 * An end of the logs of partitions that a broker leads. Those of which it has an error to tell, as
 * that it does not lead them any more, are left out.
 *
 * @param isolation `committed`: the latest offset is where the first open transaction begins.
 */
export async function listEnds(
  broker: Broker,
  topic: string,
  partitions: readonly number[],
  end: LogEnd,
  isolation: "committed" | "uncommitted" = "committed",
): Promise<Map<number, bigint>> {
  if (partitions.length === 0) return new Map();
  const timestamp = end === "earliest" ? EARLIEST : LATEST;
  const { responses } = await broker.request("ListOffsets", {
    isolationLevel: isolation === "committed" ? 1 : 0,
    topics: [{ topic, partitions: partitions.map((partition) => ({ partition, timestamp })) }],
  });
  return new Map(
    responses.flatMap(({ partitions }) => partitions)
      .filter(({ errorCode }) => errorCode === ERROR.none)
      .map(({ partition, offset }) => [partition, BigInt(offset)]),
  );
}
