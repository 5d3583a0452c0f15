// deno task doctor: what is wrong, and what to do.
import { runMain, say, withHints } from "../clients/cli/main.ts";
import { examine } from "../infra/engine/doctor.ts";
import type { Question } from "../infra/engine/engine.ts";
import { grafanaQuestions } from "../infra/engine/monitoring/grafana.ts";
import type { Context } from "../infra/engine/context.ts";
import { openStack } from "./_context.ts";
import { readStatus } from "./_services.ts";
import { dirFlag } from "./_stack.ts";

await runMain({
  name: "deno task doctor",
  summary:
    "Examines the machine, the stack's directory and its services; names each fault's fix.\n" +
    "Ends with exit code 3 when it found one.",
  flags: {
    ...dirFlag,
    json: { type: "boolean", help: "print JSON" },
    grafana: {
      type: "boolean",
      help: "ask Grafana too: its data source, each dashboard, each panel's query",
    },
  },
  examples: ["deno task doctor", "deno task doctor --grafana"],
}, async ({ flags }) => {
  const context = await openStack(flags);
  const { invalid } = context;
  const questions: Question[] = [
    ...(invalid ? [["infra/stack.ts", () => Promise.reject(invalid)] as const] : []),
    ...(flags.grafana ? await askGrafana(context) : []),
  ];
  const findings = await examine(context, await readStatus(context), questions);
  const bad = findings.filter(({ ok }) => !ok);
  if (flags.json) console.log(JSON.stringify(findings, null, 2));
  else {
    const width = Math.max(...findings.map(({ what }) => what.length));
    for (const { what, ok, text, fix } of findings) {
      console.log(
        `${ok ? "ok  " : "FAIL"}  ${what.padEnd(width)}  ${text.replaceAll("\n", "\n        ")}`,
      );
      if (fix) console.log(`        → ${withHints(fix).replaceAll("\n", "\n          ")}`);
    }
    say(
      bad.length === 0 ? "\nNothing is wrong." : `\n${bad.length} of ${findings.length} are wrong.`,
    );
  }
  return bad.length === 0 ? 0 : 3;
});

async function askGrafana(context: Context) {
  const { dashboardsOf } = await import("../monitoring/dashboards/all.ts");
  const { queriesOf } = await import("../monitoring/dashboards/queries.ts");
  const { DATA_SOURCE } = await import("../monitoring/dashboards/panel.ts");
  const dashboards = dashboardsOf(context.stack.mode);
  return grafanaQuestions(context, {
    dataSource: DATA_SOURCE.uid,
    dashboards,
    queries: dashboards.flatMap(queriesOf),
  });
}
