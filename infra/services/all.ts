// Every kind of service that a stack can have: to add one, write its descriptor and name it here.
// This module is pure: no Deno APIs, no I/O.
import type { Descriptor } from "./descriptor.ts";
import { controller } from "./controller.ts";
import { grafana } from "./grafana.ts";
import { kafka } from "./kafka.ts";
import { kafkaClient } from "./kafka_client.ts";
import { lagExporter } from "./lag_exporter.ts";
import { prometheus } from "./prometheus.ts";
import { zookeeper } from "./zookeeper.ts";

/** The descriptors, in the order in which services are listed. */
export const DESCRIPTORS: readonly Descriptor[] = [
  zookeeper,
  controller,
  kafka,
  kafkaClient,
  lagExporter,
  prometheus,
  grafana,
];
