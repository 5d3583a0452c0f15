// What tasks show while they work. The door to @david/dax.
import type { ProgressBar } from "@david/dax";
import type { Progress } from "../infra/engine/distribution/mod.ts";
import type { Report } from "../infra/engine/engine.ts";
import { say } from "../clients/cli/main.ts";

/** Talks on stderr: the time since the task began, the service, what it does. */
export function reporter(width: number): Report {
  const begin = performance.now();
  return (service, text) => {
    const seconds = `${((performance.now() - begin) / 1000).toFixed(1)}s`;
    say(
      `${seconds.padStart(6)}  ${
        service === undefined ? text : `${service.padEnd(width)}  ${text}`
      }`,
    );
  };
}

/** A progress bar in a terminal; elsewhere a line for each quarter. */
export function progressBar(report: Report): Progress {
  let bar: ProgressBar | undefined;
  let loading: Promise<void> | undefined;
  let quarter = -1;
  return (step, done, total) => {
    if (Deno.stderr.isTerminal()) {
      // Loaded only where something is fetched: it takes longer than most tasks.
      loading ??= import("@david/dax").then(({ default: $ }) => {
        bar = $.progress(step, total === undefined ? {} : { length: total });
      });
      bar?.position(done);
      if (done === total) bar?.finish();
      return;
    }
    const now = total ? Math.floor((done / total) * 4) : 0;
    if (now === quarter) return;
    quarter = now;
    report(undefined, `fetches ${step}${total ? `: ${Math.round((done / total) * 100)} %` : ""}`);
  };
}
