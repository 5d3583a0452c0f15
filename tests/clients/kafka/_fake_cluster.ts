// A cluster whose brokers answer what a test says.
import type { Broker, Requests } from "../../../clients/kafka/connection/broker.ts";
import type { Cluster } from "../../../clients/kafka/cluster/cluster.ts";
import { network } from "../../../clients/kafka/kafkajs/library.ts";
import type { Metadata, Partition, Topic } from "../../../clients/kafka/cluster/metadata.ts";

/** Answers by request; an error is thrown. */
export type Answers = {
  readonly [Name in keyof Requests]?: (
    body: Requests[Name]["request"],
    brokerId: number,
  ) => Requests[Name]["response"];
};

/** A partition in sync on one broker; leader −1: none. */
export function on(leader: number, partition = 0): Partition {
  return { partition, leader, replicas: [Math.max(leader, 1)], isr: [Math.max(leader, 1)] };
}

/** A topic of nobody but users. */
export function topicOf(topic: string, ...partitions: Partition[]): Topic {
  return { topic, internal: topic.startsWith("__"), partitions };
}

/** Brokers 1 and 2, of which broker 1 is the controller. */
export async function fakeCluster(
  topics: readonly Topic[],
  answers: Answers,
  errors: Metadata["errors"] = [],
): Promise<Cluster> {
  const { createErrorFromCode } = await network();
  const brokers = [1, 2].map((id) => ({ id, host: "b", port: id }));
  const broker = (id: number) =>
    ({
      address: `b:${id}`,
      request: (name: keyof Requests, body: unknown) => {
        const answer = answers[name] as ((body: unknown, id: number) => unknown) | undefined;
        if (!answer) return Promise.reject(new Error(`nobody expects ${name}`));
        return new Promise((resolve) => resolve(answer(body, id)));
      },
      error: (code: number, message?: string | null) =>
        Object.assign(createErrorFromCode(code), message ? { message } : {}),
    }) as unknown as Broker;
  return {
    metadata: (names) =>
      Promise.resolve({
        ...{ clusterId: "c", controllerId: 1, brokers, errors },
        topics: topics.filter(({ topic }) => names?.includes(topic) ?? true),
      }),
    broker: (address) => Promise.resolve(broker(Number(address.split(":")[1]))),
    members: () => Promise.resolve(brokers),
    controller: () => Promise.resolve(broker(1)),
  };
}
