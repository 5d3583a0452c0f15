// Requests of Kafka's protocol that a member of a consumer group makes, and what brokers answer.
// Names of fields are those of the client library, which encodes and decodes them.
// This module is pure: no Deno APIs, no I/O.
import type { Buffer } from "node:buffer";
import type { Api } from "./requests.ts";
import type { FetchAnswer } from "./fetch_answer.ts";
import type { LeadersAnswer } from "./leaders_answer.ts";

/** An `errorCode` that a consumer goes on after. */
export const CONSUMER_ERROR = {
  /** A broker has met an error that has no code, as reading its own files. */
  unknown: -1,
  offsetOutOfRange: 1,
  corruptMessage: 2,
  unknownTopic: 3,
  storage: 56,
  illegalGeneration: 22,
  unknownMember: 25,
  rebalanceInProgress: 27,
  memberIdRequired: 79,
} as const;

/** Each request with its answer. */
export interface ConsumerApi {
  JoinGroup: {
    request: {
      groupId: string;
      sessionTimeout: number;
      rebalanceTimeout: number;
      /** Empty the first time. */
      memberId: string;
      protocolType: "consumer";
      groupProtocols: { name: string; metadata: Buffer }[];
    };
    response: {
      errorCode: number;
      generationId: number;
      groupProtocol: string;
      leaderId: string;
      memberId: string;
      /** Empty for all but the leader. */
      members: { memberId: string; memberMetadata: Buffer }[];
    };
  };
  SyncGroup: {
    request: {
      groupId: string;
      generationId: number;
      memberId: string;
      groupAssignment: { memberId: string; memberAssignment: Buffer }[];
    };
    response: { errorCode: number; memberAssignment: Buffer };
  };
  Heartbeat: {
    request: { groupId: string; groupGenerationId: number; memberId: string };
    response: { errorCode: number };
  };
  LeaveGroup: {
    request: { groupId: string; memberId: string };
    response: { errorCode: number };
  };
  /** Metadata of a version that tells the epoch of each leader (KIP-320). No topics: all of them. */
  LeaderEpochs: {
    request: Api["Metadata"]["request"];
    response: LeadersAnswer;
  };
  /** Fetch, its records left as bytes. */
  FetchRecords: {
    request: {
      maxWaitTime: number;
      minBytes: number;
      maxBytes: number;
      /** 1: `read_committed`. */
      isolationLevel: 1;
      topics: {
        topic: string;
        partitions: {
          partition: number;
          /** A broker that led before, and does not know that it no longer leads, refuses. */
          currentLeaderEpoch: number;
          fetchOffset: string;
          maxBytes: number;
        }[];
      }[];
    };
    response: FetchAnswer;
  };
}
