// Requests that change topics, and what a controller answers for one.
import { ERROR } from "../protocol/requests.ts";
import type { Broker } from "../connection/broker.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { until } from "../waiting/retry.ts";
import { ClientError } from "../errors/client_error.ts";

/** How long a controller may take to change topics, in ms. */
export const CHANGE_TIMEOUT = 15_000;

/** Asks the controller, and the next one where it has just moved. */
export async function change<T>(
  cluster: Cluster,
  ask: (controller: Broker) => Promise<T>,
): Promise<T> {
  const look = async () => ({ answer: await ask(await cluster.controller()) });
  const { answer } = await until(look, CHANGE_TIMEOUT, (last) => last as Error);
  return answer;
}

/** What a broker answers for a topic. */
export interface TopicAnswer {
  readonly topic: string;
  readonly errorCode: number;
  readonly errorMessage?: string | null;
}

/** The answer for one topic. */
export function answerFor(topic: string, answers: readonly TopicAnswer[]): TopicAnswer {
  const own = answers.find((answer) => answer.topic === topic);
  if (!own) throw new ClientError(`Kafka's answer says nothing of topic ${topic}`);
  return own;
}

/**
 * Passes where the answer for the topic is no error.
 *
 * @throws What the broker answered for the topic, where that is an error: in its own words.
 */
export function checkAnswer(broker: Broker, topic: string, answers: readonly TopicAnswer[]): void {
  const { errorCode, errorMessage } = answerFor(topic, answers);
  if (errorCode === ERROR.none) return;
  throw Object.assign(broker.error(errorCode, errorMessage), { topic });
}
