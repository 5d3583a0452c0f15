// What the cluster says of one topic, asked of whichever broker answers.
import { ERROR } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import type { Connection } from "../connection/connection.ts";
import type { Connections } from "./connections.ts";
import { isConnectionError, isTransient } from "../errors/causes.ts";
import { listEnds } from "./fetch.ts";
import type { LeadersAnswer } from "../protocol/leaders_answer.ts";
import { addressOf } from "../cluster/metadata.ts";

/** A partition of a topic. */
export interface LedPartition {
  /** The id of the broker that leads it; −1 when there is none. */
  readonly leader: number;
  /** How often the leader has changed: the higher is the newer. */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
}

/** What brokers know of a topic. */
export interface TopicView {
  /** `host:port` of the brokers that are registered, by id. */
  readonly addresses: ReadonlyMap<number, string>;
  /** By number; `undefined` when there is no such topic. */
  readonly partitions: ReadonlyMap<number, LedPartition> | undefined;
}

/** Finds brokers that answer. */
export interface Finder {
  /**
   * Asks brokers one after another, beginning with the one that answered last, until one answers.
   *
   * @throws The last failure, when none does.
   */
  askAny<T>(work: (broker: Broker) => Promise<T>): Promise<T>;
  /** The next to be asked is another than the last: what that one knows may be old. */
  skipLast(): void;
  /**
   * What is known of a topic, and of the brokers that may be asked from now on. When one broker
   * knows less than another did, as one does that hung and goes on, all are asked.
   */
  view(topic: string): Promise<TopicView>;
  /** The same, asked of all brokers that answer. */
  viewOfAll(topic: string): Promise<TopicView>;
}

/** The topic is not there, or being made. */
const MAY_PASS: readonly number[] = [ERROR.unknownTopic, 5];

/** Asks the bootstrap servers first, and when no registered broker answers. */
export function createFinder(
  connections: Connections,
  { bootstrapServers }: Connection,
): Finder {
  let known: readonly string[] = [];
  let first = 0;
  let last: TopicView | undefined;

  const look = async (broker: Broker, name: string): Promise<TopicView> => {
    const answer = await broker.request("LeaderEpochs", {
      topics: [name],
      allowAutoTopicCreation: false,
    });
    const code = answer.topicMetadata[0]?.topicErrorCode ?? ERROR.unknownTopic;
    if (code !== ERROR.none && !MAY_PASS.includes(code)) {
      throw Object.assign(broker.error(code), { topic: name });
    }
    return toView(answer);
  };
  const learn = (view: TopicView) => {
    if (view.addresses.size > 0) known = [...view.addresses.values()];
    return last = view;
  };

  const finder: Finder = {
    async askAny(work) {
      const addresses = [...new Set([...known, ...bootstrapServers])];
      let failure: unknown;
      for (let tries = 0; tries < addresses.length; tries++) {
        const address = addresses[(first + tries) % addresses.length]!;
        try {
          const answer = await connections.use(address, work);
          first = (first + tries) % addresses.length;
          return answer;
        } catch (error) {
          if (!isConnectionError(error)) throw error;
          failure = error;
        }
      }
      throw failure;
    },
    skipLast() {
      first++;
    },
    async view(name) {
      const view = await finder.askAny((broker) => look(broker, name));
      return last && isOlder(view, last) ? await finder.viewOfAll(name) : learn(view);
    },
    async viewOfAll(name) {
      const asked = await Promise.allSettled(
        known.map((address) => connections.use(address, (broker) => look(broker, name))),
      );
      const views = asked.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
      return learn(views.length > 0 ? newest(views) : await finder.askAny((b) => look(b, name)));
    },
  };
  return finder;
}

/** Reads an answer about one topic. */
export function toView({ brokers, topicMetadata: [topic] }: LeadersAnswer): TopicView {
  const unknown = topic === undefined || topic.topicErrorCode === ERROR.unknownTopic;
  return {
    addresses: new Map(brokers.map(({ nodeId, ...at }) => [nodeId, addressOf(at)])),
    partitions: unknown || topic.partitionMetadata.length === 0
      ? undefined
      : new Map(topic.partitionMetadata.map(({ partitionId, ...one }) => [partitionId, one])),
  };
}

/** Whether a view knows less than another: no topic, fewer partitions, or a leader before the last. */
export function isOlder(view: TopicView, other: TopicView): boolean {
  return [...other.partitions ?? []].some(([partition, { leaderEpoch }]) => {
    const one = view.partitions?.get(partition);
    return one === undefined || one.leaderEpoch < leaderEpoch;
  });
}

/** What several brokers know together: of each partition the newest. */
export function newest(views: readonly TopicView[]): TopicView {
  const partitions = new Map<number, LedPartition>();
  for (const view of views) {
    for (const [partition, one] of view.partitions ?? []) {
      const known = partitions.get(partition);
      if (!known || known.leaderEpoch < one.leaderEpoch) partitions.set(partition, one);
    }
  }
  return {
    addresses: new Map(views.flatMap(({ addresses }) => [...addresses])),
    partitions: partitions.size > 0 ? partitions : undefined,
  };
}

/** The partitions that each broker leads, with its address. Those without a leader are left out. */
export function byLeader(
  { addresses, partitions }: TopicView,
): { readonly address: string; readonly partitions: number[] }[] {
  const led = Map.groupBy(partitions ?? [], ([, { leader }]) => leader);
  return [...led].flatMap(([leader, entries]) => {
    const address = addresses.get(leader);
    return address === undefined ? [] : [{ address, partitions: entries.map(([one]) => one) }];
  });
}

/**
 * The ends of a topic's partitions, for a reader of committed records. Those whose leader is away,
 * or does not answer, are left out.
 */
export async function endsOf(
  connections: Connections,
  topic: string,
  view: TopicView,
): Promise<Map<number, bigint>> {
  const ends = await Promise.all(
    byLeader(view).map(async ({ address, partitions }) => {
      try {
        return [
          ...await connections.use(
            address,
            (broker) => listEnds(broker, topic, partitions, "latest"),
          ),
        ];
      } catch (error) {
        if (!isTransient(error)) throw error;
        return [];
      }
    }),
  );
  return new Map(ends.flat());
}
