// Patch of kafkajs 2.2.4: it does not tell whether records that were not acknowledged have been sent.
// Without it: nobody knows whether records may go to another partition without being written twice.
// Test: "mayBeWritten() is true for what was sent and neither acknowledged nor refused"
// This module is pure: no Deno APIs, no I/O.

/** The part of a broker that is patched. */
export interface Broker {
  produce(
    request: { topicData: { partitions: { messages: readonly unknown[] }[] }[] },
  ): Promise<unknown>;
}

/** Answers that say that nothing was written. */
const REFUSED = [
  ...["NOT_LEADER_FOR_PARTITION", "UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE"],
  ...["NOT_ENOUGH_REPLICAS", "MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"],
];

/** Lists of records that a broker may have written, without our hearing of it. */
const maybeWritten = new WeakSet<readonly unknown[]>();

/** Remembers which records have been handed to a connection. */
export function patchProduce(prototype: Broker) {
  const { produce } = prototype;
  prototype.produce = async function (request) {
    const fresh = request.topicData.flatMap(({ partitions }) =>
      partitions.map(({ messages }) => messages)
    ).filter((messages) => !maybeWritten.has(messages));
    for (const messages of fresh) maybeWritten.add(messages);
    try {
      return await produce.call(this, request);
    } catch (error) {
      if (REFUSED.includes((error as { type?: string }).type ?? "")) {
        for (const messages of fresh) maybeWritten.delete(messages);
      }
      throw error;
    }
  };
}

/** Whether a broker may have written these records, though it has not acknowledged them. */
export function mayBeWritten(records: readonly unknown[]): boolean {
  return maybeWritten.has(records);
}
