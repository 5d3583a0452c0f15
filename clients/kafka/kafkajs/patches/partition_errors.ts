// Patch of kafkajs 2.2.4: it takes the answer about a topic for failed when one of its partitions has
// no leader (`LEADER_NOT_AVAILABLE`).
// Without it: a topic cannot be read or written while one of its partitions is without a leader.
// Test: "a topic of which one partition has no leader is known for its other partitions"
// This module is pure: no Deno APIs, no I/O.

interface MetadataAnswer {
  readonly topicMetadata: readonly {
    readonly partitionMetadata: readonly { readonly partitionErrorCode: number }[];
  }[];
}

interface MetadataResponse {
  readonly decode: (data: unknown) => Promise<MetadataAnswer>;
  readonly parse: (answer: MetadataAnswer) => Promise<unknown>;
}

/** The part of the Metadata request that is patched. */
export interface MetadataRequest {
  protocol(version: { version: number }): (
    body: unknown,
  ) => { request: unknown; response: MetadataResponse };
}

/** Errors of partitions fail nothing; what is wrong with the topic itself still does. */
export function patchPartitionErrors(request: MetadataRequest) {
  const { protocol } = request;
  request.protocol = (version) => (body) => {
    const made = protocol(version)(body);
    const parse = async (answer: MetadataAnswer) => {
      const topicMetadata = answer.topicMetadata.map((topic) => ({
        ...topic,
        partitionMetadata: topic.partitionMetadata.map((p) => ({ ...p, partitionErrorCode: 0 })),
      }));
      await made.response.parse({ ...answer, topicMetadata });
      return answer;
    };
    return { request: made.request, response: { decode: made.response.decode, parse } };
  };
}
