// Which offsets a consumer group is reset to, in the words of Kafka's own tool.
// This module is pure: no Deno APIs, no I/O.
import { ClientError } from "../errors/client_error.ts";

/** Where a group goes on. */
export type ResetTarget =
  | { readonly to: "earliest" }
  | { readonly to: "latest" }
  | { readonly to: "offset"; readonly offset: bigint }
  /** The first record that is not older; milliseconds since the epoch. */
  | { readonly to: "datetime"; readonly timestamp: number }
  | { readonly to: "shift"; readonly by: bigint };

/** A partition's offsets as they are; each `undefined` where there is none. */
export interface PartitionOffsets {
  readonly earliest: bigint;
  /** The log end offset. */
  readonly latest: bigint;
  readonly committed: bigint | undefined;
  /** Of the first record that is not older than the target's time. */
  readonly atTime: bigint | undefined;
}

/** Which partitions of a topic; all when none are named. */
export interface TopicSelection {
  readonly topic: string;
  readonly partitions: readonly number[] | undefined;
}

/**
 * The offset that a partition would be reset to if it held all there is; see
 * {@linkcode withinPartition}.
 *
 * @returns `undefined` for a shift where nothing is committed.
 */
export function resetOffset(target: ResetTarget, offsets: PartitionOffsets): bigint | undefined {
  const { earliest, latest, committed, atTime } = offsets;
  switch (target.to) {
    case "earliest":
      return earliest;
    case "latest":
      return latest;
    case "offset":
      return target.offset;
    case "datetime":
      return atTime === undefined || atTime < 0n ? latest : atTime;
    case "shift":
      return committed === undefined ? undefined : committed + target.by;
  }
}

/** The nearest offset that a partition has, its log end included. */
export function withinPartition(offset: bigint, { earliest, latest }: PartitionOffsets): bigint {
  return offset < earliest ? earliest : offset > latest ? latest : offset;
}

/**
 * Reads `--topic`: `t` or `t:0,2`.
 *
 * @throws {ClientError} With exit code 2.
 */
export function parseSelection(text: string): TopicSelection {
  const [, topic = "", list] = /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  const numbers = list?.split(",");
  if (topic === "" || numbers?.some((number) => !/^\d{1,9}$/.test(number))) {
    throw new ClientError(`"${text}" does not name partitions of a topic`, {
      hint: "A topic, or some of its partitions: test-topic or test-topic:0,2",
      exitCode: 2,
    });
  }
  return { topic, partitions: numbers?.map(Number) };
}

/**
 * Reads `--to-datetime`: `YYYY-MM-DDThh:mm:ss.sss`, in UTC where no zone is given, as Kafka's tool.
 *
 * @returns Milliseconds since the epoch.
 * @throws {ClientError} With exit code 2.
 */
export function parseDatetime(text: string): number {
  const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(?:Z|([+-])(\d\d):?(\d\d))?$/;
  const [, local = "", sign, hours = "0", minutes = "0"] = form.exec(text) ?? [];
  const time = Date.parse(`${local}Z`);
  // February 30th and 24:00 would be taken for another day: who types them means something else.
  const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(local.slice(0, 19));
  // What zones there are in Java.
  const offset = Number(hours) * 60 + Number(minutes);
  if (exists && Number(minutes) < 60 && offset <= 18 * 60) {
    return time - (sign === "-" ? -1 : 1) * offset * 60_000;
  }
  throw new ClientError(`"${text}" is not a time`, {
    hint: "A time like 2026-01-31T14:00:00.000 (UTC) or 2026-01-31T14:00:00.000+01:00",
    exitCode: 2,
  });
}
