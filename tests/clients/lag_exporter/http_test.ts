import { assertEquals, assertStringIncludes } from "@std/assert";
import { createHandler } from "../../../clients/lag_exporter/http.ts";
import type { Scraped } from "../../../clients/lag_exporter/scrape.ts";
import { CONTENT_TYPE } from "../../../clients/lag_exporter/text.ts";
import { lag } from "./_lag_fixtures.ts";

/** Asks for a path; counts the scrapes. */
async function get(path: string, scraped: Scraped = { lag, seconds: 0 }) {
  let scrapes = 0;
  const handler = createHandler(() => {
    scrapes++;
    return Promise.resolve(scraped);
  });
  const response = await handler(new Request(`http://127.0.0.1:9308${path}`));
  const type = response.headers.get("content-type");
  return { status: response.status, type, text: await response.text(), scrapes };
}

Deno.test("/metrics scrapes and answers 200 in Prometheus' format, whatever is found", async () => {
  const up = await get("/metrics?x=1");
  assertEquals([up.status, up.type, up.scrapes], [200, CONTENT_TYPE, 1]);
  assertStringIncludes(up.text, 'kafka_consumergroup_members{consumergroup="readers"} 1\n');
  const down = await get("/metrics", { lag: undefined, seconds: 0 });
  assertEquals([down.status, down.type, down.scrapes], [200, CONTENT_TYPE, 1]);
  assertStringIncludes(down.text, "kafka_lag_exporter_up 0\n");
});

Deno.test("/-/healthy answers 200 without asking the brokers", async () => {
  const { status, scrapes } = await get("/-/healthy");
  assertEquals([status, scrapes], [200, 0]);
});

Deno.test("/ points to /metrics, and so does the 404 of every other path", async () => {
  const root = await get("/");
  assertEquals([root.status, root.scrapes], [200, 0]);
  assertStringIncludes(root.text, "/metrics");
  for (const path of ["/metric", "/metrics/", "/-/", "/favicon.ico"]) {
    const { status, text, scrapes } = await get(path);
    assertEquals([path, status, scrapes], [path, 404, 0]);
    assertStringIncludes(text, "/metrics");
  }
});
