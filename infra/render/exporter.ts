// The JMX exporter: an agent in each JVM that serves its metrics to Prometheus over HTTP.
// This module is pure: no Deno APIs, no I/O.
import { type Service, urlHost } from "../spec/mod.ts";
import type { Artifact } from "./artifact.ts";
import type { ExporterConfigs } from "./content.ts";
import type { Placement } from "./placement.ts";

/** Version of `io.prometheus.jmx:jmx_prometheus_javaagent`. */
export const EXPORTER_VERSION = "1.0.1";

/** Directory of the agent, relative to the stack's. */
export const EXPORTER_DIRECTORY = "kafka_monitoring/exporter";

/** The agent, relative to the stack's directory. */
export const EXPORTER_JAR =
  `${EXPORTER_DIRECTORY}/jmx_prometheus_javaagent-${EXPORTER_VERSION}.jar`;

/** The file with the agent's configuration. */
export function renderExporter(service: Service, configs: ExporterConfigs): Artifact {
  return { path: configPath(service), content: configs[service.kind] };
}

/**
 * The JVM's flag that loads the agent. In the service's own command line and nowhere else: tools that
 * inherited it would try to open the same port.
 */
export function exporterFlag(service: Service, placement: Placement): string {
  const { host, port } = placement.open(service.exporterPort).bind;
  const config = placement.path(configPath(service));
  return `-javaagent:${placement.path(EXPORTER_JAR)}=${urlHost(host)}:${port}:${config}`;
}

function configPath({ directories }: Service): string {
  return `${directories.config}/jmx-exporter.yml`;
}
