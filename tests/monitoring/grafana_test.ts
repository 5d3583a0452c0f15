import { assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import { grafanaFiles } from "../../monitoring/grafana.ts";

Deno.test("grafanaFiles() writes paths so that Grafana reads no comment and no variable in them", () => {
  const files = grafanaFiles({
    bind: { host: "127.0.0.1", port: 3000 },
    config: "/x/a #b; $HOME/conf",
    data: "/x/data",
    passwordFile: "/x/a #b; $HOME/conf/admin_password",
    prometheus: "http://127.0.0.1:9090",
    scrapeIntervalSeconds: 15,
  }, { dataSource: "p", dashboards: [], home: "kafka.json" });
  const text = (path: string) => files.find((file) => file.path === path)!.content;
  const ini = text("grafana.ini").split("\n");
  assertEquals(ini.filter((line) => line.includes("/x/")), [
    "data = /x/data",
    "logs = /x/data/log",
    "plugins = /x/data/plugins",
    'provisioning = """/x/a #b; $HOME/conf/provisioning"""',
    'admin_password = """$__file{/x/a #b; $HOME/conf/admin_password}"""',
    'default_home_dashboard_path = """/x/a #b; $HOME/conf/dashboards/kafka.json"""',
  ]);
  const { providers } = parse(text("provisioning/dashboards/kafka.yml")) as {
    providers: { options: { path: string } }[];
  };
  assertEquals(providers[0]!.options.path, "/x/a #b; $$HOME/conf/dashboards");
});
