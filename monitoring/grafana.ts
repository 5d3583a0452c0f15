// Grafana's configuration: who may look, where Prometheus is, which dashboards there are.
// This module is pure: no Deno APIs, no I/O.
import { type Artifact, GENERATED } from "../infra/services/artifact.ts";
import type { GrafanaOptions } from "../infra/services/content.ts";
import { toYaml } from "../infra/render/yaml.ts";

/** A dashboard as Grafana reads it. */
export interface DashboardFile {
  /** Its file's name. */
  readonly file: string;
  readonly content: string;
}

/** What is provisioned. */
export interface Provisioned {
  /** Uid of the data source that the dashboards name. */
  readonly dataSource: string;
  readonly dashboards: readonly DashboardFile[];
  /** File of the dashboard that Grafana opens on. */
  readonly home: string;
}

/** `grafana.ini`, the provisioned data source and dashboards. */
export function grafanaFiles(options: GrafanaOptions, provisioned: Provisioned): Artifact[] {
  const { bind, config, data, passwordFile, prometheus, scrapeIntervalSeconds } = options;
  const { dataSource, dashboards, home } = provisioned;
  return [
    {
      path: "grafana.ini",
      content: ini({
        paths: {
          data,
          logs: `${data}/log`,
          plugins: `${data}/plugins`,
          provisioning: `${config}/provisioning`,
        },
        server: { http_addr: bind.host, http_port: bind.port },
        // Read from its own file, so that it is in no command line and in no environment. It counts
        // at the first start only, when the data has no user yet.
        security: {
          admin_user: "admin",
          admin_password: `$__file{${passwordFile}}`,
          disable_gravatar: true,
        },
        "auth.anonymous": { enabled: false },
        users: { allow_sign_up: false },
        dashboards: { default_home_dashboard_path: `${config}/dashboards/${home}` },
        // Nothing of this machine is told to anybody.
        analytics: {
          reporting_enabled: false,
          check_for_updates: false,
          check_for_plugin_updates: false,
          feedback_links_enabled: false,
        },
        news: { news_feed_enabled: false },
        log: { mode: "console" },
      }),
    },
    {
      path: "provisioning/datasources/prometheus.yml",
      content: `${GENERATED}\n${
        toYaml({
          apiVersion: 1,
          datasources: [{
            name: "Prometheus",
            uid: dataSource,
            type: "prometheus",
            access: "proxy",
            url: prometheus,
            isDefault: true,
            editable: false,
            // Rates over less than four scrapes have holes: Grafana's $__rate_interval needs this.
            jsonData: { timeInterval: `${scrapeIntervalSeconds}s`, httpMethod: "POST" },
          }],
        })
      }`,
    },
    {
      path: "provisioning/dashboards/kafka.yml",
      content: `${GENERATED}\n${
        toYaml({
          apiVersion: 1,
          providers: [{
            name: "kafka",
            folder: "Kafka",
            type: "file",
            // Changes in the browser would be lost with the next rendering: Grafana offers a copy.
            allowUiUpdates: false,
            // `$NAME` is replaced by a variable of the environment, `$$` stands for itself.
            options: { path: `${config}/dashboards`.replaceAll("$", "$$$$") },
          }],
        })
      }`,
    },
    ...dashboards.map(({ file, content }) => ({ path: `dashboards/${file}`, content })),
  ];
}

type Section = Readonly<Record<string, string | number | boolean>>;

function ini(sections: Readonly<Record<string, Section>>): string {
  const texts = Object.entries(sections).map(([name, section]) =>
    [
      `[${name}]`,
      ...Object.entries(section).map(([key, value]) => `${key} = ${quoted(String(value))}`),
    ].join("\n")
  );
  return [GENERATED, ...texts, ""].join("\n");
}

/** `#` and `;` begin a comment, but in three quotes. */
function quoted(value: string): string {
  return /[#;]/.test(value) ? `"""${value}"""` : value;
}
