// Requests of Kafka's protocol that administration makes, and what brokers answer.
// Names of fields are those of the client library, which encodes and decodes them.
// This module is pure: no Deno APIs, no I/O.

/** An `errorCode` of Kafka's protocol; 0 is none. */
export const ERROR = {
  none: 0,
  unknownTopic: 3,
  notLeader: 6,
  requestTimedOut: 7,
  coordinatorLoading: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  unknownMember: 25,
  topicExists: 36,
  notController: 41,
  groupNotEmpty: 68,
  groupNotFound: 69,
} as const;

/** Timestamps that stand for an end of a partition in ListOffsets. */
export const LATEST = "-1";
export const EARLIEST = "-2";

/** `resource_type` of a topic in requests about configs. */
export const TOPIC_RESOURCE = 2;

/** `config_source` of a topic's own configs and of Kafka's defaults; all others are a broker's. */
export const CONFIG_SOURCE = { topic: 1, default: 5 } as const;

/** `config_operation` of KIP-339. */
export const CONFIG_OPERATION = { set: 0, delete: 1 } as const;

interface TopicErrors {
  topicErrors: { topic: string; errorCode: number; errorMessage?: string | null }[];
}

interface ResourceError {
  errorCode: number;
  errorMessage: string | null;
  resourceName: string;
}

interface PartitionErrors {
  partitions: { partition: number; errorCode: number }[];
}

/** Each request with its answer. */
export interface Api {
  /** No topics: all of them. */
  Metadata: {
    request: { topics: readonly string[]; allowAutoTopicCreation: false };
    response: {
      brokers: { nodeId: number; host: string; port: number }[];
      clusterId: string;
      controllerId: number;
      topicMetadata: {
        topicErrorCode: number;
        topic: string;
        isInternal: boolean;
        partitionMetadata: {
          partitionId: number;
          leader: number;
          replicas: number[];
          isr: number[];
        }[];
      }[];
    };
  };
  CreateTopics: {
    request: {
      topics: {
        topic: string;
        numPartitions: number;
        replicationFactor: number;
        configEntries: { name: string; value: string }[];
      }[];
      timeout: number;
    };
    response: TopicErrors;
  };
  CreatePartitions: {
    request: { topicPartitions: { topic: string; count: number }[]; timeout: number };
    response: TopicErrors;
  };
  DeleteTopics: {
    request: { topics: readonly string[]; timeout: number };
    response: TopicErrors;
  };
  DescribeConfigs: {
    request: {
      resources: { type: number; name: string; configNames: string[] }[];
      includeSynonyms: false;
    };
    response: {
      resources: (ResourceError & {
        configEntries: { configName: string; configValue: string | null; configSource: number }[];
      })[];
    };
  };
  /** KIP-339. */
  IncrementalAlterConfigs: {
    request: {
      resources: {
        type: number;
        name: string;
        configs: { name: string; operation: number; value: string | null }[];
      }[];
    };
    response: { resources: ResourceError[] };
  };
  Fetch: {
    request: {
      maxWaitTime: number;
      minBytes: number;
      maxBytes: number;
      isolationLevel: 0 | 1;
      topics: {
        topic: string;
        partitions: { partition: number; fetchOffset: string; maxBytes: number }[];
      }[];
      rackId: "";
    };
    response: {
      responses: {
        partitions: { errorCode: number; messages: { value: Uint8Array | null }[] }[];
      }[];
    };
  };
  ListOffsets: {
    request: {
      /** 1: the end is the last stable offset (`read_committed`). */
      isolationLevel: 0 | 1;
      topics: { topic: string; partitions: { partition: number; timestamp: string }[] }[];
    };
    response: {
      responses: {
        topic: string;
        partitions: { partition: number; errorCode: number; offset: string }[];
      }[];
    };
  };
  GroupCoordinator: {
    request: { groupId: string };
    response: {
      errorCode: number;
      errorMessage: string | null;
      coordinator: { host: string; port: number };
    };
  };
  ListGroups: {
    request: Record<never, never>;
    response: {
      errorCode: number;
      groups: {
        groupId: string;
        protocolType: string;
        /** From version 4 on (KIP-518). */
        state?: string;
        /** From version 5 on (KIP-848): `classic`, `consumer`, `share`, `streams`. */
        type?: string;
      }[];
    };
  };
  DescribeGroups: {
    request: { groupIds: readonly string[] };
    response: {
      groups: {
        errorCode: number;
        groupId: string;
        state: string;
        /** `consumer`; others, as Connect's workers, write assignments of their own kind. */
        protocolType: string;
        members: {
          memberId: string;
          clientId: string;
          clientHost: string;
          memberAssignment: Uint8Array;
        }[];
      }[];
    };
  };
  DeleteGroups: {
    request: readonly string[];
    response: { results: { groupId: string; errorCode: number }[] };
  };
  /** No topics: all that the group has committed offsets of. */
  OffsetFetch: {
    request: {
      groupId: string;
      topics: readonly { topic: string; partitions: readonly { partition: number }[] }[];
    };
    response: {
      errorCode: number;
      responses: {
        topic: string;
        partitions: { partition: number; errorCode: number; offset: string }[];
      }[];
    };
  };
  /** Generation -1 and an empty member: from outside of the group, which must have no members. */
  OffsetCommit: {
    request: {
      groupId: string;
      groupGenerationId: number;
      memberId: string;
      topics: {
        topic: string;
        partitions: { partition: number; offset: string; metadata?: string }[];
      }[];
    };
    response: { responses: ({ topic: string } & PartitionErrors)[] };
  };
}
