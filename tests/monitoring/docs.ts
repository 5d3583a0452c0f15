// The dashboards' pages in docs/dashboards/, as they should be.
// `deno run --allow-write tests/monitoring/docs.ts` writes them anew.
import { DASHBOARDS } from "../../monitoring/dashboards/all.ts";
import { renderDocs } from "../../monitoring/dashboards/docs.ts";

/** Where the pages are. */
export const DOCS = new URL("../../docs/dashboards/", import.meta.url);

/** All pages. */
export const PAGES = DASHBOARDS.map(renderDocs);

if (import.meta.main) {
  Deno.mkdirSync(DOCS, { recursive: true });
  for (const { file, content } of PAGES) Deno.writeTextFileSync(new URL(file, DOCS), content);
}
