// The JMX exporter: an agent in each JVM that serves its metrics to Prometheus over HTTP.
// This module is pure: no Deno APIs, no I/O.
import { type Broker, type Controller, urlHost, type ZooKeeper } from "../spec/mod.ts";
import type { Artifact } from "./artifact.ts";
import type { Placement } from "./placement.ts";

/** Version of `io.prometheus.jmx:jmx_prometheus_javaagent`. */
export const EXPORTER_VERSION = "1.0.1";

/** Directory of the agent, relative to the stack's. */
export const EXPORTER_DIRECTORY = "kafka_monitoring/exporter";

/** The agent, relative to the stack's directory. */
export const EXPORTER_JAR =
  `${EXPORTER_DIRECTORY}/jmx_prometheus_javaagent-${EXPORTER_VERSION}.jar`;

/** A node with an agent. */
type Node = ZooKeeper | Controller | Broker;

/** The file with the agent's configuration. */
export function renderExporter(node: Node, content: string): Artifact {
  return { path: configPath(node), content };
}

/**
 * The JVM's flag that loads the agent. In the service's own command line and nowhere else: tools that
 * inherited it would try to open the same port.
 */
export function exporterFlag(node: Node, placement: Placement): string {
  const { host, port } = placement.open(node.exporterPort).bind;
  const config = placement.path(configPath(node));
  return `-javaagent:${placement.path(EXPORTER_JAR)}=${urlHost(host)}:${port}:${config}`;
}

function configPath({ directories }: Node): string {
  return `${directories.config}/jmx-exporter.yml`;
}
