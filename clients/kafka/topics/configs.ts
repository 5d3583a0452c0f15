// Configs of topics: which are in force, and whose setting each is.
import { type Api, CONFIG_SOURCE, ERROR, TOPIC_RESOURCE } from "../protocol/requests.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { nearest } from "../errors/nearest.ts";
import { type Gap, gapOf, type WithGaps } from "../errors/gaps.ts";

/** A config in force for a topic. */
export interface TopicConfig {
  readonly name: string;
  /** `null` for a secret. */
  readonly value: string | null;
  /** Whose setting it is: the topic's own, the broker's, or Kafka's default. */
  readonly source: "topic" | "broker" | "default";
}

/** Configs by topic, and what the broker did not tell. */
export interface TopicConfigs extends WithGaps {
  readonly configs: ReadonlyMap<string, readonly TopicConfig[]>;
}

/** The configs in force for each of `topics`; those that are gone by now are left out. */
export async function describeConfigs(
  cluster: Cluster,
  topics: readonly string[],
): Promise<TopicConfigs> {
  const configs = new Map<string, readonly TopicConfig[]>();
  const gaps: Gap[] = [];
  if (topics.length === 0) return { configs, gaps };
  const broker = await cluster.controller();
  const { resources } = await broker.request("DescribeConfigs", {
    resources: topics.map((name) => ({ type: TOPIC_RESOURCE, name, configNames: [] })),
    includeSynonyms: false,
  });
  for (const { errorCode, errorMessage, resourceName, configEntries } of resources) {
    if (errorCode === ERROR.none) configs.set(resourceName, configEntries.map(toConfig));
    else if (errorCode !== ERROR.unknownTopic) {
      const what = `the configs of topic ${resourceName}`;
      gaps.push(gapOf(what, broker.error(errorCode, errorMessage)));
    }
  }
  return { configs, gaps };
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

/** `Did you mean retention.ms?` where one of `names` is no config of a topic; else `undefined`. */
export async function nearConfig(
  cluster: Cluster,
  names: readonly string[],
): Promise<string | undefined> {
  const [topic] = (await cluster.metadata()).topics;
  const [configs] = topic ? (await describeConfigs(cluster, [topic.topic])).configs.values() : [];
  const known = configs?.map(({ name }) => name) ?? [];
  const near = names.filter((name) => !known.includes(name)).map((name) => nearest(name, known));
  const [first] = near.filter((name) => name !== undefined);
  return first && `Did you mean ${first}?`;
}
