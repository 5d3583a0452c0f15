// Patch of kafkajs 2.2.4: what answers, but not in Kafka's protocol (an HTTP server, a TLS listener, a
// proxy), is taken for a broker.
// Without it: such an answer ends the process, is waited for in vain, or is a RangeError.
// Test: "what does not speak Kafka's protocol is a broker that cannot be reached"
// This module is pure: no Deno APIs, no I/O.

interface Response {
  decode(payload: unknown): Promise<unknown>;
  parse(answer: unknown): Promise<unknown>;
}

/** The part of a connection that is patched. */
export interface Connection {
  broker: string;
  bytesBuffered: number;
  /** How many it waits for, 4 where the size of an answer comes next. */
  bytesNeeded: number;
  processData(data: DataView | Uint8Array): unknown;
  send(sent: { response: Response }): Promise<unknown>;
  rejectRequests(error: Error): void;
  disconnect(): Promise<unknown>;
}

/** No broker sends an answer of this size (`fetch.max.bytes` is 50 MB), in bytes. */
const MAX_ANSWER = 300_000_000;

/** The message of a connection that failed for this reason. */
export const OTHER_PROTOCOL = "it does not speak Kafka's protocol";

/** Makes of such an answer the library's error for a connection that failed. */
export function patchOtherProtocols(prototype: Connection) {
  const { processData, send } = prototype;
  prototype.processData = function (data) {
    try {
      const first = this.bytesBuffered === 0 && this.bytesNeeded === 4 && data.byteLength >= 4;
      if (first && isTooLarge(data)) throw new RangeError("the size of an answer");
      return processData.call(this, data);
    } catch (error) {
      if (!isBuiltIn(error)) throw error;
      this.rejectRequests(otherProtocol(this.broker, error));
      this.disconnect().catch(() => {});
    }
  };
  prototype.send = function (sent) {
    const decode = async (payload: unknown) => {
      try {
        return await sent.response.decode(payload);
      } catch (error) {
        throw isBuiltIn(error) ? otherProtocol(this.broker, error) : error;
      }
    };
    const parse = (answer: unknown) => sent.response.parse(answer);
    return send.call(this, { ...sent, response: { decode, parse } });
  };
}

function isTooLarge(data: DataView | Uint8Array): boolean {
  return new DataView(data.buffer, data.byteOffset).getUint32(0) > MAX_ANSWER;
}

function isBuiltIn(error: unknown): boolean {
  return error instanceof RangeError || error instanceof TypeError;
}

function otherProtocol(broker: string, cause: unknown): Error {
  return Object.assign(new Error(OTHER_PROTOCOL, { cause }), {
    name: "KafkaJSConnectionError",
    retriable: true,
    broker,
  });
}
