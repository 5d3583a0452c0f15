// A member of a consumer group: it joins, tells that it lives, commits, and leaves. The classic
// protocol, in which a group hands all partitions out anew whenever its members change.
import { ERROR } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import type { Connections } from "./connections.ts";
import { CONSUMER_ERROR } from "../protocol/consumer_requests.ts";
import { isTransient } from "../errors/causes.ts";
import { network } from "../kafkajs/library.ts";
import { addressOf } from "../cluster/metadata.ts";
import type { Finder } from "./topic_view.ts";

/** What the group gave this member. */
export interface Membership {
  readonly generation: number;
  readonly memberId: string;
  readonly partitions: readonly number[];
}

/** The group must hand out its partitions anew, or has done so without us. */
export class Rebalancing extends Error {
  override name = "Rebalancing";
}

/** A member of a group. */
export interface Member {
  /**
   * Joins, or joins again, and tries for as long as it takes.
   *
   * @param countPartitions How many partitions the topic has: for the member that has to share
   * them out.
   */
  join(countPartitions: () => Promise<number>): Promise<Membership>;
  /** Tells the coordinator that this member lives. @throws {Rebalancing} */
  heartbeat(membership: Membership): Promise<void>;
  /** What the group has committed of the topic. */
  committed(): Promise<Map<number, bigint>>;
  /**
   * Commits.
   *
   * @returns Of which partitions: not of those that do not exist any more.
   * @throws {Rebalancing} When they are no longer this member's.
   */
  commit(membership: Membership, offsets: ReadonlyMap<number, bigint>): Promise<number[]>;
  /** Leaves the group, so that its partitions need not wait for the session to time out. */
  leave(): Promise<void>;
}

/** Whom and what a member is of. */
export interface MemberOptions {
  readonly group: string;
  readonly topic: string;
  readonly finder: Finder;
  readonly connections: Connections;
  /** Called with what is in the way, each time that it is tried again. */
  readonly onRetry: (error: unknown) => void;
  /** Ends what waits. */
  readonly signal: AbortSignal;
}

/** How long a member that says nothing keeps its partitions, in ms (`session.timeout.ms`). */
const SESSION_TIMEOUT = 10_000;
/** How long the group waits for its members to join again, in ms. */
const REBALANCE_TIMEOUT = 30_000;
/** Pause before what failed is tried again, in ms. */
const BACKOFF = 200;
/** The name that members agree on: the client library's, which runs in older consumers of a group. */
const ASSIGNER = "RoundRobinAssigner";

const { unknownMember, illegalGeneration, rebalanceInProgress, memberIdRequired } = CONSUMER_ERROR;
const LOST: readonly number[] = [unknownMember, illegalGeneration, rebalanceInProgress];

/** A member that has not joined yet. */
export async function createMember(options: MemberOptions): Promise<Member> {
  const { group, topic, finder, connections, onRetry, signal } = options;
  const { MemberAssignment, MemberMetadata } = await network();
  let coordinator: string | undefined;
  let memberId = "";

  /** Makes requests of the coordinator, until it is there and answers. */
  const withCoordinator = async <T>(work: (broker: Broker) => Promise<T>): Promise<T> => {
    while (true) {
      signal.throwIfAborted();
      try {
        coordinator ??= await findCoordinator(finder, group);
        return await connections.use(coordinator, work);
      } catch (error) {
        if (!isTransient(error) || signal.aborted) throw error;
        coordinator = undefined;
        onRetry(error);
        await new Promise((resolve) => setTimeout(resolve, BACKOFF));
      }
    }
  };
  const check = (broker: Broker, code: number) => {
    if (code === ERROR.none) return;
    if (code === unknownMember || code === illegalGeneration) memberId = "";
    if (LOST.includes(code)) throw new Rebalancing(broker.error(code).message);
    throw broker.error(code);
  };

  const assign = (members: readonly string[], partitions: number) =>
    [...members].sort().map((memberId, index) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({
        version: 0,
        assignment: {
          [topic]: Array.from({ length: partitions }, (_, partition) => partition)
            .filter((partition) => partition % members.length === index),
        },
      }),
    }));

  const joinOnce = async (broker: Broker, topicPartitions: number) => {
    const joined = await broker.request("JoinGroup", {
      groupId: group,
      sessionTimeout: SESSION_TIMEOUT,
      rebalanceTimeout: REBALANCE_TIMEOUT,
      memberId,
      protocolType: "consumer",
      groupProtocols: [{
        name: ASSIGNER,
        metadata: MemberMetadata.encode({ version: 0, topics: [topic] }),
      }],
    });
    if (joined.errorCode === memberIdRequired) {
      memberId = joined.memberId;
      return;
    }
    check(broker, joined.errorCode);
    memberId = joined.memberId;
    const leads = joined.leaderId === joined.memberId;
    const members = joined.members.map(({ memberId }) => memberId);
    const { errorCode, memberAssignment } = await broker.request("SyncGroup", {
      groupId: group,
      generationId: joined.generationId,
      memberId,
      groupAssignment: leads ? assign(members, topicPartitions) : [],
    });
    check(broker, errorCode);
    const assignment = MemberAssignment.decode(memberAssignment)?.assignment ?? {};
    return {
      generation: joined.generationId,
      memberId,
      partitions: Object.hasOwn(assignment, topic)
        ? [...assignment[topic]!].sort((a, b) => a - b)
        : [],
    };
  };

  return {
    async join(countPartitions) {
      while (true) {
        try {
          const partitions = await countPartitions();
          const membership = await withCoordinator((broker) => joinOnce(broker, partitions));
          if (membership) return membership;
        } catch (error) {
          if (!(error instanceof Rebalancing)) throw error;
          // Who waits for others to join is not asked to come back at once.
          await new Promise((resolve) => setTimeout(resolve, BACKOFF / 4));
        }
      }
    },
    heartbeat: ({ generation, memberId }) =>
      withCoordinator(async (broker) => {
        const { errorCode } = await broker.request("Heartbeat", {
          groupId: group,
          groupGenerationId: generation,
          memberId,
        });
        check(broker, errorCode);
      }),
    committed: () => withCoordinator((broker) => fetchOffsets(broker, group, topic)),
    async commit({ generation, memberId }, offsets) {
      const partitions = [...offsets].map(([partition, offset]) => ({
        partition,
        offset: String(offset),
      }));
      return await withCoordinator(async (broker) => {
        const { responses } = await broker.request("OffsetCommit", {
          groupId: group,
          groupGenerationId: generation,
          memberId,
          topics: [{ topic, partitions }],
        });
        const answers = responses.flatMap(({ partitions }) => partitions);
        for (const { errorCode } of answers) {
          if (errorCode !== CONSUMER_ERROR.unknownTopic) check(broker, errorCode);
        }
        return answers.filter(({ errorCode }) => errorCode === ERROR.none)
          .map(({ partition }) => partition);
      });
    },
    async leave() {
      if (memberId === "" || coordinator === undefined) return;
      await connections.use(coordinator, async (broker) => {
        await broker.request("LeaveGroup", { groupId: group, memberId });
      });
    },
  };
}

/** `host:port` of the broker that coordinates a group. */
async function findCoordinator(finder: Finder, group: string): Promise<string> {
  return await finder.askAny(async (broker) => {
    const { errorCode, errorMessage, coordinator } = await broker.request("GroupCoordinator", {
      groupId: group,
    });
    if (errorCode !== ERROR.none) throw broker.error(errorCode, errorMessage);
    return addressOf(coordinator);
  });
}

/**
 * What a group has committed of a topic.
 *
 * @throws What the broker says of the group or of a partition: one that still loads its groups, or
 * no longer coordinates it, does not tell of one that has committed nothing.
 */
async function fetchOffsets(broker: Broker, groupId: string, topic: string) {
  const { errorCode, responses } = await broker.request("OffsetFetch", { groupId, topics: [] });
  const own = responses.filter((of) => of.topic === topic).flatMap(({ partitions }) => partitions);
  for (const code of [errorCode, ...own.map(({ errorCode }) => errorCode)]) {
    // Of a topic that is being deleted there is nothing to tell.
    if (code !== ERROR.none && code !== ERROR.unknownTopic) throw broker.error(code);
  }
  return new Map(
    own.map(({ partition, offset }) => [partition, BigInt(offset)] as const)
      .filter(([, offset]) => offset >= 0n),
  );
}
