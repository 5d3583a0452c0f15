// Requests about the quorum of controllers (KRaft: KIP-595, KIP-836, KIP-853), and about the nodes of
// a cluster (KIP-700, KIP-919, KIP-1073).
// This module is pure: no Deno APIs, no I/O.
import type { Exchange } from "./exchange.ts";
import { FlexibleReader, FlexibleWriter } from "./flexible.ts";

/** The topic that is the log of the quorum, in its one partition. */
const METADATA_TOPIC = "__cluster_metadata";

/** Where a node listens. */
export interface ListenerAddress {
  /** Of the listener, e.g. `CONTROLLER`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** What the leader knows of one copy of its log. */
export interface ReplicaState {
  readonly replicaId: number;
  /** 22 characters of base64, or {@linkcode NO_DIRECTORY}. */
  readonly directoryId: string;
  /** −1 where it is not known. */
  readonly logEndOffset: bigint;
  /** By the leader's clock in ms; −1 where it is not known, and of the leader. */
  readonly lastFetchTimestamp: bigint;
  /** By the leader's clock in ms; −1 where it is not known. Of the leader: now. */
  readonly lastCaughtUpTimestamp: bigint;
}

/** What the quorum answers. */
export interface DescribeQuorumAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  /** −1 where it is not known. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: bigint;
  readonly voters: readonly ReplicaState[];
  readonly observers: readonly ReplicaState[];
  /** Of the voters; none in versions before 2. */
  readonly nodes: readonly {
    readonly nodeId: number;
    readonly listeners: readonly ListenerAddress[];
  }[];
}

/** The answer to a change of the voters. */
export interface VoterAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** Which copy of the log. */
export interface Voter {
  readonly voterId: number;
  readonly directoryId: string;
}

/** Each request with its answer. */
export interface QuorumApi {
  DescribeQuorum: { request: Record<never, never>; response: DescribeQuorumAnswer };
  /** KIP-853. Answered when the change is committed. */
  AddRaftVoter: {
    request: Voter & { readonly listeners: readonly ListenerAddress[] };
    response: VoterAnswer;
  };
  /** KIP-853. Answered when the change is committed. */
  RemoveRaftVoter: { request: Voter; response: VoterAnswer };
  DescribeCluster: {
    /** A broker tells of brokers only, a controller of controllers too (`endpoint_type`). */
    request: { readonly endpoints: "brokers" | "controllers" };
    response: {
      readonly errorCode: number;
      readonly errorMessage: string | null;
      readonly clusterId: string;
      /** Of a controller: who leads, −1 where it does not know. Of a broker any that lives. */
      readonly controllerId: number;
      readonly nodes: readonly {
        readonly nodeId: number;
        readonly host: string;
        readonly port: number;
        /** Registered, but not served by the controller (yet); never so in versions before 2. */
        readonly fenced: boolean;
      }[];
    };
  };
}

type Exchanges = {
  readonly [Name in keyof QuorumApi]: Exchange<
    QuorumApi[Name]["request"],
    QuorumApi[Name]["response"]
  >;
};

/** Stands for none: a quorum whose voters are fixed by `controller.quorum.voters`, older brokers. */
export const NO_DIRECTORY = "AAAAAAAAAAAAAAAAAAAAAA";

/** How long the voters may take to agree to a change, in ms. */
const AGREEMENT_TIMEOUT = 15_000;

/** No cluster id: that of whoever is asked is not compared. */
const ANY_CLUSTER = null;

function replicaState(reader: FlexibleReader, version: number): ReplicaState {
  return {
    replicaId: reader.int32(),
    directoryId: version >= 2 ? reader.uuid() : NO_DIRECTORY,
    logEndOffset: reader.int64(),
    lastFetchTimestamp: version >= 1 ? reader.int64() : -1n,
    lastCaughtUpTimestamp: version >= 1 ? reader.int64() : -1n,
  };
}

const voterAnswer = (data: ConstructorParameters<typeof FlexibleReader>[0]): VoterAnswer => {
  const reader = new FlexibleReader(data);
  reader.int32(); // throttle time
  return { errorCode: reader.int16(), errorMessage: reader.nullableString() };
};

/** Both directions of each. */
export const QUORUM_EXCHANGES: Exchanges = {
  DescribeQuorum: {
    apiKey: 55,
    versions: [0, 1, 2],
    encode: () => {
      const writer = new FlexibleWriter();
      return writer.structs([METADATA_TOPIC], (topic) => {
        writer.string(topic).structs([0], (partition) => writer.int32(partition));
      }).end();
    },
    decode(data, version) {
      const reader = new FlexibleReader(data);
      const message = () => version >= 2 ? reader.nullableString() : null;
      const replicas = () => reader.structs(() => replicaState(reader, version));
      const errorCode = reader.int16();
      const errorMessage = message();
      const [partition] = reader.structs(() => {
        reader.string();
        return reader.structs(() => {
          reader.int32(); // partition
          return {
            errorCode: reader.int16(),
            errorMessage: message(),
            leaderId: reader.int32(),
            leaderEpoch: reader.int32(),
            highWatermark: reader.int64(),
            voters: replicas(),
            observers: replicas(),
          };
        });
      }).flat();
      const nodes = version < 2 ? [] : reader.structs(() => ({
        nodeId: reader.int32(),
        listeners: reader.structs(() => ({
          name: reader.string(),
          host: reader.string(),
          port: reader.uint16(),
        })),
      }));
      const none = { leaderId: -1, leaderEpoch: -1, highWatermark: -1n, voters: [], observers: [] };
      const found = partition ?? { ...none, errorCode, errorMessage };
      return errorCode === 0 ? { ...found, nodes } : { ...found, errorCode, errorMessage, nodes };
    },
  },
  AddRaftVoter: {
    apiKey: 80,
    versions: [0, 1],
    requestTimeout: 2 * AGREEMENT_TIMEOUT,
    encode({ voterId, directoryId, listeners }, version) {
      const writer = new FlexibleWriter().string(ANY_CLUSTER).int32(AGREEMENT_TIMEOUT).int32(
        voterId,
      )
        .uuid(directoryId);
      writer.structs(listeners, ({ name, host, port }) => {
        writer.string(name).string(host).uint16(port);
      });
      // Answered when the new voters are committed.
      if (version >= 1) writer.bool(true);
      return writer.end();
    },
    decode: voterAnswer,
  },
  RemoveRaftVoter: {
    apiKey: 81,
    versions: [0],
    requestTimeout: 2 * AGREEMENT_TIMEOUT,
    encode: ({ voterId, directoryId }) =>
      new FlexibleWriter().string(ANY_CLUSTER).int32(voterId).uuid(directoryId).end(),
    decode: voterAnswer,
  },
  DescribeCluster: {
    apiKey: 60,
    versions: [0, 1, 2],
    encode({ endpoints }, version) {
      const writer = new FlexibleWriter().bool(false);
      if (version >= 1) writer.int8(endpoints === "controllers" ? 2 : 1);
      if (version >= 2) writer.bool(endpoints === "brokers");
      return writer.end();
    },
    decode(data, version) {
      const reader = new FlexibleReader(data);
      reader.int32(); // throttle time
      const [errorCode, errorMessage] = [reader.int16(), reader.nullableString()];
      if (version >= 1) reader.int8(); // endpoint type
      const [clusterId, controllerId] = [reader.string(), reader.int32()];
      const nodes = reader.structs(() => {
        const node = { nodeId: reader.int32(), host: reader.string(), port: reader.int32() };
        reader.nullableString(); // rack
        return { ...node, fenced: version >= 2 ? reader.bool() : false };
      });
      return { errorCode, errorMessage, clusterId, controllerId, nodes };
    },
  },
};
