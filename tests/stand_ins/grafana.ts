// A stand-in for Grafana in tests: reads grafana.ini and what is provisioned as Grafana does, and
// answers the few questions of its HTTP API that the toolkit asks. It draws nothing, and proves
// nothing of what only Grafana itself can: that it takes the dashboards and draws their panels.
import { parse } from "@std/yaml";

const flag = (name: string) =>
  Deno.args.find((arg) => arg.startsWith(`--${name}=`))!.slice(name.length + 3);
const settings = new Map<string, string>();
let section = "";
for (const line of Deno.readTextFileSync(flag("config")).split("\n")) {
  section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
  const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
  // As Grafana reads it: a comment ends a value that is not in three quotes.
  const [, inQuotes] = /^"""(.*)"""$/.exec(value ?? "") ?? [];
  if (key) settings.set(`${section}.${key}`, inQuotes ?? value!.replace(/\s*[#;].*/, ""));
}
const [, secret] = /^\$__file\{(.+)\}$/.exec(settings.get("security.admin_password")!)!;
const password = Deno.readTextFileSync(secret!).trim();

interface DataSource {
  readonly uid: string;
  readonly url: string;
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
}
const provisioning = settings.get("paths.provisioning")!;
const yaml = (path: string) => parse(Deno.readTextFileSync(`${provisioning}/${path}`));
const { datasources } = yaml("datasources/prometheus.yml") as { datasources: DataSource[] };
const { providers: [{ options }] } = yaml("dashboards/kafka.yml") as {
  providers: [{ options: { path: string } }];
};
options.path = options.path.replaceAll("$$", "$");
const dashboards = [...Deno.readDirSync(options.path)].map(({ name }): Dashboard =>
  JSON.parse(Deno.readTextFileSync(`${options.path}/${name}`))
);
Deno.readTextFileSync(settings.get("dashboards.default_home_dashboard_path")!);
// As Grafana does with its database.
Deno.writeTextFileSync(`${settings.get("paths.data")}/grafana.db`, "a stand-in's");

async function answer(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (pathname === "/api/health") return Response.json({ database: "ok" });
  if (request.headers.get("authorization") !== `Basic ${btoa(`admin:${password}`)}`) {
    return Response.json({ message: "Invalid username or password" }, { status: 401 });
  }
  if (pathname === "/api/search") {
    return Response.json(dashboards.map(({ uid, title }) => ({ uid, title, type: "dash-db" })));
  }
  const [, uid, rest] = /^\/api\/datasources\/(?:proxy\/)?uid\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  const source = datasources.find((one) => one.uid === uid);
  if (!source) return Response.json({ message: "Not found" }, { status: 404 });
  if (rest !== "health") return await fetch(`${source.url}/${rest}${search}`);
  const { ok } = await fetch(`${source.url}/-/healthy`);
  return Response.json({ status: ok ? "OK" : "ERROR", message: "" }, { status: ok ? 200 : 400 });
}

const hostname = settings.get("server.http_addr")!;
Deno.serve({ hostname, port: Number(settings.get("server.http_port")) }, answer);
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
