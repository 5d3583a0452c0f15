// Configs of topics: which are in force, and whose setting each is.
import { type Api, CONFIG_SOURCE, ERROR, TOPIC_RESOURCE } from "./_api.ts";
import type { Cluster } from "./cluster.ts";

/** A config in force for a topic. */
export interface TopicConfig {
  readonly name: string;
  /** `null` for a secret. */
  readonly value: string | null;
  /** Whose setting it is: the topic's own, the broker's, or Kafka's default. */
  readonly source: "topic" | "broker" | "default";
}

/** The configs in force for each of `topics`. */
export async function describeConfigs(
  cluster: Cluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, readonly TopicConfig[]>> {
  const broker = await cluster.controller();
  const { resources } = await broker.request("DescribeConfigs", {
    resources: topics.map((name) => ({ type: TOPIC_RESOURCE, name, configNames: [] })),
    includeSynonyms: false,
  });
  return new Map(resources.map(({ errorCode, errorMessage, resourceName, configEntries }) => {
    if (errorCode !== ERROR.none) throw broker.error(errorCode, errorMessage);
    return [resourceName, configEntries.map(toConfig)];
  }));
}

type ConfigEntry = Api["DescribeConfigs"]["response"]["resources"][number]["configEntries"][number];

function toConfig({ configName, configValue, configSource }: ConfigEntry): TopicConfig {
  const source = configSource === CONFIG_SOURCE.topic
    ? "topic"
    : configSource === CONFIG_SOURCE.default
    ? "default"
    : "broker";
  return { name: configName, value: configValue, source };
}

/** A config's value, with whose setting it is when not the topic's own: `delete (default)`. */
export function configText(configs: readonly TopicConfig[], name: string): string {
  const config = configs.find((config) => config.name === name);
  if (!config) return "";
  return `${config.value ?? "(hidden)"}${config.source === "topic" ? "" : ` (${config.source})`}`;
}
