// The request about groups of Kafka Streams (KIP-1071), which the client library lacks.
// This module is pure: no Deno APIs, no I/O.
import type { Exchange } from "./exchange.ts";
import { FlexibleReader } from "./flexible.ts";
import { type DescribedGroup, describeRequest, type GroupIds } from "./group_requests.ts";

/** Each request with its answer. */
export interface StreamsGroupApi {
  StreamsGroupDescribe: { request: GroupIds; response: readonly DescribedGroup[] };
}

interface Subtopology {
  readonly id: string;
  /** That it reads. */
  readonly topics: readonly string[];
}

function topology(reader: FlexibleReader): Subtopology[] {
  const names = () => reader.array(() => reader.string());
  const topics = () =>
    reader.structs(() => {
      const name = reader.string();
      reader.int32(); // partitions
      reader.int16(); // replication factor
      reader.structs(() => [reader.string(), reader.string()]); // configs
      return name;
    });
  return reader.nullableStruct(() => {
    reader.int32(); // epoch
    return reader.structs(() => {
      const [id, sources] = [reader.string(), names()];
      names(); // topics that it writes
      topics(); // changelogs of its stores
      return { id, topics: [...sources, ...topics()] };
    });
  }) ?? [];
}

function member(reader: FlexibleReader, subtopologies: readonly Subtopology[]) {
  const tasks = () =>
    reader.structs(() => ({ id: reader.string(), partitions: reader.array(() => reader.int32()) }));
  const assignment = () =>
    reader.struct(() => {
      const active = tasks();
      tasks(); // standby
      tasks(); // warm-up
      return active;
    });
  const offsets = () => reader.structs(() => [reader.string(), reader.int32(), reader.int64()]);
  const memberId = reader.string();
  reader.int32(); // epoch
  reader.nullableString(); // instance
  reader.nullableString(); // rack
  const [clientId, clientHost] = [reader.string(), reader.string()];
  reader.int32(); // epoch of the topology
  reader.string(); // process
  reader.nullableStruct(() => [reader.string(), reader.uint16()]); // endpoint
  reader.structs(() => [reader.string(), reader.string()]); // tags
  offsets(); // of its tasks
  offsets(); // ends of these
  const active = assignment();
  assignment(); // where it is heading
  reader.bool(); // of the classic protocol
  const assigned = active.flatMap(({ id, partitions }) =>
    subtopologies.filter((one) => one.id === id).flatMap(({ topics }) =>
      topics.map((topic) => ({ topic, partitions }))
    )
  );
  return { memberId, clientId, clientHost, assigned };
}

/** Both directions of it. */
export const STREAMS_GROUP_EXCHANGES: {
  readonly StreamsGroupDescribe: Exchange<GroupIds, readonly DescribedGroup[]>;
} = {
  StreamsGroupDescribe: {
    apiKey: 89,
    versions: [0],
    encode: describeRequest,
    decode(data) {
      const reader = new FlexibleReader(data);
      reader.int32(); // throttle time
      return reader.structs(() => {
        const [errorCode, errorMessage] = [reader.int16(), reader.nullableString()];
        const [groupId, state] = [reader.string(), reader.string()];
        reader.int32(); // group epoch
        reader.int32(); // assignment epoch
        const subtopologies = topology(reader);
        const members = reader.structs(() => member(reader, subtopologies));
        reader.int32(); // authorized operations
        return { errorCode, errorMessage, groupId, state, members };
      });
    },
  },
};
