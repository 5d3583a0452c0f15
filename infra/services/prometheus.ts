// Prometheus: what it is started with, and what it scrapes.
// This module is pure: no Deno APIs, no I/O.
import type { PrometheusTarget } from "./content.ts";
import type { Descriptor } from "./descriptor.ts";
import { hostPort } from "./placement.ts";
import type { Description } from "./service.ts";
import { AFTER_THE_BROKERS, describeWebService, outputFile } from "./web_service.ts";

/** Name of the service. */
export const PROMETHEUS = "prometheus";

const DIRECTORIES = {
  config: "kafka_monitoring/prometheus/config",
  data: "kafka_monitoring/prometheus/data",
};

/** The Prometheus of a stack. */
export const prometheus: Descriptor = {
  names: /^prometheus$/,
  roles: ["monitor"],
  after: AFTER_THE_BROKERS,
  layout: () => ({ directories: DIRECTORIES, files: [outputFile(PROMETHEUS)] }),
  describe({ stack, placement, monitoring }) {
    const command = monitoring?.programs.prometheus;
    if (command === undefined) return [];
    const { prometheusPort: port, retention } = stack.monitoring!;
    const inside = placement.open(port).bind;
    return [{
      ...describeWebService(placement, {
        name: PROMETHEUS,
        image: "prometheus",
        program: {
          type: "command",
          command,
          // Only what Prometheus 2.42 and 3 both know.
          args: [
            `--config.file=${placement.path(`${DIRECTORIES.config}/prometheus.yml`)}`,
            `--storage.tsdb.path=${placement.path(DIRECTORIES.data)}`,
            `--storage.tsdb.retention.time=${retention}`,
            `--web.listen-address=${hostPort(inside)}`,
          ],
        },
        port,
        setting: "monitoring.prometheusPort",
        path: "/-/ready",
        directories: DIRECTORIES,
        job: "prometheus",
      }),
      // Its image has no bash.
      health: {
        everySeconds: 5,
        ask: {
          command: [
            ...["promtool", "query", "instant"],
            ...[`http://127.0.0.1:${inside.port}`, "vector(1)"],
          ],
        },
      },
    }];
  },
  files(_, { stack, monitoring }, all) {
    return monitoring!.content.prometheus({
      scrapeIntervalSeconds: stack.monitoring!.scrapeIntervalSeconds,
      targets: scrapeTargets(all, "stack"),
    }, stack.mode).map((file) => ({ ...file, path: `${DIRECTORIES.config}/${file.path}` }));
  },
};

/**
 * What Prometheus scrapes.
 *
 * @param from Whether it is one of the stack's services, or runs on this machine beside them.
 */
export function scrapeTargets(
  services: readonly Description[],
  from: "stack" | "machine",
): PrometheusTarget[] {
  return services.flatMap(({ name: instance, metrics }) => {
    if (!metrics) return [];
    const address = hostPort(from === "stack" ? metrics.inside : metrics.address);
    return [{ job: metrics.job, instance, address }];
  });
}
