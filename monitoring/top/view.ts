// What `top` shows: the shape of `--json`, and what every drawing is made of.
// A number that is not known (yet) is absent: rates need two samples of a service that runs.
// This module is pure: no Deno APIs, no I/O.

/** Records and bytes a second, of producers and consumers; replication is not in it. */
export interface Rates {
  readonly messagesInPerSecond?: number;
  readonly bytesInPerSecond?: number;
  readonly bytesOutPerSecond?: number;
}

/** What every JVM tells. */
export interface JvmView {
  readonly heapUsedBytes?: number;
  readonly heapMaxBytes?: number;
  /** Of one core: 200 is two cores. */
  readonly cpuPercent?: number;
}

/** A broker. */
export interface BrokerView extends Rates, JvmView {
  readonly name: string;
  /**
   * `controller` or `running`; `starting`, `recovery` or `stopping`; `down` when its exporter
   * cannot be reached, `no answer` after ten seconds without one, `unreadable` when it answers
   * nonsense.
   */
  readonly state: string;
  /** It runs: controller or running. */
  readonly online: boolean;
  /** Partitions that it leads. */
  readonly leaders?: number;
  /** Partitions that it has a replica of. */
  readonly partitions?: number;
  /** Of the partitions that it leads, as is the next. */
  readonly underReplicatedPartitions?: number;
  readonly underMinIsrPartitions?: number;
  readonly produceRequestsPerSecond?: number;
  /** Of consumers and of followers. */
  readonly fetchRequestsPerSecond?: number;
  /** 0 (all request handlers are busy) to 1, of the last minute. */
  readonly requestHandlerIdle?: number;
}

/** A topic. */
export interface TopicView extends Rates {
  readonly name: string;
  readonly partitions: number;
  /** On all disks: every replica counts. */
  readonly sizeBytes: number;
}

/** A consumer group. */
export interface GroupView {
  readonly name: string;
  /** Records between its committed offsets and the log end offsets, of all partitions. */
  readonly lag: number;
  /** Records that it committed a second. */
  readonly consumedPerSecond?: number;
  readonly members?: number;
  readonly topics: readonly string[];
}

/** A ZooKeeper. */
export interface ZooKeeperView extends JvmView {
  readonly name: string;
  /**
   * `leader`, `follower`, `observer` or `standalone`; `no quorum` when it serves nobody; `down`,
   * `no answer` and `unreadable` as of brokers.
   */
  readonly state: string;
  readonly online: boolean;
  /** Average of all requests since it started. */
  readonly latencyMs?: number;
  readonly outstandingRequests?: number;
  readonly connections?: number;
  readonly znodes?: number;
  readonly watches?: number;
}

/** A controller that is no broker. */
export interface ControllerView extends JvmView {
  readonly name: string;
  /** `leader` or `follower`; `no quorum` when it knows no leader; else as of brokers. */
  readonly state: string;
  readonly online: boolean;
  /** Rises with each election. */
  readonly epoch?: number;
  /** Age of the last record of metadata that it applied. */
  readonly metadataLagMs?: number;
}

/** The stack as a whole. */
export interface ClusterView extends Rates {
  readonly brokersOnline: number;
  readonly brokers: number;
  /** Names of those that call themselves the controller: one, if all is well. */
  readonly controllers: readonly string[];
  readonly underReplicatedPartitions?: number;
  readonly underMinIsrPartitions?: number;
  readonly offlinePartitions?: number;
  readonly topics: number;
  readonly partitions: number;
  readonly zookeepersOnline: number;
  readonly zookeepers: number;
  /** Controllers that are no brokers, and those of them in the quorum; absent: there are none. */
  readonly quorumOnline?: number;
  readonly quorum?: number;
}

/** All of it. */
export interface View {
  /** When, ISO 8601, UTC. */
  readonly at: string;
  readonly cluster: ClusterView;
  readonly brokers: readonly BrokerView[];
  /** Busiest first. */
  readonly topics: readonly TopicView[];
  /** Greatest lag first. */
  readonly groups: readonly GroupView[];
  /** Why nothing, or not all, is known about consumer groups; absent: all is. */
  readonly groupsUnknown?: string;
  readonly zookeepers: readonly ZooKeeperView[];
  /** Controllers that are no brokers; absent: there are none. */
  readonly quorum?: readonly ControllerView[];
}
