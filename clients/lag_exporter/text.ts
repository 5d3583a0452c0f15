// Consumer lag in Prometheus' text format. The door to prom-client: the only file that imports it.
// This module is pure: no Deno APIs, no I/O.
import { Gauge, Registry } from "prom-client";
import type { Lag } from "../kafka/groups/lag.ts";

/** `Content-Type` of the text. */
export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * All metrics of one scrape, named as those of the widely used kafka_exporter.
 *
 * @param lag `undefined` when the brokers did not answer: then there is no series of theirs.
 * @param seconds How long they were asked.
 */
export async function lagText(lag: Lag | undefined, seconds: number): Promise<string> {
  // A registry for each scrape: series of what is deleted are never in it.
  const registry = new Registry();
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge<L>({ name, help, labelNames, registers: [registry] });

  gauge(
    "kafka_lag_exporter_up",
    "1: the brokers answered all of this scrape; 0: they did not, and what is not known is left out",
  ).set(lag === undefined || lag.gaps.length > 0 ? 0 : 1);
  gauge("kafka_lag_exporter_collect_seconds", "Time that asking the brokers took for this scrape")
    .set(seconds);
  const read = ["consumergroup", "topic", "partition"] as const;
  const groupLag = gauge(
    "kafka_consumergroup_lag",
    "Records of the partition that the group has not read yet and that are there: log end offset " +
      "less committed offset, or less the oldest offset where that is higher; 0 for a committed " +
      "offset beyond the log end",
    read,
  );
  const committed = gauge(
    "kafka_consumergroup_current_offset",
    "Offset that the group has committed for the partition: of the next record to read",
    read,
  );
  const members = gauge(
    "kafka_consumergroup_members",
    "Consumers in the group",
    ["consumergroup"] as const,
  );
  const count = gauge(
    "kafka_topic_partitions",
    "Partitions of the topic",
    ["topic"] as const,
  );
  const logEnd = gauge(
    "kafka_topic_partition_current_offset",
    "Log end offset of the partition: of the next record to be written",
    ["topic", "partition"] as const,
  );
  const oldest = gauge(
    "kafka_topic_partition_oldest_offset",
    "Offset of the oldest record that the partition still has",
    ["topic", "partition"] as const,
  );

  for (const { group: consumergroup, members: consumers, offsets } of lag?.groups ?? []) {
    members.set({ consumergroup }, consumers.length);
    for (const { topic, partition, ...offset } of offsets) {
      const labels = { consumergroup, topic, partition };
      if (offset.committed !== undefined) committed.set(labels, Number(offset.committed));
      if (offset.lag !== undefined) groupLag.set(labels, Number(offset.lag));
    }
  }
  for (const { topic, partitions } of lag?.topics ?? []) {
    count.set({ topic }, partitions.length);
    for (const { partition, ...ends } of partitions) {
      if (ends.logEnd !== undefined) logEnd.set({ topic, partition }, Number(ends.logEnd));
      if (ends.oldest !== undefined) oldest.set({ topic, partition }, Number(ends.oldest));
    }
  }
  return await registry.metrics();
}
