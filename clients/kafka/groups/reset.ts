// Administration of consumer groups: reset their offsets.
import { EARLIEST, ERROR, LATEST } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { until } from "../waiting/retry.ts";
import { fetchCommitted } from "./committed.ts";
import { ClientError } from "../errors/client_error.ts";
import { type Gap, gapsText } from "../errors/gaps.ts";
import { addressOf, type Topic } from "../cluster/metadata.ts";
import { byName, keyOf, listOffsets, type TopicPartition } from "../cluster/offsets.ts";
import { type GroupType, typeOf } from "./group.ts";
import {
  resetOffset,
  type ResetTarget,
  type TopicSelection,
  withinPartition,
} from "./reset_target.ts";
import { alterShareOffsets, commitOffsets } from "./write_offsets.ts";
import { findTopic } from "../topics/topics.ts";

export {
  parseDatetime,
  parseSelection,
  type ResetTarget,
  type TopicSelection,
} from "./reset_target.ts";

/** How long a coordinator may take to be found, in ms: it may have to load its groups first. */
const COORDINATOR_TIMEOUT = 15_000;

/** An offset that is reset. */
export interface Reset extends TopicPartition {
  readonly before: bigint | undefined;
  /** What was asked for; the partition may not have it. */
  readonly asked: bigint;
  readonly after: bigint;
}

/**
 * Works out to which offsets a group would be reset.
 *
 * @param selections Which partitions; `undefined`: all that the group has committed offsets of.
 * @throws {ClientError} The group has consumers, or there is no such topic or partition.
 */
export async function planReset(
  cluster: Cluster,
  group: string,
  selections: readonly TopicSelection[] | undefined,
  target: ResetTarget,
): Promise<Reset[]> {
  const coordinator = await findCoordinator(cluster, group);
  const { type, state } = await describe(coordinator, group);
  if (!["Empty", "Dead"].includes(state)) throw isActive(group, state);
  const { offsets: committed, gaps } = await fetchCommitted(
    () => Promise.resolve(coordinator),
    { group, type },
  );
  if (gaps.length > 0) throw unknown(gaps);
  const { topics } = await cluster.metadata();
  const chosen = selections?.flatMap((selection) => select(topics, selection)) ??
    [...committed.values()].filter(({ topic, partition }) =>
      topics.find((t) => t.topic === topic)?.partitions.some((p) => p.partition === partition)
    );
  const wanted = [...new Map(chosen.map((partition) => [keyOf(partition), partition])).values()];
  if (wanted.length === 0) {
    throw new ClientError(`Group ${group} has no committed offsets`, {
      hint: "Name the topics: --topic <topic>",
    });
  }
  const offsetsAt = (timestamp: string) => listOffsets(cluster, topics, wanted, timestamp);
  const [earliest, latest, atTime] = await Promise.all([
    offsetsAt(EARLIEST),
    offsetsAt(LATEST),
    target.to === "datetime" ? offsetsAt(String(target.timestamp)) : undefined,
  ]);
  const missing = [earliest, latest, atTime].flatMap((
    offsets,
  ) => [...offsets?.gaps.values() ?? []]);
  if (missing.length > 0) throw unknown(missing);
  return wanted.sort(byName).map(({ topic, partition }) => {
    const key = keyOf({ topic, partition });
    const before = committed.get(key)?.offset;
    const [first, end] = [earliest.known.get(key), latest.known.get(key)];
    if (first === undefined || end === undefined) {
      throw new ClientError(`${key} has no leader: its offsets are not known`, {
        hint: "Is a broker down? deno task status",
      });
    }
    const offsets = {
      earliest: first,
      latest: end,
      committed: before,
      atTime: atTime?.known.get(key),
    };
    const asked = resetOffset(target, offsets);
    if (asked === undefined) {
      throw new ClientError(`Group ${group} has no committed offset of ${key} to shift`, {
        hint: "Start it at one: --to-earliest, --to-latest or --to-offset",
      });
    }
    return { topic, partition, before, asked, after: withinPartition(asked, offsets) };
  });
}

/**
 * Commits offsets for a group that has no consumers.
 *
 * @throws {ClientError} It has consumers now, or Kafka refuses: why.
 */
export async function commitReset(
  cluster: Cluster,
  group: string,
  resets: readonly Reset[],
): Promise<void> {
  const coordinator = await findCoordinator(cluster, group);
  const { type } = await describe(coordinator, group);
  const write = type === "share" ? alterShareOffsets : commitOffsets;
  const failed = (await write(coordinator, group, resets))
    .filter(({ errorCode }) => errorCode !== ERROR.none);
  const active: readonly number[] = [ERROR.unknownMember, ERROR.groupNotEmpty];
  if (failed.some(({ errorCode }) => active.includes(errorCode))) throw isActive(group, "Stable");
  if (failed.length === 0) return;
  const reasons = Map.groupBy(failed, ({ errorCode }) => errorCode);
  throw new ClientError(
    `Kafka refused ${failed.length} of ${resets.length} offsets of group ${group}: ` +
      [...reasons].map(([code, own]) =>
        `${own.map(keyOf).join(", ")} (${coordinator.error(code, own[0]?.errorMessage).message})`
      ).join("; "),
    { hint: `The others are reset. See them: deno task group:describe --group ${group}` },
  );
}

/** Type and state of a group: one that does not exist is a classic one and `Dead`. */
async function describe(
  coordinator: Broker,
  group: string,
): Promise<{ readonly type: GroupType; readonly state: string }> {
  const { errorCode, groups } = await coordinator.request("ListGroups", {});
  if (errorCode !== ERROR.none) throw coordinator.error(errorCode);
  const listed = groups.find(({ groupId }) => groupId === group);
  if (!listed) return { type: "classic", state: "Dead" };
  if (listed.state !== undefined) return { type: typeOf(listed), state: listed.state };
  const { groups: [described] } = await coordinator.request("DescribeGroups", {
    groupIds: [group],
  });
  return { type: "classic", state: described?.state ?? "Dead" };
}

function unknown(gaps: readonly Gap[]) {
  return new ClientError(`${gapsText(gaps)}: nothing was reset`, {
    hint: "Is a broker down? deno task status",
  });
}

function isActive(group: string, state: string) {
  return new ClientError(`Group ${group} has consumers (state ${state}): nothing was reset`, {
    hint: "Stop its consumers first: they would commit their own offsets over these.",
  });
}

function select(topics: readonly Topic[], { topic, partitions }: TopicSelection): TopicPartition[] {
  const known = findTopic(topics, topic).partitions.map(({ partition }) => partition);
  const missing = partitions?.find((partition) => !known.includes(partition));
  if (missing === undefined) {
    return (partitions ?? known).map((partition) => ({ topic, partition }));
  }
  throw new ClientError(`Topic ${topic} has no partition ${missing}`, {
    hint: `It has 0 to ${known.length - 1}.`,
  });
}

/** Kafka makes the topic of the offsets when a coordinator is first asked for. */
async function findCoordinator(cluster: Cluster, groupId: string): Promise<Broker> {
  return await until(
    async () => {
      const broker = await cluster.controller();
      const { errorCode, errorMessage, coordinator } = await broker.request("GroupCoordinator", {
        groupId,
      });
      if (errorCode !== ERROR.none) throw broker.error(errorCode, errorMessage);
      const found = await cluster.broker(addressOf(coordinator));
      const { groups } = await found.request("DescribeGroups", { groupIds: [groupId] });
      const code = groups[0]?.errorCode ?? ERROR.none;
      if (code !== ERROR.none && code !== ERROR.groupNotFound) throw found.error(code);
      return found;
    },
    COORDINATOR_TIMEOUT,
    (last) => last as Error,
  );
}
