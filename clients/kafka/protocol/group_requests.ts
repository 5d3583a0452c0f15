// Requests about groups that the client library lacks: of all types in one list (KIP-518, KIP-848),
// consumer groups of the new protocol (KIP-848), share groups (KIP-932, KIP-1226).
// This module is pure: no Deno APIs, no I/O.
import type { Exchange } from "./exchange.ts";
import { FlexibleReader, FlexibleWriter } from "./flexible.ts";
import type { Api } from "./requests.ts";

/** What a coordinator tells of a group. */
export interface DescribedGroup {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly groupId: string;
  readonly state: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly clientId: string;
    readonly clientHost: string;
    readonly assigned: readonly {
      readonly topic: string;
      readonly partitions: readonly number[];
    }[];
  }[];
}

/** What a coordinator tells of a partition of a share group. */
export interface SharePartition {
  readonly topic: string;
  readonly partition: number;
  /** All records before it are done with; −1 where nothing has been read yet. */
  readonly startOffset: bigint;
  /** −1 where it is not known. */
  readonly lag: bigint;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** Which groups. */
export interface GroupIds {
  readonly groupIds: readonly string[];
}

/** Each request with its answer. */
export interface GroupApi {
  ConsumerGroupDescribe: { request: GroupIds; response: readonly DescribedGroup[] };
  ShareGroupDescribe: { request: GroupIds; response: readonly DescribedGroup[] };
  /** All partitions of one group. */
  DescribeShareGroupOffsets: {
    request: { readonly groupId: string };
    response: {
      readonly errorCode: number;
      readonly errorMessage: string | null;
      readonly partitions: readonly SharePartition[];
    };
  };
  AlterShareGroupOffsets: {
    request: {
      readonly groupId: string;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number; readonly offset: bigint }[];
      }[];
    };
    response: {
      readonly errorCode: number;
      readonly errorMessage: string | null;
      readonly partitions: readonly Omit<SharePartition, "startOffset" | "lag">[];
    };
  };
}

type Exchanges =
  & {
    readonly [Name in keyof GroupApi]: Exchange<
      GroupApi[Name]["request"],
      GroupApi[Name]["response"]
    >;
  }
  & {
    /** Newer versions of it: they tell types and states. */
    readonly ListGroups: Exchange<Api["ListGroups"]["request"], Api["ListGroups"]["response"]>;
  };

/** A request for groups by name. */
export function describeRequest({ groupIds }: GroupIds) {
  const writer = new FlexibleWriter();
  return writer.array(groupIds, (id) => void writer.string(id)).bool(false).end();
}

/** The members' partitions in one of their assignments. */
function assignment(reader: FlexibleReader) {
  return reader.struct(() =>
    reader.structs(() => {
      reader.uuid(); // topic id
      return { topic: reader.string(), partitions: reader.array(() => reader.int32()) };
    })
  );
}

/**
 * @param of Fields that only members of such a group have: of a consumer the instance id, the topics'
 * pattern, where it is heading (its target assignment), and its kind.
 */
function describeAnswer(
  reader: FlexibleReader,
  of: { readonly consumer: boolean; readonly kind: boolean },
): DescribedGroup[] {
  reader.int32(); // throttle time
  return reader.structs(() => {
    const [errorCode, errorMessage] = [reader.int16(), reader.nullableString()];
    const [groupId, state] = [reader.string(), reader.string()];
    reader.int32(); // group epoch
    reader.int32(); // assignment epoch
    reader.string(); // assignor
    const members = reader.structs(() => {
      const memberId = reader.string();
      if (of.consumer) reader.nullableString();
      reader.nullableString(); // rack
      reader.int32(); // member epoch
      const [clientId, clientHost] = [reader.string(), reader.string()];
      reader.array(() => reader.string()); // topics
      if (of.consumer) reader.nullableString();
      const assigned = assignment(reader);
      if (of.consumer) assignment(reader);
      if (of.kind) reader.int8();
      return { memberId, clientId, clientHost, assigned };
    });
    reader.int32(); // authorized operations
    return { errorCode, errorMessage, groupId, state, members };
  });
}

/** Both directions of each. */
export const GROUP_EXCHANGES: Exchanges = {
  ListGroups: {
    apiKey: 16,
    versions: [3, 4, 5],
    encode(_, version) {
      const writer = new FlexibleWriter();
      if (version >= 4) writer.array([], () => {}); // all states
      if (version >= 5) writer.array([], () => {}); // all types
      return writer.end();
    },
    decode(data, version) {
      const reader = new FlexibleReader(data);
      reader.int32(); // throttle time
      const errorCode = reader.int16();
      const groups = reader.structs(() => ({
        groupId: reader.string(),
        protocolType: reader.string(),
        ...version >= 4 ? { state: reader.string() } : {},
        ...version >= 5 ? { type: reader.string() } : {},
      }));
      return { errorCode, groups };
    },
  },
  ConsumerGroupDescribe: {
    apiKey: 69,
    versions: [0, 1],
    encode: describeRequest,
    decode: (data, version) =>
      describeAnswer(new FlexibleReader(data), { consumer: true, kind: version >= 1 }),
  },
  ShareGroupDescribe: {
    apiKey: 77,
    versions: [1],
    encode: describeRequest,
    decode: (data) => describeAnswer(new FlexibleReader(data), { consumer: false, kind: false }),
  },
  DescribeShareGroupOffsets: {
    apiKey: 90,
    versions: [0, 1],
    encode({ groupId }) {
      const writer = new FlexibleWriter();
      return writer.structs([groupId], (id) => {
        writer.string(id).structs(null, () => {}); // all topics
      }).end();
    },
    decode(data, version) {
      const reader = new FlexibleReader(data);
      reader.int32(); // throttle time
      const [group] = reader.structs(() => {
        reader.string(); // group
        const partitions = reader.structs(() => {
          const topic = reader.string();
          reader.uuid();
          return reader.structs(() => {
            const [partition, startOffset] = [reader.int32(), reader.int64()];
            reader.int32(); // leader epoch
            const lag = version >= 1 ? reader.int64() : -1n;
            const [errorCode, errorMessage] = [reader.int16(), reader.nullableString()];
            return { topic, partition, startOffset, lag, errorCode, errorMessage };
          });
        }).flat();
        return { partitions, errorCode: reader.int16(), errorMessage: reader.nullableString() };
      });
      return group ?? { partitions: [], errorCode: 0, errorMessage: null };
    },
  },
  AlterShareGroupOffsets: {
    apiKey: 91,
    versions: [0],
    encode({ groupId, topics }) {
      const writer = new FlexibleWriter().string(groupId);
      return writer.structs(topics, ({ topic, partitions }) => {
        writer.string(topic).structs(partitions, ({ partition, offset }) => {
          writer.int32(partition).int64(offset);
        });
      }).end();
    },
    decode(data) {
      const reader = new FlexibleReader(data);
      reader.int32(); // throttle time
      const [errorCode, errorMessage] = [reader.int16(), reader.nullableString()];
      const partitions = reader.structs(() => {
        const topic = reader.string();
        reader.uuid();
        return reader.structs(() => ({
          topic,
          partition: reader.int32(),
          errorCode: reader.int16(),
          errorMessage: reader.nullableString(),
        }));
      }).flat();
      return { errorCode, errorMessage, partitions };
    },
  },
};
