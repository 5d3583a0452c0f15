// Asks a running Grafana, over its HTTP API, whether it shows what it should.
import { ADMIN_PASSWORD, GRAFANA, hostPort } from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";
import type { Question } from "../engine.ts";
import { type HttpAnswer, httpGet } from "../host/http.ts";
import type { Context } from "../context.ts";

/** What Grafana should show. */
export interface Shown {
  /** Uid of the data source. */
  readonly dataSource: string;
  readonly dashboards: readonly { readonly uid: string; readonly title: string }[];
  readonly queries: readonly {
    readonly dashboard: string;
    readonly panel: string;
    readonly expr: string;
    /** The situation without which there is no data. */
    readonly needs?: string;
  }[];
}

/** How many queries are under way at once: more would be a load of its own. */
const AT_ONCE = 8;

/** Questions to the stack's Grafana. */
export function grafanaQuestions({ host, dir, rendered }: Context, shown: Shown): Question[] {
  const address = rendered.services.find(({ name }) => name === GRAFANA)?.address;
  if (!address) {
    return [["Grafana", () =>
      Promise.reject(
        new Failure("is not part of this stack", {
          hint: "Install it (deno task up names the command), or use --engine docker.",
        }),
      )]];
  }
  const at = hostPort(address);
  const get = async (path: string): Promise<HttpAnswer> => {
    const password = (await host.readText(`${dir}/${ADMIN_PASSWORD}`))?.trim() ?? "";
    const credentials = `admin:${password}`;
    const answer = await httpGet(host, address, path, { timeoutMs: 10_000, credentials });
    if (answer === undefined) {
      throw new Failure(`Grafana on ${at} does not answer`, {
        hint: "deno task status shows whether it runs, deno task start grafana starts it",
      });
    }
    if (answer.status !== 401) return answer;
    throw new Failure(`Grafana on ${at} refuses the password in ${dir}/${ADMIN_PASSWORD}`, {
      hint: "Was it changed in Grafana? Write the new one into that file.",
    });
  };
  const { dataSource, dashboards, queries } = shown;

  return [
    ["data source", async () => {
      const { status, body } = await get(`/api/datasources/uid/${dataSource}/health`);
      if (status === 200 && JSON.parse(body).status === "OK") return "Grafana reaches Prometheus";
      throw new Failure(`Grafana does not reach Prometheus: ${status} ${body.trim()}`, {
        hint:
          "deno task logs grafana shows more; deno task restart grafana makes it read its files again",
      });
    }],
    ["dashboards", async () => {
      const { body } = await get("/api/search?type=dash-db&limit=5000");
      const there: { uid: string }[] = JSON.parse(body);
      const missing = dashboards.filter(({ uid }) => !there.some((one) => one.uid === uid));
      if (missing.length === 0) return `all ${dashboards.length} are loaded`;
      throw new Failure(`Grafana does not have ${missing.map(({ title }) => title).join(", ")}`, {
        hint:
          "deno task logs grafana says why it refused them; deno task restart grafana reads them" +
          " anew",
      });
    }],
    ["panels", async () => {
      const empty: string[] = [];
      const left = [...queries];
      const work = async () => {
        for (let query = left.shift(); query; query = left.shift()) {
          const { dashboard, panel, expr, needs } = query;
          const { status, body } = await get(
            `/api/datasources/proxy/uid/${dataSource}/api/v1/query?query=${
              encodeURIComponent(expr)
            }`,
          );
          const found = status === 200 && JSON.parse(body).data.result.length > 0;
          if (!found && !(status === 200 && needs)) empty.push(`${dashboard}: ${panel}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      if (empty.length === 0) return `each of ${queries.length} queries is answered`;
      throw new Failure(
        `${empty.length} of ${queries.length} queries return no data:\n${
          [...new Set(empty)].sort().join("\n")
        }`,
        {
          hint:
            "Rates need traffic and two scrapes: deno task produce and deno task consume, then " +
            "wait a minute.",
        },
      );
    }],
  ];
}
