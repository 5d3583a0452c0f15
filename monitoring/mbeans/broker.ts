// The MBeans of a broker that become metrics, those of which there are most first: the agent tries
// the rules in this order.
// This module is pure: no Deno APIs, no I/O.
import { attributes, type Family, named } from "./family.ts";

/**
 * The kinds of request whose times are watched one by one: those that clients and brokers send while
 * they work. For each kind there are eight histograms, which cost more than all else.
 */
export const TIMED_REQUESTS = [
  ...["Produce", "Fetch", "FetchConsumer", "FetchFollower", "ListOffsets", "Metadata"],
  ...["ApiVersions", "FindCoordinator", "JoinGroup", "SyncGroup", "Heartbeat", "LeaveGroup"],
  ...["OffsetCommit", "OffsetFetch", "OffsetForLeaderEpoch", "InitProducerId"],
  ...["AddPartitionsToTxn", "AddOffsetsToTxn", "TxnOffsetCommit", "EndTxn", "WriteTxnMarkers"],
  ...["LeaderAndIsr", "UpdateMetadata", "StopReplica", "AlterPartition", "ControlledShutdown"],
  ...["CreateTopics", "DeleteTopics", "DescribeConfigs", "DescribeGroups", "ListGroups"],
];

const requests = "kafka.network:type=RequestMetrics";
const controller = "kafka.controller:type=KafkaController";

export const BROKER_FAMILIES: readonly Family[] = [
  named({
    beans: "kafka.cluster:type=Partition",
    names: [
      ...["InSyncReplicasCount", "LastStableOffsetLag", "ReplicasCount"],
      ...["UnderMinIsr", "UnderReplicated"],
    ],
    keys: ["topic", "partition"],
    read: "gauge",
  }),
  named({
    beans: "kafka.log:type=Log",
    names: ["Size", "NumLogSegments"],
    keys: ["topic", "partition"],
    read: "gauge",
  }),
  named({
    beans: "kafka.server:type=FetcherLagMetrics",
    names: ["ConsumerLag"],
    keys: ["clientId", "topic", "partition"],
    read: "gauge",
  }),
  named({
    beans: requests,
    names: ["TotalTimeMs"],
    keys: ["request"],
    values: TIMED_REQUESTS,
    read: { quantiles: ["50", "99", "999"] },
  }),
  named({
    beans: requests,
    names: [
      ...["RequestQueueTimeMs", "LocalTimeMs", "RemoteTimeMs", "ThrottleTimeMs"],
      ...["ResponseQueueTimeMs", "ResponseSendTimeMs", "RequestBytes"],
    ],
    keys: ["request"],
    values: TIMED_REQUESTS,
    read: { quantiles: ["99"] },
  }),
  named({
    beans: requests,
    names: ["RequestsPerSec"],
    keys: ["request", "version"],
    read: "counter",
  }),
  named({ beans: requests, names: ["ErrorsPerSec"], keys: ["request", "error"], read: "counter" }),
  ...[["topic"], []].map((keys) =>
    named({
      beans: "kafka.server:type=BrokerTopicMetrics",
      names: [
        ...["MessagesInPerSec", "BytesInPerSec", "BytesOutPerSec", "BytesRejectedPerSec"],
        ...["TotalProduceRequestsPerSec", "TotalFetchRequestsPerSec"],
        ...["FailedProduceRequestsPerSec", "FailedFetchRequestsPerSec"],
        ...["ProduceMessageConversionsPerSec", "FetchMessageConversionsPerSec"],
        ...["InvalidMessageCrcRecordsPerSec", "InvalidOffsetOrSequenceRecordsPerSec"],
        ...["ReplicationBytesInPerSec", "ReplicationBytesOutPerSec"],
        ...["ReassignmentBytesInPerSec", "ReassignmentBytesOutPerSec"],
      ],
      keys,
      read: "counter",
    })
  ),
  named({
    beans: "kafka.server:type=ReplicaManager",
    names: [
      ...["LeaderCount", "PartitionCount", "UnderReplicatedPartitions"],
      ...["UnderMinIsrPartitionCount", "AtMinIsrPartitionCount", "OfflineReplicaCount"],
      "ReassigningPartitions",
    ],
    read: "gauge",
  }),
  named({
    beans: "kafka.server:type=ReplicaManager",
    names: ["IsrExpandsPerSec", "IsrShrinksPerSec", "FailedIsrUpdatesPerSec"],
    read: "counter",
  }),
  named({
    beans: "kafka.server:type=ReplicaFetcherManager",
    names: ["MaxLag", "DeadThreadCount", "FailedPartitionsCount", "MinFetchRate"],
    keys: ["clientId"],
    read: "gauge",
  }),
  named({
    beans: "kafka.server:type=DelayedOperationPurgatory",
    names: ["PurgatorySize", "NumDelayedOperations"],
    keys: ["delayedOperation"],
    read: "gauge",
  }),
  named({
    beans: "kafka.server:type=KafkaRequestHandlerPool",
    names: ["RequestHandlerAvgIdlePercent"],
    read: "minute",
  }),
  named({
    beans: "kafka.server:type=KafkaServer",
    names: ["BrokerState", "linux-disk-read-bytes", "linux-disk-write-bytes"],
    read: "gauge",
  }),
  named({
    beans: "kafka.server:type=FetchSessionCache",
    names: ["NumIncrementalFetchSessions", "NumIncrementalFetchPartitionsCached"],
    read: "gauge",
  }),
  named({
    beans: "kafka.server:type=FetchSessionCache",
    names: ["IncrementalFetchSessionEvictionsPerSec"],
    read: "counter",
  }),
  named({
    beans: "kafka.server:type=SessionExpireListener",
    names: ["ZooKeeperDisconnectsPerSec", "ZooKeeperExpiresPerSec"],
    read: "counter",
  }),
  named({
    beans: "kafka.server:type=ZooKeeperClientMetrics",
    names: ["ZooKeeperRequestLatencyMs"],
    read: { quantiles: ["50", "99", "999"] },
  }),
  named({
    beans: controller,
    names: [
      ...["ActiveControllerCount", "OfflinePartitionsCount", "PreferredReplicaImbalanceCount"],
      ...["ActiveBrokerCount", "FencedBrokerCount", "GlobalTopicCount", "GlobalPartitionCount"],
      ...["TopicsToDeleteCount", "ControllerState"],
    ],
    read: "gauge",
  }),
  named({
    beans: "kafka.controller:type=ControllerEventManager",
    names: ["EventQueueSize"],
    read: "gauge",
  }),
  named({
    beans: "kafka.controller:type=ControllerChannelManager",
    names: ["TotalQueueSize"],
    read: "gauge",
  }),
  named({
    beans: "kafka.controller:type=ControllerStats",
    names: ["UncleanLeaderElectionsPerSec"],
    read: "counter",
  }),
  named({
    beans: "kafka.controller:type=ControllerStats",
    names: ["LeaderElectionRateAndTimeMs"],
    read: "count",
  }),
  named({
    beans: "kafka.log:type=LogFlushStats",
    names: ["LogFlushRateAndTimeMs"],
    read: "count",
  }),
  named({
    beans: "kafka.log:type=LogFlushStats",
    names: ["LogFlushRateAndTimeMs"],
    read: { quantiles: ["99"] },
  }),
  named({
    beans: "kafka.log:type=LogManager",
    names: ["OfflineLogDirectoryCount"],
    read: "gauge",
  }),
  named({ beans: "kafka.log:type=LogCleaner", names: ["DeadThreadCount"], read: "gauge" }),
  named({
    beans: "kafka.log:type=LogCleanerManager",
    names: ["uncleanable-partitions-count"],
    keys: ["logDirectory"],
    read: "gauge",
  }),
  named({
    beans: "kafka.network:type=RequestChannel",
    names: ["RequestQueueSize", "ResponseQueueSize"],
    read: "gauge",
  }),
  named({
    beans: "kafka.network:type=SocketServer",
    names: ["NetworkProcessorAvgIdlePercent", "ExpiredConnectionsKilledCount"],
    read: "gauge",
  }),
  named({
    beans: "kafka.network:type=Processor",
    names: ["IdlePercent"],
    keys: ["networkProcessor"],
    read: "gauge",
  }),
  attributes({
    beans: "kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*",
    pattern: "kafka.server<type=socket-server-metrics, listener=(.+), networkProcessor=(.+)>",
    labels: ["listener", "networkprocessor"],
    attributes: ["connection-count", "connection-creation-total", "connection-close-total"],
    prefix: "kafka_server_socketserver",
    type: "GAUGE",
  }),
  named({
    beans: "kafka.coordinator.group:type=GroupMetadataManager",
    prefix: "kafka_coordinator_group",
    names: [
      ...["NumGroups", "NumOffsets", "NumGroupsStable", "NumGroupsEmpty", "NumGroupsDead"],
      ...["NumGroupsPreparingRebalance", "NumGroupsCompletingRebalance"],
    ],
    read: "gauge",
  }),
  attributes({
    beans: "kafka.server:type=group-coordinator-metrics",
    pattern: "kafka.server<type=group-coordinator-metrics>",
    attributes: ["group-completed-rebalance", "offset-commit"],
    suffix: "-count",
    prefix: "kafka_server_groupcoordinator",
    type: "COUNTER",
  }),
];
