// From the services' samples and those before them to the view.
// This module is pure: no Deno APIs, no I/O.
import { known, ratesOf, sumKnown } from "./rates.ts";
import type {
  BrokerSample,
  ControllerSample,
  Counters,
  GroupSample,
  JvmSample,
  Kind,
  LagSample,
  Sample,
  Traffic,
  ZooKeeperSample,
} from "./samples.ts";
import type {
  BrokerView,
  ClusterView,
  ControllerView,
  GroupView,
  JvmView,
  Rates,
  TopicView,
  View,
  ZooKeeperView,
} from "./view.ts";

/** A service whose exporter was asked. */
export interface Observed {
  readonly name: string;
  readonly kind: Kind;
  /** When it answered, in ms. */
  readonly at: number;
  /** What it answered. */
  readonly sample?: Sample;
  /** Why there is no sample: `down`, `unreadable`, or {@linkcode SLOW}. */
  readonly failure?: string;
}

/** The failure of a service that may still answer. */
export const SLOW = "no answer";

/** All services, asked at about the same time. */
export interface Round {
  /** When, ms since 1970. */
  readonly at: number;
  readonly services: readonly Observed[];
}

/** What is known of a service: now, and as it was when it answered before. */
export interface Known {
  readonly now: Observed;
  readonly before?: Observed | undefined;
}

/** A service now, and when it answered before. */
interface Pair<S extends Sample> {
  readonly name: string;
  readonly now: S | undefined;
  readonly failure: string;
  readonly before: S | undefined;
  /** Between the two. */
  readonly seconds: number;
}

const BROKER_STATES: Readonly<Record<number, string>> = {
  0: "starting",
  1: "starting",
  2: "recovery",
  3: "running",
  6: "stopping",
  7: "stopping",
};

/**
 * What is to be shown of the services.
 *
 * @param at When, ms since 1970.
 */
export function buildView(at: number, services: readonly Known[]): View {
  const pairs = <S extends Sample>(kind: S["kind"]) =>
    services.filter(({ now }) => now.kind === kind).map(({ now, before }): Pair<S> => ({
      name: now.name,
      now: now.sample as S | undefined,
      failure: now.failure ?? "down",
      before: before?.sample as S | undefined,
      seconds: before ? (now.at - before.at) / 1000 : 0,
    }));
  const brokers = pairs<BrokerSample>("broker");
  const zookeepers = pairs<ZooKeeperSample>("zookeeper").map(zookeeperView);
  const controllers = pairs<ControllerSample>("controller");
  const quorum = controllers.map(controllerView);
  const topics = topicViews(brokers);
  return {
    at: new Date(at).toISOString(),
    cluster: {
      ...clusterView(brokers, controllers, topics, zookeepers),
      ...(quorum.length > 0
        ? { quorumOnline: quorum.filter(({ online }) => online).length, quorum: quorum.length }
        : {}),
    },
    brokers: brokers.map(brokerView),
    topics,
    ...groupViews(pairs<LagSample>("lag")[0]),
    zookeepers,
    ...(quorum.length > 0 ? { quorum } : {}),
  };
}

function ratesBetween<K extends string>(
  before: Counters<K> | undefined,
  now: Counters<K> | undefined,
  seconds: number,
): Counters<K> {
  return now ? ratesOf(before, now, seconds) : {};
}

function trafficView({ messagesIn, bytesIn, bytesOut }: Traffic): Rates {
  return known({
    messagesInPerSecond: messagesIn,
    bytesInPerSecond: bytesIn,
    bytesOutPerSecond: bytesOut,
  });
}

function jvmView({ now, before, seconds }: Pair<Sample & JvmSample>): JvmView {
  const { seconds: busy } = ratesBetween(before?.cpu, now?.cpu, seconds);
  return known({
    heapUsedBytes: now?.heapUsedBytes,
    heapMaxBytes: now?.heapMaxBytes,
    cpuPercent: busy === undefined ? undefined : busy * 100,
  });
}

function brokerState({ now, failure }: Pair<BrokerSample>): string {
  if (!now) return failure;
  const state = BROKER_STATES[now.brokerState ?? 0] ?? "starting";
  return state === "running" && now.isController ? "controller" : state;
}

const isOnline = ({ now }: Pair<BrokerSample>) => now?.brokerState === 3;

function brokerView(pair: Pair<BrokerSample>): BrokerView {
  const { name, now, before, seconds } = pair;
  const requests = ratesBetween(before?.requests, now?.requests, seconds);
  return {
    name,
    state: brokerState(pair),
    online: isOnline(pair),
    ...known({
      leaders: now?.leaders,
      partitions: now?.partitions,
      underReplicatedPartitions: now?.underReplicated,
      underMinIsrPartitions: now?.underMinIsr,
      produceRequestsPerSecond: requests.produce,
      fetchRequestsPerSecond: requests.fetch,
      requestHandlerIdle: now?.requestHandlerIdle,
    }),
    ...trafficView(ratesBetween(before?.traffic, now?.traffic, seconds)),
    ...jvmView(pair),
  };
}

function sumTraffic(all: readonly Traffic[]): Rates {
  return trafficView(known({
    messagesIn: sumKnown(all.map(({ messagesIn }) => messagesIn)),
    bytesIn: sumKnown(all.map(({ bytesIn }) => bytesIn)),
    bytesOut: sumKnown(all.map(({ bytesOut }) => bytesOut)),
  }));
}

/** Topics, the busiest first; those of equal traffic by size, then by name. */
function topicViews(brokers: readonly Pair<BrokerSample>[]): TopicView[] {
  const names = new Set(brokers.flatMap(({ now }) => [...now?.topics.keys() ?? []]));
  const views = [...names].map((name): TopicView => {
    const here = brokers.map(({ now, before, seconds }) => ({
      now: now?.topics.get(name),
      // The topic's meters appear with its first records: a broker without them has counted none.
      rates: now && before
        ? ratesOf(before.topics.get(name)?.traffic ?? {}, {
          messagesIn: 0,
          bytesIn: 0,
          bytesOut: 0,
          ...now.topics.get(name)?.traffic,
        }, seconds)
        : {},
    }));
    return {
      name,
      partitions: new Set(here.flatMap(({ now }) => [...now?.partitions ?? []])).size,
      sizeBytes: here.reduce((sum, { now }) => sum + (now?.bytes ?? 0), 0),
      ...sumTraffic(here.map(({ rates }) => rates)),
    };
  });
  const busy = ({ messagesInPerSecond = 0 }: TopicView) => messagesInPerSecond;
  const bytes = ({ bytesInPerSecond = 0, bytesOutPerSecond = 0 }: TopicView) =>
    bytesInPerSecond + bytesOutPerSecond;
  return views.sort((a, b) =>
    busy(b) - busy(a) || bytes(b) - bytes(a) || b.sizeBytes - a.sizeBytes ||
    (a.name < b.name ? -1 : 1)
  );
}

function clusterView(
  brokers: readonly Pair<BrokerSample>[],
  controllers: readonly Pair<ControllerSample>[],
  topics: readonly TopicView[],
  zookeepers: readonly ZooKeeperView[],
): ClusterView {
  const samples = brokers.flatMap(({ now }) => now ?? []);
  const deciding = [...brokers, ...controllers];
  const offline = deciding.flatMap(({ now }) => now?.offline ?? []);
  return {
    brokersOnline: brokers.filter(isOnline).length,
    brokers: brokers.length,
    controllers: deciding.filter(({ now }) => now?.isController).map(({ name }) => name),
    ...known({
      underReplicatedPartitions: sumKnown(samples.map((one) => one.underReplicated)),
      underMinIsrPartitions: sumKnown(samples.map((one) => one.underMinIsr)),
      // Of the cluster, not of the broker that says it: 0 from all that are not the controller.
      offlinePartitions: offline.length === 0 ? undefined : Math.max(...offline),
    }),
    topics: topics.length,
    partitions: topics.reduce((sum, { partitions }) => sum + partitions, 0),
    ...sumTraffic(
      brokers.map(({ before, now, seconds }) =>
        ratesBetween(before?.traffic, now?.traffic, seconds)
      ),
    ),
    zookeepersOnline: zookeepers.filter(({ online }) => online).length,
    zookeepers: zookeepers.length,
  };
}

function groupViews(lag: Pair<LagSample> | undefined): Pick<View, "groups" | "groupsUnknown"> {
  const unknown = (groupsUnknown: string) => ({ groups: [], groupsUnknown });
  if (!lag) return unknown("the stack has no lag exporter");
  if (!lag.now) return unknown(`${lag.name}: ${lag.failure}`);
  const { up } = lag.now;
  if (!up && lag.now.groups.size === 0) return unknown(`${lag.name} cannot reach the brokers`);
  const groups = [...lag.now.groups].map(([name, group]): GroupView => ({
    name,
    lag: group.lag,
    ...known({
      consumedPerSecond: consumed(lag.before?.groups.get(name), group, lag.seconds),
      members: group.members,
    }),
    topics: [...group.topics].sort(),
  }));
  return {
    groups: groups.sort((a, b) => b.lag - a.lag || (a.name < b.name ? -1 : 1)),
    ...(up ? {} : { groupsUnknown: `not all brokers answer ${lag.name}` }),
  };
}

/** What a group committed a second. Offsets that were reset, back or forth, tell nothing: back is 0. */
function consumed(before: GroupSample | undefined, now: GroupSample, seconds: number) {
  if (!before || seconds <= 0) return undefined;
  const steps = [...now.committed].map(([partition, offset]) =>
    Math.max(0, offset - (before.committed.get(partition) ?? offset))
  );
  return steps.reduce((sum, step) => sum + step, 0) / seconds;
}

function controllerView(pair: Pair<ControllerSample>): ControllerView {
  const { name, now, failure } = pair;
  const follows = now?.leader !== undefined && now.leader >= 0;
  const role = now?.isController ? "leader" : follows ? "follower" : "no quorum";
  return {
    name,
    state: now ? role : failure,
    online: now !== undefined && role !== "no quorum",
    ...known({ epoch: now?.epoch, metadataLagMs: now?.lagMs }),
    ...jvmView(pair),
  };
}

function zookeeperView(pair: Pair<ZooKeeperSample>): ZooKeeperView {
  const { name, now, failure } = pair;
  return {
    name,
    state: now ? now.role ?? "no quorum" : failure,
    online: now?.role !== undefined,
    ...known({
      latencyMs: now?.latencyMs,
      outstandingRequests: now?.outstanding,
      connections: now?.connections,
      znodes: now?.znodes,
      watches: now?.watches,
    }),
    ...jvmView(pair),
  };
}
