// The lag exporter: the lag of every consumer group, as metrics.
// This module is pure: no Deno APIs, no I/O.
import type { Descriptor } from "./descriptor.ts";
import { innerServers } from "./kafka.ts";
import { AFTER_THE_BROKERS, describeWebService, outputFile } from "./web_service.ts";

const LAG_EXPORTER = "lag_exporter";

/** What it may do: speak to the brokers and to Prometheus. */
const FLAGS = ["--no-prompt", "--quiet", "--allow-net", "--allow-env=KAFKA_HOST"];

/** The exporter of consumer lag. */
export const lagExporter: Descriptor = {
  names: /^lag_exporter$/,
  roles: ["monitor"],
  after: AFTER_THE_BROKERS,
  layout: () => ({ directories: {}, files: [outputFile(LAG_EXPORTER)] }),
  describe({ stack, placement, monitoring }) {
    if (!monitoring) return [];
    const port = stack.monitoring!.lagExporterPort;
    const { bind } = placement.open(port);
    return [describeWebService(placement, {
      name: LAG_EXPORTER,
      image: "client",
      program: {
        type: "deno",
        script: "clients/lag_exporter.ts",
        flags: FLAGS,
        args: [
          ...["--kafka", innerServers(stack, placement)],
          ...["--host", bind.host, "--port", String(bind.port)],
        ],
      },
      port,
      setting: "monitoring.lagExporterPort",
      path: "/-/healthy",
      job: "kafka_lag",
    })];
  },
};
