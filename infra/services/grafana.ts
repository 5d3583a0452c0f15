// Grafana: what it is started with, and its first password.
// This module is pure: no Deno APIs, no I/O.
import type { Descriptor } from "./descriptor.ts";
import { hostPort } from "./placement.ts";
import { PROMETHEUS } from "./prometheus.ts";
import { AFTER_THE_BROKERS, describeWebService, outputFile } from "./web_service.ts";

/** Name of the service. */
export const GRAFANA = "grafana";

const DIRECTORIES = {
  config: "kafka_monitoring/grafana/conf",
  data: "kafka_monitoring/grafana/data",
};

/** The file with the password of Grafana's `admin`, relative to the stack's directory. */
export const ADMIN_PASSWORD = `${DIRECTORIES.config}/admin_password`;

/** The Grafana of a stack. */
export const grafana: Descriptor = {
  names: /^grafana$/,
  roles: ["monitor"],
  after: AFTER_THE_BROKERS,
  layout: () => ({
    directories: DIRECTORIES,
    files: [outputFile(GRAFANA), ADMIN_PASSWORD],
    // Dashboards of the user's lie elsewhere, or are called otherwise.
    unmarked: {
      path: /^kafka_monitoring\/grafana\/conf\/dashboards\/kafka-[\w-]+\.json$/,
      content: /^/,
    },
  }),
  describe({ stack, placement, monitoring }) {
    const program = monitoring?.programs.grafana;
    if (program === undefined) return [];
    return [{
      ...describeWebService(placement, {
        name: GRAFANA,
        image: "grafana",
        program: {
          type: "command",
          command: program.command,
          args: [
            "server",
            `--homepath=${program.home}`,
            `--config=${placement.path(`${DIRECTORIES.config}/grafana.ini`)}`,
          ],
        },
        port: stack.monitoring!.grafanaPort,
        setting: "monitoring.grafanaPort",
        path: "/api/health",
        directories: DIRECTORIES,
      }),
      // Its configuration reads it from there, at the very first start only.
      passwordFiles: [ADMIN_PASSWORD],
    }];
  },
  files(_, { stack, placement, monitoring }) {
    const { scrapeIntervalSeconds, grafanaPort, prometheusPort } = stack.monitoring!;
    return monitoring!.content.grafana({
      scrapeIntervalSeconds,
      bind: placement.open(grafanaPort).bind,
      config: placement.path(DIRECTORIES.config),
      data: placement.path(DIRECTORIES.data),
      passwordFile: placement.path(ADMIN_PASSWORD),
      prometheus: `http://${hostPort(placement.within(PROMETHEUS, prometheusPort))}`,
    }, stack.mode).map((file) => ({ ...file, path: `${DIRECTORIES.config}/${file.path}` }));
  },
};
