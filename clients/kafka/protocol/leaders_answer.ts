// The answer to a Metadata request, version 7: the first that tells the epochs of leaders, which the
// client library does not ask for.
// This module is pure: no Deno APIs, no I/O.
import type { Buffer } from "node:buffer";
import type { Api } from "./requests.ts";
import { ByteReader } from "./byte_reader.ts";

/** The version of the request and its answer (KIP-320). */
export const LEADERS_VERSION = 7;

type Metadata = Api["Metadata"]["response"];
type TopicMetadata = Metadata["topicMetadata"][number];

/** As older versions, and for each partition how often its leader has changed. */
export interface LeadersAnswer extends Omit<Metadata, "topicMetadata"> {
  readonly clientSideThrottleTime: number;
  readonly topicMetadata: (Omit<TopicMetadata, "partitionMetadata"> & {
    readonly partitionMetadata:
      (TopicMetadata["partitionMetadata"][number] & { readonly leaderEpoch: number })[];
  })[];
}

/** Decodes an answer's body. */
export function decodeLeadersAnswer(data: Buffer): LeadersAnswer {
  const reader = new ByteReader(data);
  const ids = () => reader.array(() => reader.int32());
  const clientSideThrottleTime = reader.int32();
  const brokers = reader.array(() => {
    const broker = { nodeId: reader.int32(), host: reader.string(), port: reader.int32() };
    reader.string(); // rack
    return broker;
  });
  const clusterId = reader.string();
  const controllerId = reader.int32();
  const topicMetadata = reader.array(() => ({
    topicErrorCode: reader.int16(),
    topic: reader.string(),
    isInternal: reader.int8() !== 0,
    partitionMetadata: reader.array(() => {
      reader.int16(); // error: of a leader or a replica that is away, which the rest tells
      const [partitionId, leader, leaderEpoch] = [reader.int32(), reader.int32(), reader.int32()];
      const partition = { partitionId, leader, leaderEpoch, replicas: ids(), isr: ids() };
      ids(); // replicas whose broker is away
      return partition;
    }),
  }));
  return { clientSideThrottleTime, brokers, clusterId, controllerId, topicMetadata };
}
