// What the lag exporter answers over HTTP.
// This module is pure: no Deno APIs, no I/O.
import type { Scraped } from "./scrape.ts";
import { CONTENT_TYPE, lagText } from "./text.ts";

const POINTER = "Consumer lag for Prometheus: /metrics\nWhether this service runs: /-/healthy\n";

/** Makes the handler of requests; each one for `/metrics` scrapes. */
export function createHandler(
  scrape: () => Promise<Scraped>,
): (request: Request) => Promise<Response> {
  return async ({ url }) => {
    switch (new URL(url).pathname) {
      case "/metrics": {
        const { lag, seconds } = await scrape();
        const headers = { "content-type": CONTENT_TYPE };
        return new Response(await lagText(lag, seconds), { headers });
      }
      case "/-/healthy":
        return new Response("The lag exporter runs.\n");
      case "/":
        return new Response(POINTER);
      default:
        return new Response(`Not found.\n${POINTER}`, { status: 404 });
    }
  };
}
